// Partitions by month: what must exist before money arrives, and an alarm for rows that found none.
import { sql } from "kysely";
import type { BaseLogger } from "pino";
import type { World } from "../kernel/world.ts";
import type { Loops } from "../platform/loops.ts";
import type { Metrics } from "../platform/metrics.ts";
import { sqlStateOf } from "../platform/pg/errors.ts";
import type { Database, Pg, Tx } from "../platform/pg/pg.ts";
import { limits } from "./limits.ts";
import { idBounds, monthOf, partitionedTables, type Month, type PartitionedTable } from "./months.ts";

// Several processes prepare at their start: one after the other, each finding the work of the one before.
const partitionLock = 4_858_921;

/** PostgreSQL: lock_timeout ended the wait for a lock. */
const lockNotAvailable = "55P03";

// The first digits of a UUIDv7 are milliseconds: those with the same five lie within three days of each other.
const bucketDigits = 5;
const bucketMs = 2 ** 28;

export type PartitionReport = Readonly<{
  created: readonly string[];
  /** Rows that had come before their month and now lie in it. */
  moved: ReadonlyArray<Readonly<{ partition: string; rows: number }>>;
  /** Tables with rows in their DEFAULT partition: of a month that is not prepared, or a clock stepped. */
  misplaced: ReadonlyArray<Readonly<{ table: string; rows: bigint }>>;
  /** Partitions that are not there though their month has begun or begins within a week. */
  missing: readonly string[];
}>;

/**
 * How much may be done at once. "whilePaying": nobody waits, what is too much or in use is left for later.
 * "everything": months of all rows in DEFAULT are made too, however many rows have to move.
 */
export type Effort = "whilePaying" | "everything";

/**
 * Makes the partitions of this month and of the two after it where they are missing, rows included that had come before
 * them. With `whilePaying` a table that is in use or whose DEFAULT holds too many rows is left as it is; its rows stay
 * reachable, and the report raises the alarm.
 */
export async function ensurePartitions(
  pg: Pg,
  now: Date,
  effort: Effort = "whilePaying",
): Promise<PartitionReport> {
  const created: string[] = [];
  const moved: Array<{ partition: string; rows: number }> = [];
  for (const table of partitionedTables) {
    for (const month of await wantedMonths(pg, table, { now, effort })) {
      const rows = await createPartition(pg, { table, month }, effort);
      if (rows === null) continue;
      const partition = `${table.name}_${month.name}`;
      created.push(partition);
      if (rows > 0) moved.push({ partition, rows });
    }
  }
  return { created, moved, misplaced: await findMisplaced(pg), missing: await findMissing(pg, now) };
}

/** Months that should be there, and with every effort those of which DEFAULT holds rows; archived ones are over. */
async function wantedMonths(
  pg: Pg,
  table: PartitionedTable,
  { now, effort }: { now: Date; effort: Effort },
): Promise<Month[]> {
  const months = Array.from({ length: limits.monthsAhead + 1 }, (_, ahead) => monthOf(now, ahead));
  if (effort === "everything") {
    const { rows } = await sql<{ start: string }>`
      select distinct left(${sql.ref(table.key)}::text, ${bucketDigits}) as start
      from ${sql.table(`${table.name}_default`)}`.execute(pg.owner);
    for (const { start } of rows) {
      const ms = Number.parseInt(start, 16) * bucketMs;
      months.push(monthOf(new Date(ms), 0), monthOf(new Date(ms + bucketMs - 1), 0));
    }
  }
  const { rows: detached } = await sql<{ month: string }>`
    select month from platform.month where state = 'detached'`.execute(pg.owner);
  const over = new Set(detached.map(({ month }) => month));
  return [...new Map(months.map((month) => [month.name, month])).values()].filter(
    ({ name }) => !over.has(name),
  );
}

/** Makes one partition and returns how many rows moved into it; null where it was there, or is left for later. */
async function createPartition(
  pg: Pg,
  { table, month }: Readonly<{ table: PartitionedTable; month: Month }>,
  effort: Effort,
): Promise<number | null> {
  const partition = `${table.name}_${month.name}`;
  if (await exists(pg.owner, partition)) return null;
  const work = pg.owner.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${partitionLock})`.execute(tx);
    if (await exists(tx, partition)) return null;
    const waiting = await countDefault(tx, table, month);
    const tooMuch = waiting.ofMonth > limits.movedRowsMax || waiting.all > limits.defaultRowsMax;
    if (effort === "whilePaying" && tooMuch) return null;
    if (effort === "whilePaying") await limitWaiting(tx);
    return attachPartition(tx, { table, month });
  });
  return work.catch((error: unknown) => {
    if (sqlStateOf(error) === lockNotAvailable) return null;
    throw error;
  });
}

/** Whoever pays meanwhile waits behind us: so we wait for others only shortly, and give up. */
export async function limitWaiting(tx: Tx): Promise<void> {
  await sql`select set_config('lock_timeout', ${`${limits.lockWaitMs}ms`}, true)`.execute(tx);
}

/**
 * A table of its own first, then attached: that leaves the parent readable and writable, and takes DEFAULT for a moment
 * only, in which rows of the month move over. Indexes and checks are those of the parent; nobody is granted anything, so
 * rows are reached through the parent and its policies alone. Returns how many rows moved.
 */
async function attachPartition(
  tx: Tx,
  { table, month }: Readonly<{ table: PartitionedTable; month: Month }>,
): Promise<number> {
  const [parent, partition] = [table.name, `${table.name}_${month.name}`];
  const { from, below } = idBounds(month);
  await sql.raw(`create table ${partition} (like ${parent} including all)`).execute(tx);
  await sql.raw(`lock table ${parent}_default in access exclusive mode`).execute(tx);
  const { ofMonth } = await countDefault(tx, table, month);
  if (ofMonth > 0) {
    const columns = await writtenColumns(tx, parent);
    await sql
      .raw(
        `with moved as (delete from ${parent}_default where ${table.key} >= '${from}' and ${table.key} < '${below}'
                        returning ${columns})
         insert into ${partition} (${columns}) select ${columns} from moved`,
      )
      .execute(tx);
  }
  await sql
    .raw(`alter table ${parent} attach partition ${partition} for values from ('${from}') to ('${below}')`)
    .execute(tx);
  return ofMonth;
}

async function writtenColumns(tx: Tx, table: string): Promise<string> {
  const { rows } = await sql<{ columns: string }>`
    select string_agg(quote_ident(attname), ', ' order by attnum) as columns from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = ''`.execute(
    tx,
  );
  return rows[0]?.columns ?? "";
}

/** Read from the catalog, where another process has just written: names that were not there before are remembered as such. */
async function exists(db: Database | Tx, partition: string): Promise<boolean> {
  const { rows } = await sql`
    select from pg_class as found join pg_namespace as place on place.oid = found.relnamespace
    where place.nspname || '.' || found.relname = ${partition}`.execute(db);
  return rows.length > 0;
}

async function countDefault(
  tx: Tx,
  table: PartitionedTable,
  month: Month,
): Promise<Readonly<{ all: number; ofMonth: number }>> {
  const { from, below } = idBounds(month);
  const key = sql.ref(table.key);
  const { rows } = await sql<{ all: number; ofMonth: number }>`
    select count(*)::int as "all", (count(*) filter (where ${key} >= ${from}::uuid and ${key} < ${below}::uuid))::int as "ofMonth"
    from ${sql.table(`${table.name}_default`)}`.execute(tx);
  return rows[0] ?? { all: 0, ofMonth: 0 };
}

async function findMisplaced(pg: Pg): Promise<Array<{ table: string; rows: bigint }>> {
  const misplaced = [];
  for (const { name } of partitionedTables) {
    const { rows } = await sql<{ count: bigint }>`
      select count(*) as count from ${sql.table(`${name}_default`)}`.execute(pg.owner);
    const count = rows[0]?.count ?? 0n;
    if (count > 0n) misplaced.push({ table: name, rows: count });
  }
  return misplaced;
}

/** Months whose partitions are needed now or so soon that somebody should know: the names of the partitions. */
export function neededPartitions(now: Date): string[] {
  const [present, next] = [monthOf(now, 0), monthOf(now, 1)];
  const soon = next.from.getTime() - now.getTime() <= limits.alarmDays * 86_400_000;
  const months = soon ? [present, next] : [present];
  return partitionedTables.flatMap(({ name }) => months.map((month) => `${name}_${month.name}`));
}

async function findMissing(pg: Pg, now: Date): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from unnest(${neededPartitions(now)}::text[]) as needed (name)
    where to_regclass(name) is null order by name`.execute(pg.owner);
  return rows.map(({ name }) => name);
}

/** Prepares months now and then again and again; gauges and an error line tell of rows without a month and months that are missing. */
export async function runPartitions(
  deps: Readonly<{
    pg: Pg;
    world: Pick<World, "now">;
    loops: Loops;
    metrics: Pick<Metrics, "gauge">;
    log: BaseLogger;
  }>,
): Promise<void> {
  const misplacedRows = deps.metrics.gauge({
    name: "huiyin_default_partition_rows",
    help: "Rows in DEFAULT partitions: their month was not prepared, or a clock stepped",
    labels: ["table"],
  });
  const missingPartitions = deps.metrics.gauge({
    name: "huiyin_missing_partitions",
    help: "Partitions that are not there though their month has begun or begins within a week",
  });
  const round = async (): Promise<void> => {
    const { created, moved, misplaced, missing } = await ensurePartitions(deps.pg, deps.world.now());
    misplacedRows.reset();
    for (const { table, rows } of misplaced) misplacedRows.set({ table }, Number(rows));
    missingPartitions.set({}, missing.length);
    if (misplaced.length > 0 || missing.length > 0) {
      const tables = misplaced.map(({ table }) => table);
      deps.log.error(
        { event: "partition_missing", tables, missing },
        "rows or payments to come have no month",
      );
    }
    if (created.length > 0)
      deps.log.info({ event: "partitions_created", created, moved }, "months were prepared");
  };
  await round();
  deps.loops.every("partitions", limits.partitionCheckMs, round);
}
