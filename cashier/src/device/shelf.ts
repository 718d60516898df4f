// Where attempts without an outcome are kept on this device, until their outcome is known.
import type { Attempt } from "../flowModel.ts";
import { putRecord, readRecords, removeRecord } from "./database.ts";

export type ShelfPlace = "inFlight" | "aside";
export type Shelved = Readonly<{ attempt: Attempt; place: ShelfPlace }>;

export type AttemptShelf = Readonly<{
  put(attempt: Attempt, place: ShelfPlace): Promise<void>;
  remove(attemptKey: string): Promise<void>;
  /** Everything kept, oldest first. */
  all(): Promise<readonly Shelved[]>;
}>;

export function createShelf(database: IDBDatabase): AttemptShelf {
  return {
    put: (attempt, place) => putRecord(database, "attempts", { key: attempt.key, value: { attempt, place } }),
    remove: (attemptKey) => removeRecord(database, "attempts", attemptKey),
    all: async () => {
      const kept = (await readRecords(database, "attempts")) as Shelved[];
      return kept.toSorted((one, other) => one.attempt.startedAtMs - other.attempt.startedAtMs);
    },
  };
}
