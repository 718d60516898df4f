// Payments per second over HTTP, everything written and committed, against TPC-B through the same client library on the
// same PostgreSQL; and against itself: signed, for one merchant alone, and without company in its transactions.
import type { Bench } from "../bench.ts";
import type { Machine } from "../machine.ts";
import { startPart } from "../processes.ts";
import { checkedOf, rowOf, type Goal, type Row } from "../report.ts";
import { medianOf, percentileOf } from "../statistics.ts";
import { othersOf, problemsOf, processorTimesOf, type Leg, type Till, type Work } from "../till.ts";
import type { TpcbQuestions } from "../tpcb.ts";

type Name = "payments" | "payments-signed" | "payments-one-merchant" | "payments-unbatched";
type Measured = Leg & Readonly<{ walBytes: number }>;
type Legs = { legs: Measured[]; rowsByTable: Record<string, number> };

export const checkedPayments = "each payment with its client, the database and the bank; the whole ledger";

const goals = {
  ofTpcb: { of: "ratio", is: "atLeast", bound: 2.5 },
  ofUnbatched: { of: "ratio", is: "atLeast", bound: 5 },
  ofMany: { of: "ratio", is: "atLeast", bound: 0.7 },
} as const satisfies Record<string, Goal>;

/** Runs the rounds: in each, the baseline first, then every kind of payments, each after a checkpoint. */
export async function measurePayments(bench: Bench): Promise<readonly Row[]> {
  const { machine, sizes, say } = bench;
  const { connections, merchants, legMs: durationMs } = sizes;
  const tpcb = startPart<TpcbQuestions>("tpcb.ts");
  bench.atEnd(tpcb.end);
  say(`TPC-B: making the tables at scale ${sizes.scale}`);
  await tpcb.ask("prepare", { databaseUrl: await machine.freshDatabase(), scale: sizes.scale });
  say(`starting the servers, ${merchants} merchants each`);
  const shipped = await bench.openTill();
  const single = await bench.openTill({ batches: "single" });

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

  const baseline: number[] = [];
  const series = new Map<Name, Legs>(kinds.map(([name]) => [name, { legs: [], rowsByTable: {} }]));
  for (let round = 1; round <= sizes.rounds; round += 1) {
    await machine.checkpoint();
    const { transactions, elapsedMs } = await tpcb.ask("run", { connections, durationMs });
    baseline.push((transactions * 1_000) / elapsedMs);
    say(`round ${round}: TPC-B ${Math.round(baseline.at(-1) ?? 0)}/s`);
    for (const [name, one, work] of kinds) {
      const leg = await measure(machine, one, work, series.get(name));
      say(`round ${round}: ${name} ${Math.round(leg.perSecond)}/s`);
    }
  }
  return rowsOf(baseline, series);
}

/** One leg. The rows are counted in a leg of their own before the first: it takes as long as PostgreSQL’s counting does. */
async function measure(machine: Machine, till: Till, work: Work, series: Legs | undefined): Promise<Leg> {
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

function rowsOf(tpcb: readonly number[], series: ReadonlyMap<Name, Legs>): Row[] {
  const values = (name: Name): number[] => (series.get(name)?.legs ?? []).map((leg) => leg.perSecond);
  const row = (
    name: string,
    of: Name,
    other: Readonly<{ name: string; values: readonly number[] }>,
    goal: Goal | null,
  ) => {
    const { legs, rowsByTable } = series.get(of) ?? { legs: [], rowsByTable: {} };
    return rowOf(
      { name, values: values(of) },
      {
        ...{ claim: "payments", unit: "payments/s", baseline: other, goal, rowsByTable },
        figures: figuresOf(legs, rowsByTable),
        others: othersOf(legs),
        checked: checkedOf(checkedPayments, problemsOf(legs)),
      },
    );
  };
  const baseline = { name: "TPC-B through pg, transactions/s", values: tpcb };
  const unbatched = { name: "payments-unbatched", values: values("payments-unbatched") };
  const many = { name: "payments", values: values("payments") };
  return [
    row("payments", "payments", baseline, goals.ofTpcb),
    // The same legs, told against the same code with one payment in each transaction.
    row("payments-batching", "payments", unbatched, goals.ofUnbatched),
    row("payments-one-merchant", "payments-one-merchant", many, goals.ofMany),
    // No goal is set: the signature is what it costs.
    row("payments-signed", "payments-signed", many, null),
  ];
}

function figuresOf(legs: readonly Measured[], rowsByTable: Readonly<Record<string, number>>) {
  const per = (of: (leg: Measured) => number): number => medianOf(legs.map(of));
  return {
    p50Ms: per((leg) => percentileOf(leg.latenciesMs, 0.5)),
    p99Ms: per((leg) => percentileOf(leg.latenciesMs, 0.99)),
    rowsPerPayment: Object.values(rowsByTable).reduce((sum, rows) => sum + rows, 0),
    walBytesPerPayment: per((leg) => leg.walBytes / Math.max(1, leg.paid)),
    ...processorTimesOf(legs),
  };
}
