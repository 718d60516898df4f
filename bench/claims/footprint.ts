// What one payment leaves behind: rows, write-ahead log, bytes of tables and indexes. Baseline: the same, as it was before
// the writing path was made narrower; a payment with a bearer key, without a terminal, everything else as shipped.
import pg from "pg";
import type { Bench } from "../bench.ts";
import { checkedOf, rowOf, type Goal, type Row } from "../report.ts";
import { othersOf, problemsOf, type Leg } from "../till.ts";
import { checkedPayments } from "./payments.ts";

/** Measured by this file before that work began, with 100 merchants on 64 connections. */
const before = { rows: 12, walBytes: 6_828, storedBytes: 4_660 } as const;
/** Lower is meant, not the same. */
const goal: Goal = { of: "ratio", is: "atMost", bound: 0.99 };

type Left = Readonly<{ leg: Leg; rows: number; walBytes: number; storedBytes: number }>;

export async function measureFootprint(bench: Bench): Promise<readonly Row[]> {
  const { sizes, say, machine } = bench;
  const { connections, merchants, legMs: durationMs } = sizes;
  // What others left in it changes nothing: told are differences.
  const till = await bench.sharedTill();
  const work = { connections, merchants, durationMs, proof: "bearer" } as const;
  const database = new pg.Client({ connectionString: till.databaseUrl });
  await database.connect();
  bench.atEnd(() => database.end());
  await till.run({ ...work, durationMs: sizes.warmUpMs });
  const counted = await till.runCounted({ ...work, durationMs: Math.min(durationMs, 2_000) });
  const rowsEach = Object.values(counted.rowsByTable).reduce((sum, rows) => sum + rows, 0);

  const left: Left[] = [];
  for (let round = 1; round <= sizes.rounds; round += 1) {
    // Without a checkpoint in between: pages written whole for the first time after one would be the larger part.
    const [walBefore, storedBefore] = [await machine.walBytes(), await storedBytes(database)];
    const leg = await till.run(work);
    const paid = Math.max(1, leg.paid);
    left.push({
      ...{ leg, rows: rowsEach },
      walBytes: ((await machine.walBytes()) - walBefore) / paid,
      storedBytes: ((await storedBytes(database)) - storedBefore) / paid,
    });
    say(
      `round ${round}: ${Math.round(left.at(-1)?.walBytes ?? 0)} bytes of WAL, ${Math.round(left.at(-1)?.storedBytes ?? 0)} stored`,
    );
  }
  const legs = left.map(({ leg }) => leg);
  const row = (name: string, unit: string, what: "rows" | "walBytes" | "storedBytes"): Row =>
    rowOf(
      { name, values: left.map((one) => one[what]) },
      {
        ...{ claim: "footprint", unit },
        baseline: { name: "the same before the writing path was narrowed", values: [before[what]] },
        goal,
        rowsByTable: what === "rows" ? counted.rowsByTable : {},
        others: othersOf(legs),
        checked: checkedOf(checkedPayments, problemsOf([counted, ...legs])),
      },
    );
  return [
    row("footprint-rows", "rows/payment", "rows"),
    row("footprint-wal", "bytes of WAL/payment", "walBytes"),
    row("footprint-stored", "bytes stored/payment", "storedBytes"),
  ];
}

/** Tables with their indexes, everything but PostgreSQL’s own. */
async function storedBytes(database: pg.Client): Promise<number> {
  const { rows } = await database.query<{ bytes: string }>(
    `select coalesce(sum(pg_total_relation_size(oid)), 0) as bytes from pg_class
     where relkind = 'r' and relnamespace::regnamespace::text not like 'pg\\_%'`,
  );
  return Number(rows[0]?.bytes);
}
