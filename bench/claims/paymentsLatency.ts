// What a payment costs beyond its channel’s own time, at half of the highest rate, told from the moment at which it was
// due. Baseline: the two commits that every payment waits for, alone on an idle database.
import pg from "pg";
import type { Bench } from "../bench.ts";
import { checkedOf, rowOf, type Row } from "../report.ts";
import { medianOf, percentileOf } from "../statistics.ts";
import { othersOf, problemsOf, processorTimesOf, type Leg } from "../till.ts";
import { checkedPayments } from "./payments.ts";

const shareOfRate = 0.5;
/** How long the channel takes to answer: it shows that this time is not ours, and keeps payments under way side by side. */
const answerMs = 40;
/** So many that a payment that is due never waits for one: what a server cannot take queues there. */
export const openConnectionsPerConnection = 4;
const commitRounds = 100;

export async function measurePaymentsLatency(bench: Bench): Promise<readonly Row[]> {
  const { sizes, say } = bench;
  const { connections, merchants, legMs: durationMs } = sizes;
  const fastest = await bench.sharedTill();
  const closed = { connections, merchants, durationMs, proof: "bearer" } as const;
  await fastest.run({ ...closed, durationMs: sizes.warmUpMs });
  const highest = await fastest.run(closed);
  const perSecond = highest.perSecond * shareOfRate;
  say(`payments-latency: ${Math.round(highest.perSecond)}/s at most, so ${Math.round(perSecond)}/s`);

  const till = await bench.openTill({ channel: { kind: "book", answerMs } });
  const open = { ...closed, perSecond, connections: connections * openConnectionsPerConnection };
  await till.run({ ...open, durationMs: sizes.warmUpMs });
  const idle = await bench.machine.freshDatabase();
  const legs: Leg[] = [];
  const commits: Float64Array[] = [];
  for (let round = 1; round <= sizes.rounds; round += 1) {
    commits.push(await commitTimes(idle));
    legs.push(await till.run(open));
    const p99 = percentileOf(legs.at(-1)?.addedMs ?? new Float64Array(), 0.99);
    say(`round ${round}: added p99 ${p99.toFixed(1)} ms`);
  }
  const row = (name: string, share: number, bound: number): Row =>
    rowOf(
      { name, values: legs.map(({ addedMs }) => percentileOf(addedMs, share)) },
      {
        ...{ claim: "payments-latency", unit: "ms beyond the channel’s time" },
        baseline: {
          name: "two commits of one row, one after the other, ms",
          values: commits.map((times) => percentileOf(times, share)),
        },
        goal: { of: "value", is: "atMost", bound },
        figures: {
          paymentsPerSecond: medianOf(legs.map((leg) => leg.perSecond)),
          duePerSecond: perSecond,
          channelMs: answerMs,
          ...processorTimesOf(legs),
        },
        others: othersOf([...legs, highest]),
        checked: checkedOf(checkedPayments, problemsOf([...legs, highest])),
      },
    );
  return [row("payments-latency-p50", 0.5, 5), row("payments-latency-p99", 0.99, 25)];
}

/** How long two commits of one row each take, again and again. */
async function commitTimes(databaseUrl: string): Promise<Float64Array> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("create table if not exists committed (at double precision)");
    const times: number[] = [];
    for (let round = 0; round < commitRounds; round += 1) {
      const startMs = performance.now();
      for (let commit = 0; commit < 2; commit += 1)
        await client.query({ name: "commit", text: "insert into committed values ($1)", values: [startMs] });
      times.push(performance.now() - startMs);
    }
    return Float64Array.from(times);
  } finally {
    await client.end();
  }
}
