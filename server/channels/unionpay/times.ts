// UnionPay’s moments: Beijing time as digits, and a time of a trace that leaves out the year.
import { addSeconds, beijingTime, parseBeijingTime, secondsBetween } from "../../kernel/time.ts";

/** "yyyyMMddHHmmss": half of what names an order at UnionPay. */
export function wireTime(at: Date): string {
  return beijingTime(at).replaceAll(/\D/g, "");
}

/** Reads "yyyyMMddHHmmss"; null when it is not a real moment. */
export function parseWireTime(text: string): Date | null {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text)?.slice(1);
  if (parts === undefined) return null;
  const [year = "", month = "", day = "", hour = "", minute = "", second = ""] = parts;
  return parseBeijingTime(`${year}-${month}-${day} ${hour}:${minute}:${second}`);
}

/** No transaction is further from its order than this: half a year tells one year from the next. */
const halfYearSeconds = 183 * 86_400;

/** Reads a `traceTime`, "MMddHHmmss", of the year that lies nearest to the order; null when it is not a real moment. */
export function parseTraceTime(text: string, orderedAt: Date): Date | null {
  if (!/^\d{10}$/.test(text)) return null;
  for (const about of [
    orderedAt,
    addSeconds(orderedAt, halfYearSeconds),
    addSeconds(orderedAt, -halfYearSeconds),
  ]) {
    const at = parseWireTime(`${beijingTime(about).slice(0, 4)}${text}`);
    if (at !== null && Math.abs(secondsBetween(orderedAt, at)) <= halfYearSeconds) return at;
  }
  return null;
}
