// What an area of the fuzzing is: inputs made by chance alone, each by its number, and what has to hold for each.
import type { Chance } from "../../sim/random.ts";

export const areaNames = [
  "http",
  "bytes",
  "callbacks",
  "mqtt",
  "pages",
  "webhooks",
  "codes",
  "bills",
  "texts",
] as const;
export type AreaName = (typeof areaNames)[number];

export type Input = Readonly<{
  /** As much of it as a person needs to see it again; long ones are cut. */
  shown: string;
  /** Sends it, or reads it here; resolves with what must not be, null where all is well. */
  attempt(): Promise<string | null>;
}>;

export type Area = Readonly<{
  name: AreaName;
  /** Inputs under way at a time. */
  lanes: number;
  /** The input of this chance. `lane` tells connections apart. */
  input(chance: Chance, lane: number): Input;
  /** What came of the inputs, for the table: how often each. */
  outcomes: ReadonlyMap<string, number>;
  close(): void;
}>;

const shownMax = 600;

/** A text or bytes as one line of ASCII, cut. */
export function shownOf(input: string | Uint8Array): string {
  const text = typeof input === "string" ? input : Buffer.from(input).toString("latin1");
  const line = JSON.stringify(text).replaceAll(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return line.length > shownMax ? `${line.slice(0, shownMax)}… (${text.length})` : line;
}

/** Counts what came of inputs. */
export function createTally(): Readonly<{ counts: Map<string, number>; add(outcome: string): void }> {
  const counts = new Map<string, number>();
  return { counts, add: (outcome) => void counts.set(outcome, (counts.get(outcome) ?? 0) + 1) };
}
