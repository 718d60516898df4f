// What a device keeps over a crash: who it is and what it has begun to say. A browser keeps the same in localStorage.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Outcome } from "@huiyin/contract/events/receipts.ts";
import type { ArrivalMessage, SummaryMessage } from "@huiyin/contract/events/arrivals.ts";

/** One announcement as the device knows it. `waiting` holds what is not begun: it is spoken after a restart. */
export type JournalEntry = Readonly<{
  arrivalId: string;
  paymentId: string | null;
  /** Null for a summary. */
  sequence: number | null;
  stage: Outcome["stage"];
  at: string;
  waiting: ArrivalMessage | SummaryMessage | null;
  /** Device time after which it is not begun any more; null for a summary. */
  expiresAtMs: number | null;
}>;

export type Stored = Readonly<{
  terminalId: string | null;
  entries: readonly JournalEntry[];
  /** Everything up to this sequence is finished at the platform and forgotten here. */
  forgottenThrough: number;
}>;

export type Storage = Readonly<{ load(): Stored; save(stored: Stored): void }>;

const nothing: Stored = { terminalId: null, entries: [], forgottenThrough: 0 };

/** Survives the object that uses it, as flash memory survives a crash. */
export function memoryStorage(): Storage {
  let text = JSON.stringify(nothing);
  return { load: () => JSON.parse(text) as Stored, save: (stored) => void (text = JSON.stringify(stored)) };
}

/** One JSON file, replaced as a whole. */
export function fileStorage(path: string): Storage {
  return {
    load: () => {
      try {
        return JSON.parse(readFileSync(path, "utf8")) as Stored;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return nothing;
        throw error;
      }
    },
    save: (stored) => {
      writeFileSync(`${path}.new`, JSON.stringify(stored), { flush: true });
      renameSync(`${path}.new`, path);
    },
  };
}
