// Payments per second over HTTP, everything written and committed, against TPC-B through the same client library on the
// same PostgreSQL; and against itself: signed, for one merchant alone, and without company in its transactions.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Machine } from "../machine.ts";
import { startPart } from "../processes.ts";
import type { Row } from "../report.ts";
import { medianOf, percentileOf, spreadOf } from "../statistics.ts";
import { openTill, type Leg, type Till, type Work } from "../till.ts";
import type { TpcbQuestions } from "../tpcb.ts";

export type Sizes = Readonly<{
  rounds: number;
  legMs: number;
  warmUpMs: number;
  connections: number;
  merchants: number;
  /** Of TPC-B. */
  scale: number;
  /** Told what is going on, in one line each. */
  say: (line: string) => void;
  /** A folder into which the server’s Node writes a profile of its processor; null: none. */
  profileDirectory: string | null;
}>;

type Name = "payments" | "payments-signed" | "payments-one-merchant" | "payments-unbatched";
type Measured = Leg & Readonly<{ walBytes: number }>;
type Series = { legs: Measured[]; rowsByTable: Record<string, number> };
type Baseline = { perSecond: number[] };

/** Runs the rounds: in each, the baseline first, then every kind of payments, each after a checkpoint. */
export async function measurePayments(machine: Machine, sizes: Sizes): Promise<readonly Row[]> {
  const { connections, merchants, legMs: durationMs, say } = sizes;
  const logs = mkdtempSync(join(tmpdir(), "huiyin-bench-log-"));
  const till = async (batches: "asShipped" | "single"): Promise<Till> => {
    const databaseUrl = await machine.freshDatabase();
    const nodeWords = batches === "asShipped" ? profilerWords(sizes.profileDirectory) : [];
    return openTill(machine, { databaseUrl, merchants, batches, logFile: join(logs, batches) }, nodeWords);
  };
  const ends: Array<() => Promise<void>> = [async () => rmSync(logs, { recursive: true, force: true })];
  try {
    const tpcb = startPart<TpcbQuestions>("tpcb.ts");
    ends.push(tpcb.end);
    say(`TPC-B: making the tables at scale ${sizes.scale}`);
    await tpcb.ask("prepare", { databaseUrl: await machine.freshDatabase(), scale: sizes.scale });
    say(`starting the servers, ${merchants} merchants each`);
    const shipped = await till("asShipped");
    ends.push(shipped.close);
    const single = await till("single");
    ends.push(single.close);

    const many: Work = { connections, durationMs, merchants, proof: "bearer" };
    const kinds: ReadonlyArray<readonly [Name, Till, Work]> = [
      ["payments", shipped, many],
      ["payments-signed", shipped, { ...many, proof: "signed" }],
      ["payments-one-merchant", shipped, { ...many, merchants: 1 }],
      ["payments-unbatched", single, many],
    ];
    say("warming up");
    await tpcb.ask("run", { connections, durationMs: sizes.warmUpMs });
    for (const [, one, work] of kinds) await one.run({ ...work, durationMs: sizes.warmUpMs });

    const baseline: Baseline = { perSecond: [] };
    const series = new Map<Name, Series>(kinds.map(([name]) => [name, { legs: [], rowsByTable: {} }]));
    for (let round = 1; round <= sizes.rounds; round += 1) {
      await machine.checkpoint();
      const { transactions, elapsedMs } = await tpcb.ask("run", { connections, durationMs });
      baseline.perSecond.push((transactions * 1_000) / elapsedMs);
      say(`round ${round}: TPC-B ${Math.round(baseline.perSecond.at(-1) ?? 0)}/s`);
      for (const [name, one, work] of kinds) {
        const leg = await measure(machine, one, work, series.get(name));
        say(`round ${round}: ${name} ${Math.round(leg.perSecond)}/s`);
      }
    }
    return rowsOf(baseline, series);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

function profilerWords(directory: string | null): string[] {
  return directory === null ? [] : ["--cpu-prof", `--cpu-prof-dir=${directory}`];
}

/** One leg. The rows are counted in a leg of their own before the first: it takes as long as PostgreSQL’s counting does. */
async function measure(machine: Machine, till: Till, work: Work, series: Series | undefined): Promise<Leg> {
  if (series === undefined) throw new Error("a kind without a series");
  if (series.legs.length === 0) {
    const counted = await till.runCounted({ ...work, durationMs: Math.min(work.durationMs, 2_000) });
    series.rowsByTable = counted.rowsByTable;
  }
  await machine.checkpoint();
  const walBefore = await machine.walBytes();
  const leg = await till.run(work);
  series.legs.push({ ...leg, walBytes: (await machine.walBytes()) - walBefore });
  return leg;
}

function rowsOf(baseline: Baseline, series: ReadonlyMap<Name, Series>): Row[] {
  const values = (name: Name): number[] => (series.get(name)?.legs ?? []).map((leg) => leg.perSecond);
  const payments = { name: "payments", values: values("payments") };
  const tpcb = { name: "TPC-B through pg, transactions/s", values: baseline.perSecond };
  const unbatched = { name: "payments-unbatched", values: values("payments-unbatched") };
  const against = (name: Name, other: Compared, goal: number): Row =>
    rowOf(name, series.get(name), { ...other, goal });
  return [
    against("payments", tpcb, 2.5),
    // The same legs, told against the same code with one payment in each transaction.
    { ...against("payments", unbatched, 5), name: "payments-batching" },
    against("payments-one-merchant", payments, 0.7),
    // No goal is set: the signature is what it costs.
    against("payments-signed", payments, 0),
  ];
}

type Compared = Readonly<{ name: string; values: readonly number[] }>;

function rowOf(name: Name, series: Series | undefined, other: Compared & Readonly<{ goal: number }>): Row {
  const legs = series?.legs ?? [];
  const rates = legs.map((leg) => leg.perSecond);
  const value = medianOf(rates);
  const baseline = { name: other.name, value: medianOf(other.values), spread: spreadOf(other.values) };
  const per = (of: (leg: Measured) => number): number => medianOf(legs.map(of));
  const others: Record<string, number> = {};
  for (const leg of legs)
    for (const [what, count] of Object.entries(leg.others)) others[what] = (others[what] ?? 0) + count;
  const problems = legs.flatMap((leg) => [
    ...leg.problems,
    ...(leg.ledgerBroken === null ? [] : [leg.ledgerBroken]),
  ]);
  return {
    ...{ name, value, unit: "payments/s", spread: spreadOf(rates), baseline },
    ratio: value / baseline.value,
    goal: other.goal,
    p50Ms: per((leg) => percentileOf(leg.latenciesMs, 0.5)),
    p99Ms: per((leg) => percentileOf(leg.latenciesMs, 0.99)),
    rowsPerPayment: Object.values(series?.rowsByTable ?? {}).reduce((sum, rows) => sum + rows, 0),
    rowsByTable: series?.rowsByTable ?? {},
    walBytesPerPayment: per((leg) => leg.walBytes / Math.max(1, leg.paid)),
    serverCpuMsPerPayment: per((leg) => leg.serverCpuMs),
    databaseCpuMsPerPayment: legs.some((leg) => leg.databaseCpuMs === null)
      ? null
      : per((leg) => leg.databaseCpuMs ?? 0),
    others,
    checked: {
      booksAgree: legs.every((leg) => leg.problems.length === 0),
      ledgerBalanced: legs.every((leg) => leg.ledgerBroken === null),
      problems,
    },
  };
}
