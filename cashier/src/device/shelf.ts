// What this device keeps across reloads: attempts until their outcome is known, announcements until they are settled.
import type { Notice } from "../announce/desk.ts";
import type { Attempt } from "../flowModel.ts";
import type { RefundAttempt } from "../refund/model.ts";
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
      const kept = ((await readRecords(database, "attempts")) as Shelved[]).map(complete);
      return [...kept].sort((one, other) => one.attempt.startedAtMs - other.attempt.startedAtMs);
    },
  };
}

/** An earlier program kept attempts without terms. */
const complete = ({ attempt, place }: Shelved): Shelved => ({
  place,
  attempt: { ...attempt, credit: (attempt as Partial<Attempt>).credit ?? null },
});

/** Where the announcements of this terminal are kept, with the stage each has reached. */
export type NoticeShelf = Readonly<{
  put(notice: Notice): Promise<void>;
  remove(id: string): Promise<void>;
  all(): Promise<readonly Notice[]>;
}>;

export function createNoticeShelf(database: IDBDatabase): NoticeShelf {
  return {
    put: (notice) => putRecord(database, "notices", { key: notice.id, value: notice }),
    remove: (id) => removeRecord(database, "notices", id),
    all: async () => (await readRecords(database, "notices")) as Notice[],
  };
}

/** Where refunds are kept until the platform has said that it has them. */
export type RefundShelf = Readonly<{
  put(attempt: RefundAttempt): Promise<void>;
  remove(attemptKey: string): Promise<void>;
  /** Everything kept, oldest first. */
  all(): Promise<readonly RefundAttempt[]>;
}>;

export function createRefundShelf(database: IDBDatabase): RefundShelf {
  return {
    put: (attempt) => putRecord(database, "refunds", { key: attempt.key, value: attempt }),
    remove: (attemptKey) => removeRecord(database, "refunds", attemptKey),
    all: async () => {
      const kept = (await readRecords(database, "refunds")) as RefundAttempt[];
      return [...kept].sort((one, other) => one.startedAtMs - other.startedAtMs);
    },
  };
}
