// Time as WeChat Pay writes it: fourteen digits of Beijing time in v2, RFC 3339 with its offset in v3.
import { beijingTime, parseBeijingTime } from "../../kernel/time.ts";

/** "yyyyMMddHHmmss", Beijing. */
export function digitsTime(at: Date): string {
  return beijingTime(at).replaceAll(/[^0-9]/g, "");
}

/** Reads "yyyyMMddHHmmss" Beijing time; null when it is not a real moment. */
export function parseDigitsTime(text: string): Date | null {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text);
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second] = parts;
  return parseBeijingTime(`${year}-${month}-${day} ${hour}:${minute}:${second}`);
}

/** "yyyy-MM-ddTHH:mm:ss+08:00", as v3 writes and takes it. */
export function rfc3339Seconds(at: Date): string {
  return `${beijingTime(at).replace(" ", "T")}+08:00`;
}

/** Reads RFC 3339 of whole seconds or finer; null when it is not a real moment. */
export function parseRfc3339(text: string): Date | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(text)) return null;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? null : at;
}
