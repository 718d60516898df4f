// What a run of measurements prints: one row for each claim.
import type { Facts } from "./machine.ts";
import type { Spread } from "./statistics.ts";

export type Row = Readonly<{
  name: string;
  /** Median over the rounds. */
  value: number;
  unit: string;
  spread: Spread;
  baseline: Readonly<{ name: string; value: number; spread: Spread }>;
  /** Median of value over median of baseline. */
  ratio: number;
  /** What the ratio is meant to be at least. */
  goal: number;
  p50Ms: number;
  p99Ms: number;
  /** Rows inserted, updated and deleted; the tables are in `rowsByTable`. */
  rowsPerPayment: number;
  rowsByTable: Readonly<Record<string, number>>;
  walBytesPerPayment: number;
  serverCpuMsPerPayment: number;
  /** Of every process of PostgreSQL; null where the system does not tell. */
  databaseCpuMsPerPayment: number | null;
  /** Answers other than “paid”, by what they were, over all rounds. */
  others: Readonly<Record<string, number>>;
  checked: Readonly<{ booksAgree: boolean; ledgerBalanced: boolean; problems: readonly string[] }>;
}>;

const problemsShownMax = 5;

/** What a person reads. */
export function textOf(rows: readonly Row[], facts: Facts): string {
  const { processor, cores, memoryGigabytes, node, postgres, fsyncMs } = facts;
  const machine = `${processor}, ${cores} cores, ${memoryGigabytes} GB; Node ${node}, PostgreSQL ${postgres}; fsync ${fsyncMs.toFixed(2)} ms`;
  return [machine, ...rows.map(rowText)].join("\n\n");
}

function rowText(row: Row): string {
  const { baseline, checked } = row;
  const tables = Object.entries(row.rowsByTable)
    .map(([table, rows]) => `${table} ${rows}`)
    .join(", ");
  const others = Object.entries(row.others).map(([what, count]) => `${count} × ${what}`);
  return [
    `${row.name}: ${span(row)} ${row.unit}, p50 ${row.p50Ms.toFixed(1)} ms, p99 ${row.p99Ms.toFixed(1)} ms`,
    `  ${row.ratio.toFixed(2)} × ${baseline.name} (${span(baseline)}), goal ${row.goal}`,
    `  ${row.rowsPerPayment.toFixed(2)} rows written per payment: ${tables}`,
    `  ${Math.round(row.walBytesPerPayment)} bytes of WAL per payment`,
    `  processor time per payment: server ${row.serverCpuMsPerPayment.toFixed(2)} ms, database ${row.databaseCpuMsPerPayment?.toFixed(2) ?? "unknown"} ms`,
    ...(others.length > 0 ? [`  not paid: ${others.join(", ")}`] : []),
    `  books ${checked.booksAgree ? "agree" : "DO NOT AGREE"}, ledger ${checked.ledgerBalanced ? "balanced" : "BROKEN"}`,
    ...checked.problems.slice(0, problemsShownMax).map((problem) => `    ${problem}`),
  ].join("\n");
}

function span({ value, spread }: Readonly<{ value: number; spread: Spread }>): string {
  return `${Math.round(value)} (${Math.round(spread.min)} … ${Math.round(spread.max)})`;
}
