// What payments leave in the database: rows written, by table, as PostgreSQL itself counts them.
import type pg from "pg";

/** Rows inserted, updated and deleted so far, by table; partitions count as their table. */
export type RowCounts = ReadonlyMap<string, number>;

const looksMax = 40;

/** One row for each payment, by the first of its transactions and by the second. */
const witnesses = ["payments.payment", "ledger.journal"];

/** The counts, once they include both transactions of so many payments ever made. `countNow` is asked before each look. */
export async function rowCounts(
  client: pg.Client,
  paymentsEver: number,
  countNow: () => Promise<void>,
): Promise<RowCounts> {
  for (let look = 0; look < looksMax; look += 1) {
    await countNow();
    const { rows } = await client.query<{ name: string; written: string; inserted: string }>(
      `select schemaname || '.' || relname as name, n_tup_ins as inserted, n_tup_ins + n_tup_upd + n_tup_del as written
       from pg_stat_user_tables`,
    );
    const inserted = witnesses.map((table) =>
      rows.filter(({ name }) => tableOf(name) === table).reduce((sum, row) => sum + Number(row.inserted), 0),
    );
    if (inserted.every((count) => count === paymentsEver)) return summed(rows);
    if (inserted.some((count) => count > paymentsEver))
      throw new Error(`${inserted.join(", ")} rows were inserted for ${paymentsEver} payments`);
  }
  throw new Error(`PostgreSQL has not counted ${paymentsEver} payments in ${looksMax} looks`);
}

function summed(rows: ReadonlyArray<Readonly<{ name: string; written: string }>>): RowCounts {
  const counts = new Map<string, number>();
  for (const { name, written } of rows)
    counts.set(tableOf(name), (counts.get(tableOf(name)) ?? 0) + Number(written));
  return counts;
}

function tableOf(name: string): string {
  return name.replace(/_(default|\d{6})$/, "");
}

/** Rows written per payment between two moments, by table, most first. Tables that payments do not touch are left out. */
export function rowsByTable(before: RowCounts, after: RowCounts, payments: number): Record<string, number> {
  const perPayment = [...after]
    .map(([table, count]) => [table, (count - (before.get(table) ?? 0)) / payments] as const)
    .filter(([, rows]) => rows >= 0.0005)
    .sort(([, left], [, right]) => right - left);
  return Object.fromEntries(perPayment.map(([table, rows]) => [table, Number(rows.toFixed(3))]));
}
