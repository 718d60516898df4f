// Time as the field writes it: instants are Date, business days and wire times are Beijing time.

const beijingOffsetMs = 8 * 3_600_000;

/** The moment so many seconds later (or earlier, when negative). */
export function addSeconds(at: Date, seconds: number): Date {
  return new Date(at.getTime() + seconds * 1_000);
}

/** Whole and fractional seconds from one moment to another. */
export function secondsBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1_000;
}

/** Beijing wall-clock time "yyyy-MM-dd HH:mm:ss", as Alipay's wire wants it. China keeps no summer time. */
export function beijingTime(at: Date): string {
  return new Date(at.getTime() + beijingOffsetMs).toISOString().slice(0, 19).replace("T", " ");
}

/** Month, day and time in Beijing as people say it, "11-22 12:03"; with the year where it is not that of the reference. */
export function dayAndTime(at: Date, reference: Date): string {
  const [text, near] = [beijingTime(at), beijingTime(reference)];
  return text.slice(text.slice(0, 4) === near.slice(0, 4) ? 5 : 0, 16);
}

/** Reads "yyyy-MM-dd HH:mm:ss" Beijing time; null when it is not a real moment. */
export function parseBeijingTime(text: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)) return null;
  const at = new Date(`${text.replace(" ", "T")}+08:00`);
  return Number.isNaN(at.getTime()) || beijingTime(at) !== text ? null : at;
}

/** The business day "yyyy-MM-dd" in Asia/Shanghai to which a moment belongs. */
export function businessDate(at: Date): string {
  return beijingTime(at).slice(0, 10);
}

/** Whole seconds since midnight in Asia/Shanghai, 0 … 86,399. */
export function secondOfDay(at: Date): number {
  return Math.floor(((at.getTime() + beijingOffsetMs) % 86_400_000) / 1_000);
}

/** RFC 3339 with the Beijing offset and milliseconds, as the HTTP contract answers. */
export function rfc3339(at: Date): string {
  return `${new Date(at.getTime() + beijingOffsetMs).toISOString().slice(0, 23)}+08:00`;
}
