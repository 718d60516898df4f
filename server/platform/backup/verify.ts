// Reads a whole backup and restores nothing: what a rehearsal begins with.
import { readBackup } from "./read.ts";
import type { WholeBackup } from "./model.ts";

/** Throws BackupError, naming the table, where the file is not what was written. Needs no database and no master key. */
export function verifyBackup(file: string): Promise<WholeBackup> {
  return readBackup(file, async (_, rows) => {
    for await (const _rows of rows) {
      // Counted and hashed on the way.
    }
  });
}
