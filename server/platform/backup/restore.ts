// Puts a backup into an empty database, in one transaction: afterwards everything is there, or nothing.
import type pg from "pg";
import { copyInto } from "../pg/copy.ts";
import {
  lockMigrations,
  migrate,
  migrateInside,
  pendingMigrations,
  productMigrations,
} from "../pg/migrate.ts";
import type { MigrationFile } from "../pg/migrate.ts";
import {
  countPlatformConnections,
  detachedBound,
  readOccupiedSchemas,
  refuseOtherPartition,
} from "./catalog.ts";
import { markerSchema, removeMarker, setMarker } from "./marker.ts";
import {
  BackupError,
  nameOf,
  type BackedUpTable,
  type Facts,
  type Head,
  type Partition,
  type WholeBackup,
} from "./model.ts";
import { readBackup, readHead } from "./read.ts";
import { withSession } from "./session.ts";
import { verifyBackup } from "./verify.ts";

/** A backup that was read to its end, and that this program and this master key can restore. */
export type CheckedBackup = WholeBackup & Readonly<{ file: string }>;

export type RestoreOptions = Readonly<{
  /** Of an empty database, and of a login that may create roles and schemas. */
  databaseUrl: string;
  log: (line: string) => void;
  /** Reads what the backup observed; the restore is undone where it differs. */
  observe: (client: pg.ClientBase) => Promise<Facts>;
  signal?: AbortSignal;
}>;

export type Restored = Readonly<{
  rows: number;
  /** Migrations that are newer than the backup, applied after it. */
  migrated: readonly string[];
}>;

/**
 * Reads the whole backup and touches nothing. Throws BackupError where it is damaged, made by a newer schema, or sealed
 * with another master key (`masterKeyId` names the one at hand).
 */
export async function checkBackup(file: string, masterKeyId: string): Promise<CheckedBackup> {
  const head = await readHead(file);
  refuseOtherKey(head, file, masterKeyId);
  refuseNewerSchema(head, file);
  return { file, ...(await verifyBackup(file)) };
}

function refuseOtherKey(head: Head, file: string, masterKeyId: string): void {
  if (head.masterKeyId === masterKeyId) return;
  throw new BackupError({
    zh: `主密钥不对：${file} 需要指纹为 ${head.masterKeyId} 的主密钥，手头这把是 ${masterKeyId}。没有写入任何数据。`,
    en: `This is another master key: ${file} needs the one named ${head.masterKeyId}, this one is ${masterKeyId}. Nothing was written.`,
  });
}

function refuseNewerSchema(head: Head, file: string): void {
  try {
    pendingMigrations(productMigrations(), head.migrations);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackupError(
      {
        zh: `${file} 的数据库结构与这个程序不相容：${reason}请用 ${head.productVersion} 或更新的版本恢复。`,
        en: `${file} has a schema that this program cannot restore: ${reason} Restore it with version ${head.productVersion} or newer.`,
      },
      { cause: error },
    );
  }
}

/**
 * Loads a checked backup, then applies newer migrations. Until everything is committed a mark stands in the database,
 * with which no platform starts; a restore that was interrupted is simply repeated.
 * Throws BackupError where the database is not empty or is in use.
 */
export async function restoreBackup(backup: CheckedBackup, options: RestoreOptions): Promise<Restored> {
  const rows = await withSession(options.databaseUrl, async (client) => {
    await lockMigrations(client);
    await refuseUsedDatabase(client);
    await setMarker(client);
    await client.query("begin");
    const loaded = await load(client, backup, options);
    // Back to the login of the URL, whose the mark is.
    await client.query("reset role");
    await removeMarker(client);
    await client.query("commit");
    await client.query("analyze");
    return loaded;
  });
  const migrated = await migrate(options.databaseUrl, { log: options.log });
  return { rows, migrated };
}

async function refuseUsedDatabase(client: pg.Client): Promise<void> {
  const connections = await countPlatformConnections(client);
  if (connections > 0) {
    throw new BackupError({
      zh: `有平台正在使用这个数据库（${connections} 个连接）。请先停止它，或恢复到另一个空数据库。`,
      en: `A platform is using this database (${connections} connections). Stop it first, or restore into another, empty one.`,
    });
  }
  const occupied = await readOccupiedSchemas(client, markerSchema);
  if (occupied.length > 0) {
    throw new BackupError({
      zh: `这个数据库不是空的（已有 ${occupied.join("、")}）。恢复只写入空数据库：请换一个新的数据目录（HUIYIN_DATA）或新建的数据库（DATABASE_URL）。`,
      en: `This database is not empty (it has ${occupied.join(", ")}). A restore only writes into an empty one: choose a fresh data directory (HUIYIN_DATA) or a newly created database (DATABASE_URL).`,
    });
  }
}

async function load(client: pg.Client, backup: CheckedBackup, options: RestoreOptions): Promise<number> {
  const { head, manifest, file } = backup;
  const files = filesOf(head);
  await migrateInside(
    client,
    files.map((migration, index) => ({ ...migration, appliedAt: head.migrations[index]?.appliedAt ?? "" })),
  );
  if (head.jobSchema !== null) await client.query(head.jobSchema.definition);
  for (const partition of head.partitions) {
    refuseOtherPartition(partition);
    const { schema, name, parent, bound } = partition;
    if (bound === detachedBound) await createDetached(client, partition, head.tables);
    else await client.query(`create table ${schema}.${name} partition of ${schema}.${parent} ${bound}`);
  }
  let rows = 0;
  const read = await readBackup(file, async (table, chunks) => {
    options.signal?.throwIfAborted();
    rows += await loadTable(client, table, chunks);
  });
  // What was checked before must be what was loaded, though time has passed between the two readings.
  if (JSON.stringify(read.manifest) !== JSON.stringify(manifest)) {
    throw new BackupError({
      zh: `${file} 在恢复过程中被改动，已全部撤销。`,
      en: `${file} was changed while it was being restored; everything is undone.`,
    });
  }
  const found = await options.observe(client);
  for (const [name, expected] of Object.entries(manifest.facts)) {
    if (found[name] === expected) continue;
    throw new BackupError({
      zh: `恢复后的 ${name} 是 ${found[name] ?? "（无）"}，备份时是 ${expected}，已全部撤销。`,
      en: `After loading, ${name} is ${found[name] ?? "(none)"}; in the backup it was ${expected}. Everything is undone.`,
    });
  }
  return rows;
}

/**
 * A month that was detached, with the columns that its table had at that time: newer ones are not its, and newer checks
 * were never made of its rows.
 */
async function createDetached(
  client: pg.Client,
  { schema, name, parent }: Partition,
  tables: readonly BackedUpTable[],
): Promise<void> {
  const own = tables.find((table) => table.schema === schema && table.name === name)?.columns ?? [];
  await client.query(
    `create table ${schema}.${name} (like ${schema}.${parent} including defaults including generated including indexes)`,
  );
  const { rows } = await client.query<{ column: string }>(
    `select attname as column from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attname <> all ($2::text[])`,
    [`${schema}.${name}`, own],
  );
  for (const { column } of rows)
    await client.query(
      `alter table ${schema}.${name} drop column ${client.escapeIdentifier(column)} cascade`,
    );
}

/** The migrations of the backup as they lie in our folder; `refuseNewerSchema` has compared them. */
function filesOf(head: Head): MigrationFile[] {
  const byNumber = new Map(productMigrations().map((file) => [file.number, file]));
  return head.migrations.flatMap(({ number }) => byNumber.get(number) ?? []);
}

/** Loads the rows of one table and returns their number. Row-level security knows no COPY, so it rests meanwhile. */
async function loadTable(
  client: pg.Client,
  table: BackedUpTable,
  chunks: AsyncIterable<Buffer>,
): Promise<number> {
  const target = `${client.escapeIdentifier(table.schema)}.${client.escapeIdentifier(table.name)}`;
  const columns = table.columns.map((column) => client.escapeIdentifier(column)).join(", ");
  const { rows } = await client.query<{ forced: boolean }>(
    "select relforcerowsecurity as forced from pg_class where oid = $1::regclass",
    [target],
  );
  const forced = rows[0]?.forced === true;
  if (forced) await client.query(`alter table ${target} no force row level security`);
  const copied = copyInto(client, `copy ${target} (${columns}) from stdin`, chunks);
  const count = await copied.catch((error: unknown) => {
    if (error instanceof BackupError) throw error;
    throw new BackupError(
      {
        zh: `${nameOf(table)} 无法写入：${String(error)}。已全部撤销。`,
        en: `${nameOf(table)} could not be loaded: ${String(error)}. Everything is undone.`,
      },
      { cause: error },
    );
  });
  if (forced) await client.query(`alter table ${target} force row level security`);
  return count;
}
