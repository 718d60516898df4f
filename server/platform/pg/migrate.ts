// Brings a database to the present schema: numbered files, each applied once, in order, never changed afterwards.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { refuseUnfinishedRestore } from "../backup/marker.ts";
import { limits } from "../limits.ts";
import { databaseRoles } from "./connection.ts";

/** A migration as it lies in the folder. `number` is its place in the one total order. */
export type MigrationFile = Readonly<{ number: number; name: string; text: string; checksum: string }>;

type Applied = Readonly<{ number: number; name: string; checksum: string }>;

export type MigrateOptions = Readonly<{
  log: (line: string) => void;
  /** Where the files lie; the product's own folder unless a test says otherwise. */
  directory?: string;
}>;

/** What is wrong with the folder or with the database, and what to do about it. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

const productDirectory = fileURLToPath(new URL("../../db/migrations/", import.meta.url));
const lockKey = 4_858_919; // any constant of our own: whoever migrates this database holds this lock

/**
 * Creates the roles where missing and applies every file that has not been applied, each in a transaction of its own.
 * Several processes may call it at once. Throws `MigrationError` where an applied file was changed, is missing, or a
 * new file is numbered before an applied one, and `BackupError` where a restore was not finished.
 * @returns the names of the files applied now
 */
export async function migrate(url: string, options: MigrateOptions): Promise<string[]> {
  const files = readMigrations(options.directory ?? productDirectory);
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: limits.databaseConnectMsMax,
  });
  client.on("error", () => undefined);
  await client.connect();
  try {
    // Before the wait too: a restore that goes on at this moment holds the lock.
    await refuseUnfinishedRestore(client);
    await lockMigrations(client);
    await refuseUnfinishedRestore(client);
    await prepare(client);
    const pending = pendingMigrations(files, await readApplied(client));
    for (const file of pending) {
      await apply(client, file);
      options.log(`Migrated the database: ${file.name}`);
    }
    return pending.map((file) => file.name);
  } finally {
    await client.end();
  }
}

/** Waits until nobody else migrates or restores this database, and holds them off as long as the connection lasts. */
export async function lockMigrations(client: pg.ClientBase): Promise<void> {
  await client.query(`set lock_timeout = ${limits.migrationLockMsMax}`);
  await client.query("select pg_advisory_lock($1)", [lockKey]);
}

/**
 * Applies files to an empty database within the transaction of the caller, as applied at the moments given (as
 * PostgreSQL prints them). The role of the owner is in force afterwards.
 */
export async function migrateInside(
  client: pg.Client,
  files: ReadonlyArray<MigrationFile & Readonly<{ appliedAt: string }>>,
): Promise<void> {
  await prepare(client);
  for (const file of files) {
    await client.query(file.text);
    await remember(client, file, file.appliedAt);
  }
}

/** The product’s own migrations, in order. */
export function productMigrations(): MigrationFile[] {
  return readMigrations(productDirectory);
}

/** The files of a folder in order. Throws where a name is not `0001_some_words.sql` or a number occurs twice. */
export function readMigrations(directory: string): MigrationFile[] {
  const names = readdirSync(directory)
    .filter((name) => name.endsWith(".sql"))
    .sort();
  const files = names.map((name) => {
    const match = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name);
    if (match === null) throw new MigrationError(`${name}: a migration is named like 0001_some_words.sql`);
    const text = readFileSync(join(directory, name), "utf8");
    return {
      number: Number(match[1]),
      name,
      text,
      checksum: createHash("sha256").update(text).digest("hex"),
    };
  });
  files.forEach((file, index) => {
    const previous = files[index - 1];
    if (previous?.number === file.number)
      throw new MigrationError(`${previous.name} and ${file.name} have the same number`);
  });
  return files;
}

/** The files still to be applied, after holding what was applied against the folder. */
export function pendingMigrations(
  files: readonly MigrationFile[],
  applied: readonly Applied[],
): MigrationFile[] {
  const byNumber = new Map(files.map((file) => [file.number, file]));
  for (const done of applied) {
    const file = byNumber.get(done.number);
    if (file === undefined) {
      throw new MigrationError(
        `${done.name} was applied to this database but is not among the migrations: the code is older than the database. Start the newer version.`,
      );
    }
    if (file.checksum !== done.checksum) {
      throw new MigrationError(
        `${file.name} was changed after it had been applied. Restore the file and put the change into a new migration.`,
      );
    }
  }
  const last = Math.max(0, ...applied.map((done) => done.number));
  const pending = files.filter((file) => !applied.some((done) => done.number === file.number));
  const late = pending.find((file) => file.number < last);
  if (late !== undefined) {
    throw new MigrationError(
      `${late.name} comes before a migration that has been applied already. Give it the next free number.`,
    );
  }
  return pending;
}

/** Roles, and the table that remembers what was applied. Runs as the login of the URL. */
async function prepare(client: pg.Client): Promise<void> {
  for (const role of Object.values(databaseRoles)) await createRole(client, role);
  const { rows } = await client.query<{ name: string }>("select current_database() as name");
  const database = client.escapeIdentifier(rows[0]?.name ?? "");
  await client.query(`grant connect, create on database ${database} to ${databaseRoles.owner}`);
  await client.query(
    `grant connect on database ${database} to ${databaseRoles.batch}, ${databaseRoles.tenant}`,
  );
  await client.query(`set role ${databaseRoles.owner}`);
  await client.query("create schema if not exists platform");
  await client.query(
    `create table if not exists platform.migration (
       number integer primary key, name text not null, checksum text not null, applied_at timestamptz not null)`,
  );
}

async function createRole(client: pg.Client, role: string): Promise<void> {
  const found = await client.query("select 1 from pg_roles where rolname = $1", [role]);
  if (found.rowCount === 0) {
    await client
      .query(`create role ${role} nologin nosuperuser nocreatedb nocreaterole nobypassrls noinherit`)
      .catch(ignoreExisting);
  }
  // Roles belong to the whole server, so another database may be migrated at this moment: both grant the same.
  const member = await client.query("select pg_has_role(current_user, $1, 'set') as yes", [role]);
  if ((member.rows[0] as { yes: boolean }).yes) return;
  await client.query(`grant ${role} to current_user`).catch(ignoreExisting);
}

function ignoreExisting(error: unknown): void {
  const { code, message } = error as { code?: string; message?: string };
  const existsAlready =
    code === "42710" || code === "23505" || /tuple concurrently updated/.test(message ?? "");
  if (!existsAlready) throw error;
}

async function readApplied(client: pg.Client): Promise<Applied[]> {
  const { rows } = await client.query<Applied>(
    "select number, name, checksum from platform.migration order by number",
  );
  return rows;
}

async function apply(client: pg.Client, file: MigrationFile): Promise<void> {
  await client.query("begin");
  try {
    await client.query(file.text);
    await remember(client, file, new Date());
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    const { message, position } = error as { message: string; position?: string };
    const line =
      position === undefined ? "" : `, line ${file.text.slice(0, Number(position)).split("\n").length}`;
    throw new MigrationError(`${file.name}${line}: ${message}`, { cause: error });
  }
}

async function remember(client: pg.Client, file: MigrationFile, appliedAt: Date | string): Promise<void> {
  await client.query(
    "insert into platform.migration (number, name, checksum, applied_at) values ($1, $2, $3, $4)",
    [file.number, file.name, file.checksum, appliedAt],
  );
}
