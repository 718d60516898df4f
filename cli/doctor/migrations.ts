// The schema of a database held against the migrations of this program.
import type { AppliedMigration } from "@huiyin/server/platform/backup/model.ts";
import { pendingMigrations, productMigrations } from "@huiyin/server/platform/pg/migrate.ts";

export type MigrationState = Readonly<{
  /** Nothing was ever applied: no platform has started on this database. */
  age: "empty" | "used";
  pending: readonly string[];
  /** Why the applied ones do not fit the program; null where they do. */
  conflict: string | null;
}>;

/** `applied`: null where the database has no table of migrations. */
export function migrationState(applied: readonly AppliedMigration[] | null): MigrationState {
  if (applied === null) return { age: "empty", pending: [], conflict: null };
  try {
    const pending = pendingMigrations(productMigrations(), applied).map(({ name }) => name);
    return { age: "used", pending, conflict: null };
  } catch (error) {
    return { age: "used", pending: [], conflict: error instanceof Error ? error.message : String(error) };
  }
}
