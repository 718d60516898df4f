// What this device keeps across reloads: attempts until their outcome is known, announcements until they are settled.
// Every record names its terminal: a device that is activated as another one takes up nothing of the one before.
import type { Notice } from "../announce/desk.ts";
import type { Attempt } from "../flowModel.ts";
import type { RefundAttempt } from "../refund/model.ts";
import { putRecord, readRecords, removeRecord } from "./database.ts";

/** Check: without an outcome for so long that a person must look it up. */
export type ShelfPlace = "inFlight" | "aside" | "check";
export type Shelved = Readonly<{ attempt: Attempt; place: ShelfPlace }>;
/** As it is on the device; an earlier program named no terminal. */
export type AttemptRecord = Shelved & Readonly<{ terminalId?: string }>;
export type RefundRecord = Readonly<{ attempt: RefundAttempt; terminalId?: string }>;
type NoticeRecord = Readonly<{ notice: Notice; terminalId: string }>;

export type AttemptShelf = Readonly<{
  put(attempt: Attempt, place: ShelfPlace): Promise<void>;
  remove(attemptKey: string): Promise<void>;
  /** Everything of this terminal that is still asked after, oldest first. */
  all(): Promise<readonly Shelved[]>;
}>;

export function createShelf(database: IDBDatabase, terminalId: string): AttemptShelf {
  return {
    put: (attempt, place) =>
      putRecord(database, "attempts", { key: attempt.key, value: { terminalId, attempt, place } }),
    remove: (attemptKey) => removeRecord(database, "attempts", attemptKey),
    all: async () => ownShelved(await readRecords(database, "attempts"), terminalId),
  };
}

/** The attempts of this terminal that are still asked after, oldest first. Pure. */
export function ownShelved(records: readonly unknown[], terminalId: string): readonly Shelved[] {
  return (records as readonly AttemptRecord[])
    .filter((record) => record.terminalId === terminalId && record.place !== "check")
    .map(complete)
    .sort((one, other) => one.attempt.startedAtMs - other.attempt.startedAtMs);
}

/** An earlier program kept attempts without terms, and showed no codes. */
const complete = ({ attempt, place }: AttemptRecord): Shelved => ({
  place,
  attempt: {
    ...attempt,
    credit: (attempt as Partial<Attempt>).credit ?? null,
    shown: (attempt as Partial<Attempt>).shown ?? null,
  },
});

/** Where the announcements of this terminal are kept, with the stage each has reached. */
export type NoticeShelf = Readonly<{
  put(notice: Notice): Promise<void>;
  remove(id: string): Promise<void>;
  all(): Promise<readonly Notice[]>;
}>;

export function createNoticeShelf(database: IDBDatabase, terminalId: string): NoticeShelf {
  return {
    put: (notice) => putRecord(database, "notices", { key: notice.id, value: { terminalId, notice } }),
    remove: (id) => removeRecord(database, "notices", id),
    all: async () => ownNotices(await readRecords(database, "notices"), terminalId),
  };
}

/** The announcements of this terminal. Pure. */
export function ownNotices(records: readonly unknown[], terminalId: string): readonly Notice[] {
  return (records as readonly Partial<NoticeRecord>[]).flatMap((record) =>
    record.terminalId === terminalId && record.notice !== undefined ? [record.notice] : [],
  );
}

/** Where refunds are kept until the platform has said that it has them. */
export type RefundShelf = Readonly<{
  put(attempt: RefundAttempt): Promise<void>;
  remove(attemptKey: string): Promise<void>;
  /** Everything of this terminal, oldest first. */
  all(): Promise<readonly RefundAttempt[]>;
}>;

export function createRefundShelf(database: IDBDatabase, terminalId: string): RefundShelf {
  return {
    put: (attempt) => putRecord(database, "refunds", { key: attempt.key, value: { terminalId, attempt } }),
    remove: (attemptKey) => removeRecord(database, "refunds", attemptKey),
    all: async () => ownRefunds(await readRecords(database, "refunds"), terminalId),
  };
}

/** The refunds of this terminal, oldest first. Pure. */
export function ownRefunds(records: readonly unknown[], terminalId: string): readonly RefundAttempt[] {
  return (records as readonly (RefundRecord | RefundAttempt)[])
    .map(refundRecordOf)
    .flatMap((record) => (record.terminalId === terminalId ? [record.attempt] : []))
    .sort((one, other) => one.startedAtMs - other.startedAtMs);
}

/** An earlier program kept the attempt alone. */
export const refundRecordOf = (kept: RefundRecord | RefundAttempt): RefundRecord =>
  "attempt" in kept ? kept : { attempt: kept };
