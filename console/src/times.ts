// Times as forms hold them: Beijing time to the minute, and as the platform takes them: with their offset.

const beijing = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Asia/Shanghai",
  dateStyle: "short",
  timeStyle: "medium",
});

/** The last minute that an input of the browser may hold: later ones are refused by the platform. */
export const inputTimeMax = "2999-12-31T23:59";

/** "2026-11-22 14:03:05" in Beijing time. */
export function exactTime(at: string): string {
  return beijing.format(new Date(at));
}

/** "2026-11-22T14:30:05" in Beijing, for an input of the browser; empty where there is none. */
export function inputTime(at: string | null): string {
  return at === null || Number.isNaN(Date.parse(at)) ? "" : exactTime(at).replace(" ", "T");
}

/** What an input of the browser holds, as RFC 3339 in Beijing; null where it is empty. */
export function timeOfInput(value: string): string | null {
  if (value === "") return null;
  return `${value.length === 16 ? `${value}:00` : value.slice(0, 19)}+08:00`;
}
