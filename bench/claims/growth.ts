// Whether payments become slower as they become many: the same legs on a database that holds a million of them and on an
// empty one, in turns.
import type { Bench } from "../bench.ts";
import { checkedOf, rowOf, type Row } from "../report.ts";
import { seedPayments } from "../seed.ts";
import { medianOf, percentileOf } from "../statistics.ts";
import { othersOf, problemsOf, processorTimesOf, type Leg, type Till } from "../till.ts";
import { checkedPayments } from "./payments.ts";

export async function measureGrowth(bench: Bench): Promise<readonly Row[]> {
  const { sizes, say, machine } = bench;
  const { connections, merchants, legMs: durationMs, growthRows } = sizes;
  const work = { connections, merchants, durationMs, proof: "bearer" } as const;
  const grown = await bench.openTill({}, { verifies: "atEnd" });
  // Every merchant makes a payment of its own first: what is seeded are copies of these.
  const first = await grown.run({ ...work, durationMs: sizes.warmUpMs });
  say(`growth: storing ${growthRows} payments`);
  await seedPayments(grown.databaseUrl, growthRows, say);
  const empty = await bench.openTill({}, { verifies: "atEnd" });
  for (const till of [grown, empty]) await till.run({ ...work, durationMs: sizes.warmUpMs });

  const legs = { grown: [] as Leg[], empty: [] as Leg[] };
  const run = async (till: Till): Promise<Leg> => {
    await machine.checkpoint();
    return till.run(work);
  };
  for (let round = 1; round <= sizes.rounds; round += 1) {
    legs.empty.push(await run(empty));
    legs.grown.push(await run(grown));
    say(
      `round ${round}: growth ${Math.round(legs.grown.at(-1)?.perSecond ?? 0)}/s, empty ${Math.round(legs.empty.at(-1)?.perSecond ?? 0)}/s`,
    );
  }
  say("growth: verifying all of it");
  const broken = [await grown.verify(), await empty.verify()].filter((problem) => problem !== null);
  const all = [...legs.grown, ...legs.empty];
  return [
    rowOf(
      { name: "growth", values: legs.grown.map((leg) => leg.perSecond) },
      {
        ...{ claim: "growth", unit: `payments/s with ${growthRows} stored` },
        baseline: { name: "the same in an empty database", values: legs.empty.map((leg) => leg.perSecond) },
        goal: { of: "ratio", is: "atLeast", bound: 0.85 },
        figures: {
          storedBefore: growthRows,
          ...costOf("", legs.grown),
          ...costOf("WhenEmpty", legs.empty),
        },
        others: othersOf(all),
        checked: checkedOf(checkedPayments, [...problemsOf([first, ...all]), ...broken]),
      },
    ),
  ];
}

function costOf(when: string, legs: readonly Leg[]): Record<string, number> {
  const per = (of: (leg: Leg) => number): number => medianOf(legs.map(of));
  return {
    [`p99Ms${when}`]: per((leg) => percentileOf(leg.latenciesMs, 0.99)),
    ...processorTimesOf(legs, when),
  };
}
