// Makes a backup: one snapshot of every table of ours, streamed through compression into a file that appears only when
// it is whole and has been read again.
import { createHash } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type pg from "pg";
import { getConstructionPlans } from "pg-boss";
import { to as copyTo } from "pg-copy-streams";
import { databaseRoles } from "../pg/connection.ts";
import { writeArchive, type AddEntry } from "./archive.ts";
import { readJobVersion, readMigrationsOf, readPartitions, readTables } from "./catalog.ts";
import { limits } from "./limits.ts";
import { refuseUnfinishedRestore } from "./marker.ts";
import {
  BackupError,
  backupFormat,
  backupFormatVersion,
  type BackedUpTable,
  type Facts,
  type Head,
  type TableSeal,
  type WholeBackup,
} from "./model.ts";
import { headEntry, manifestEntry, partEntry } from "./names.ts";
import { withSession } from "./session.ts";
import { verifyBackup } from "./verify.ts";

export type BackupOptions = Readonly<{
  /** Of a login that may take the role of the owner. */
  databaseUrl: string;
  /** Where the backup shall lie; nothing lies there yet. */
  file: string;
  productVersion: string;
  masterKeyId: string;
  now: Date;
  /** Reads, in the same snapshot, what shall be found again after a restore. */
  observe: (client: pg.ClientBase) => Promise<Facts>;
  /** Ends the backup early; nothing is left of it then. */
  signal?: AbortSignal;
}>;

/**
 * Backs up the database while it is used. Payments go on meanwhile: readers and writers do not wait for each other.
 * Throws BackupError where this is no database of ours or the file exists, and what the disk or the database said.
 */
export async function writeBackup(options: BackupOptions): Promise<WholeBackup> {
  const { file } = options;
  const unfinished = `${file}.unfinished`;
  const taken = await open(file, "r").catch(() => null);
  await taken?.close();
  if (taken !== null) {
    throw new BackupError({
      zh: `${file} 已经存在，不会覆盖。`,
      en: `${file} exists already and is not overwritten.`,
    });
  }
  try {
    await rm(unfinished, { force: true });
    await withSession(options.databaseUrl, (client) => writeSnapshot(client, unfinished, options));
    const whole = await verifyBackup(unfinished);
    await rename(unfinished, file);
    await flushDirectory(dirname(file));
    return whole;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function writeSnapshot(client: pg.Client, file: string, options: BackupOptions): Promise<void> {
  await refuseUnfinishedRestore(client);
  await client.query("begin isolation level repeatable read read only");
  // The first reading statement takes the snapshot: whatever was committed before it is in the backup.
  const head = await headOf(client, options);
  const headBytes = describe(head);
  await writeArchive(file, options.now, async (add) => {
    await add(headEntry, headBytes);
    const tables: TableSeal[] = [];
    for (const [index, table] of head.tables.entries()) {
      tables.push(await writeTable({ client, add, signal: options.signal }, index, table));
    }
    const facts = await options.observe(client);
    await add(manifestEntry, describe({ headSha256: sha256(headBytes), tables, facts }));
  });
  await client.query("commit");
}

async function headOf(client: pg.Client, options: BackupOptions): Promise<Head> {
  const migrations = await readMigrationsOf(client).catch(refuseForeignTables);
  if (migrations === null) {
    throw new BackupError({
      zh: "这个数据库里还没有平台的数据，没有可备份的内容。",
      en: "There is no platform in this database yet, and so nothing to back up.",
    });
  }
  await client.query(`set local role ${databaseRoles.owner}`);
  return {
    format: backupFormat,
    formatVersion: backupFormatVersion,
    productVersion: options.productVersion,
    createdAt: options.now.toISOString(),
    masterKeyId: options.masterKeyId,
    migrations,
    jobSchema: await jobSchemaOf(client),
    tables: await readTables(client),
    partitions: await readPartitions(client),
  };
}

function refuseForeignTables(error: unknown): never {
  throw new BackupError(
    {
      zh: `无法读取这个数据库：${String(error)}。DATABASE_URL 的用户应当就是平台所用的用户。`,
      en: `This database cannot be read: ${String(error)}. The user of DATABASE_URL is the one that the platform uses.`,
    },
    { cause: error },
  );
}

/** How the job queue’s tables are made: its library knows for its own version only. */
async function jobSchemaOf(client: pg.Client): Promise<Head["jobSchema"]> {
  const version = await readJobVersion(client);
  if (version === null) return null;
  const plan = getConstructionPlans("pgboss");
  if (!plan.includes(`VALUES ('${version}')`)) {
    throw new BackupError({
      zh: `任务队列的表是版本 ${version}，与当前程序不一致。请先用当前版本启动一次平台，再备份。`,
      en: `The tables of the job queue are of version ${version}, which this program does not make. Start the platform once with this version, then back up.`,
    });
  }
  // Without its own transaction, because a restore is one.
  const definition = plan.replace(/^\s*BEGIN;/, "").replace(/COMMIT;\s*$/, "");
  return { version, definition };
}

type Writing = Readonly<{ client: pg.Client; add: AddEntry; signal: AbortSignal | undefined }>;

async function writeTable(writing: Writing, index: number, table: BackedUpTable): Promise<TableSeal> {
  const { client, add, signal } = writing;
  const columns = table.columns.map((column) => client.escapeIdentifier(column)).join(", ");
  const from = `${client.escapeIdentifier(table.schema)}.${client.escapeIdentifier(table.name)}`;
  const rows = client.query(copyTo(`copy (select ${columns} from ${from}) to stdout`));
  const hash = createHash("sha256");
  let bytes = 0;
  let part = 0;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  const flush = async (): Promise<void> => {
    if (waitingBytes === 0) return;
    part += 1;
    await add(partEntry(index, table, part), Buffer.concat(waiting));
    waiting = [];
    waitingBytes = 0;
  };
  for await (const chunk of rows as AsyncIterable<Buffer>) {
    signal?.throwIfAborted();
    hash.update(chunk);
    bytes += chunk.length;
    waiting.push(chunk);
    waitingBytes += chunk.length;
    if (waitingBytes >= limits.partBytes) await flush();
  }
  await flush();
  signal?.throwIfAborted();
  return { schema: table.schema, name: table.name, rows: rows.rowCount, bytes, sha256: hash.digest("hex") };
}

function describe(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`, "utf8");
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** After a power cut the new name must be there, not only the bytes behind it. */
async function flushDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
