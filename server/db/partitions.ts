// Partitions by month: what must exist before money arrives, and an alarm for rows that found none.
// Months are Shanghai's, like every business day; bounds are the lowest UUIDv7 of their first millisecond.
import { sql } from "kysely";
import { uuidFloor } from "../kernel/ids.ts";
import { businessDate } from "../kernel/time.ts";
import type { BaseLogger } from "pino";
import type { World } from "../kernel/world.ts";
import type { Loops } from "../platform/loops.ts";
import type { Metrics } from "../platform/metrics.ts";
import type { Pg } from "../platform/pg/pg.ts";

/** Tables partitioned by range of a UUIDv7. Each has a DEFAULT partition named <table>_default. */
export const partitionedTables = [
  "ledger.journal",
  "payments.payment",
  "payments.event",
  "payments.refund",
  "arrivals.arrival",
] as const;

const checkIntervalMs = 86_400_000;

/** This month and so many after it are prepared. */
const monthsAhead = 2;

// Several processes prepare at their start: one after the other, each finding the work of the one before.
const partitionLock = 4_858_921;

export type PartitionReport = Readonly<{
  created: readonly string[];
  /** Tables with rows in their DEFAULT partition: a month that was not prepared in time, or a clock that stepped. */
  misplaced: ReadonlyArray<Readonly<{ table: string; rows: bigint }>>;
}>;

/**
 * Creates the partitions of this month and the two after it where they are missing. A month that already has rows in a
 * DEFAULT partition is left to it: its rows stay reachable, and the report raises the alarm.
 */
export async function ensurePartitions(pg: Pg, now: Date): Promise<PartitionReport> {
  const created: string[] = [];
  for (const table of partitionedTables) {
    for (let ahead = 0; ahead <= monthsAhead; ahead += 1) {
      const month = monthOf(now, ahead);
      if (await createPartition(pg, table, month)) created.push(`${table}_${month.name}`);
    }
  }
  const misplaced = [];
  for (const table of partitionedTables) {
    const rows = await countMisplaced(pg, table);
    if (rows > 0n) misplaced.push({ table, rows });
  }
  return { created, misplaced };
}

/** A month by its name "202611", from its first millisecond to the first of the next. */
export type Month = Readonly<{ name: string; from: Date; to: Date }>;

/** The month in Shanghai that contains a moment, or so many months after it. */
export function monthOf(now: Date, ahead: number): Month {
  const [year, month] = businessDate(now).split("-").map(Number);
  const first = (offset: number): Date => {
    const months = (year ?? 0) * 12 + (month ?? 1) - 1 + offset;
    const name = `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;
    return new Date(`${name}-01T00:00:00+08:00`);
  };
  const from = first(ahead);
  return { name: businessDate(from).slice(0, 7).replace("-", ""), from, to: first(ahead + 1) };
}

async function createPartition(pg: Pg, table: string, month: Month): Promise<boolean> {
  const partition = `${table}_${month.name}`;
  if (await exists(pg, partition)) return false;
  return pg.owner.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${partitionLock})`.execute(tx);
    const { rows } = await sql<{ exists: boolean; taken: boolean }>`
      select to_regclass(${partition}) is not null as exists,
             exists (select from ${sql.raw(`${table}_default`)} as misplaced
                     where ${sql.raw(`misplaced.${keyOf(table)}`)} >= ${uuidFloor(month.from)}::uuid
                       and ${sql.raw(`misplaced.${keyOf(table)}`)} < ${uuidFloor(month.to)}::uuid) as taken`.execute(
      tx,
    );
    if (rows[0]?.exists !== false || rows[0].taken) return false;
    const bounds = `from ('${uuidFloor(month.from)}') to ('${uuidFloor(month.to)}')`;
    await sql.raw(`create table ${partition} partition of ${table} for values ${bounds}`).execute(tx);
    return true;
  });
}

async function exists(pg: Pg, partition: string): Promise<boolean> {
  const { rows } = await sql<{
    exists: boolean;
  }>`select to_regclass(${partition}) is not null as exists`.execute(pg.owner);
  return rows[0]?.exists === true;
}

async function countMisplaced(pg: Pg, table: string): Promise<bigint> {
  const { rows } = await sql<{
    count: bigint;
  }>`select count(*) as count from ${sql.raw(`${table}_default`)}`.execute(pg.owner);
  return rows[0]?.count ?? 0n;
}

const keys: ReadonlyMap<string, string> = new Map([
  ["ledger.journal", "subject_id"],
  ["payments.refund", "refund_id"],
]);

function keyOf(table: string): string {
  return keys.get(table) ?? "payment_id";
}

/** Prepares months now and then daily; the gauge and an error line tell of rows that found no month. */
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
  const round = async (): Promise<void> => {
    const { created, misplaced } = await ensurePartitions(deps.pg, deps.world.now());
    misplacedRows.reset();
    for (const { table, rows } of misplaced) misplacedRows.set({ table }, Number(rows));
    if (misplaced.length > 0) {
      const tables = misplaced.map(({ table }) => table);
      deps.log.error({ event: "partition_missing", tables }, "rows lie outside of every prepared month");
    }
    if (created.length > 0) deps.log.info({ event: "partitions_created", created }, "months were prepared");
  };
  await round();
  deps.loops.every("partitions", checkIntervalMs, round);
}
