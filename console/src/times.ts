// Times as forms hold them: Beijing time to the minute, and as the platform takes them: with their offset.
import { exactTime } from "./components/Moment.tsx";

/** "2026-11-22T14:30:05" in Beijing, for an input of the browser; empty where there is none. */
export function inputTime(at: string | null): string {
  return at === null || Number.isNaN(Date.parse(at)) ? "" : exactTime(at).replace(" ", "T");
}

/** What an input of the browser holds, as RFC 3339 in Beijing; null where it is empty. */
export function timeOfInput(value: string): string | null {
  if (value === "") return null;
  return `${value.length === 16 ? `${value}:00` : value.slice(0, 19)}+08:00`;
}
