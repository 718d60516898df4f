// What a backup says about itself: first what is needed before anything is read, last what was written.
import type { Localized } from "@huiyin/contract/words.ts";

export const backupFormat = "huiyin-backup";
export const backupFormatVersion = 1;

/** One applied migration; `appliedAt` as PostgreSQL prints it. */
export type AppliedMigration = Readonly<{
  number: number;
  name: string;
  checksum: string;
  appliedAt: string;
}>;

/** A table by schema and name, with the columns in the order in which their values stand in a row. */
export type BackedUpTable = Readonly<{ schema: string; name: string; columns: readonly string[] }>;

/** A month: its table’s name, the table it belongs to, and its bound as PostgreSQL prints it. */
export type Partition = Readonly<{ schema: string; name: string; parent: string; bound: string }>;

/** The first entry of a backup. Tables are in the order of their references: what is referred to comes first. */
export type Head = Readonly<{
  format: typeof backupFormat;
  formatVersion: typeof backupFormatVersion;
  productVersion: string;
  /** ISO 8601, UTC: when the snapshot was taken. */
  createdAt: string;
  /** Names the master key without telling it; the key itself is never in a backup. */
  masterKeyId: string;
  migrations: readonly AppliedMigration[];
  /** The tables of the job queue are its library’s own; null where it has none yet. */
  jobSchema: Readonly<{ version: number; definition: string }> | null;
  tables: readonly BackedUpTable[];
  partitions: readonly Partition[];
}>;

/** What was written of one table. `sha256` in lower-case hex over its rows as they stand in the backup. */
export type TableSeal = Readonly<{
  schema: string;
  name: string;
  rows: number;
  bytes: number;
  sha256: string;
}>;

/** What the caller wants to find again after a restore, such as the ends of the ledger’s chains. */
export type Facts = Readonly<Record<string, string>>;

/** The last entry of a backup: without it the backup is not whole. */
export type Manifest = Readonly<{ headSha256: string; tables: readonly TableSeal[]; facts: Facts }>;

/** A backup that was read to its end and found whole. */
export type WholeBackup = Readonly<{ head: Head; manifest: Manifest }>;

/** A backup or restore that is refused, or failed, with what to do about it. */
export class BackupError extends Error {
  override readonly name = "BackupError";
  readonly words: Localized;

  constructor(words: Localized, options?: ErrorOptions) {
    super(words.en, options);
    this.words = words;
  }
}

/** "payments.payment": how a table is named to people. */
export function nameOf(table: Readonly<{ schema: string; name: string }>): string {
  return `${table.schema}.${table.name}`;
}
