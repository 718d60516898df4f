// From the channel’s answer to the moment at which the terminal has the announcement: booked, committed, sent and there.
// Baseline: how long a heartbeat takes from a terminal to the broker and back, on the same connections under the same load.
import { setTimeout as sleep } from "node:timers/promises";
import type { Bench } from "../bench.ts";
import { startPart, type Part } from "../processes.ts";
import { checkedOf, rowOf, type Row } from "../report.ts";
import { medianOf, percentileOf } from "../statistics.ts";
import type { StreetQuestions } from "../street.ts";
import { othersOf, problemsOf, type Leg } from "../till.ts";
import { checkedPayments } from "./payments.ts";
import { connectTerminals, openStreetTill } from "./terminals.ts";

/** Few enough to be no load of their own. */
const roundTripsPerSecond = 50;
const heardMsMax = 10_000;

type Round = Readonly<{
  leg: Leg;
  tookMs: Float64Array;
  roundTripsMs: Float64Array;
  missing: readonly string[];
}>;

export async function measureArrivals(bench: Bench): Promise<readonly Row[]> {
  const { sizes, say } = bench;
  const till = await openStreetTill(bench, sizes.terminals);
  const street = startPart<StreetQuestions>("street.ts");
  bench.atEnd(street.end);
  await connectTerminals(street, till, { from: 0, to: sizes.terminals });
  say(`${sizes.terminals} terminals are connected`);

  const { connections, merchants, arrivalsPerSecond: perSecond } = sizes;
  const run = async (durationMs: number): Promise<Round> => {
    const beating = street.ask("roundTrips", { durationMs, perSecond: roundTripsPerSecond });
    const work = { connections, merchants, durationMs, perSecond, proof: "bearerAtTerminal" } as const;
    const [leg, roundTripsMs] = await Promise.all([till.run(work), beating]);
    return { leg, roundTripsMs, ...(await heardOf(street, leg)) };
  };
  await run(sizes.warmUpMs);
  const rounds: Round[] = [];
  for (let round = 1; round <= sizes.rounds; round += 1) {
    rounds.push(await run(sizes.legMs));
    say(
      `round ${round}: p99 ${percentileOf(rounds.at(-1)?.tookMs ?? new Float64Array(), 0.99).toFixed(1)} ms`,
    );
  }
  const legs = rounds.map(({ leg }) => leg);
  const problems = rounds.flatMap(({ missing }) =>
    missing.map((id) => `${id}: paid, and its terminal never heard of it`),
  );
  return [
    rowOf(
      { name: "arrivals", values: rounds.map(({ tookMs }) => percentileOf(tookMs, 0.99)) },
      {
        ...{ claim: "arrivals", unit: "ms from the channel’s answer to the terminal, p99" },
        baseline: {
          name: "a heartbeat to the broker and back, p99 ms",
          values: rounds.map(({ roundTripsMs }) => percentileOf(roundTripsMs, 0.99)),
        },
        goal: { of: "value", is: "atMost", bound: 250 },
        figures: {
          p50Ms: medianOf(rounds.map(({ tookMs }) => percentileOf(tookMs, 0.5))),
          terminals: sizes.terminals,
          paymentsPerSecond: medianOf(legs.map((leg) => leg.perSecond)),
          serverCpuMsPerPayment: medianOf(legs.map((leg) => leg.serverCpuMs)),
        },
        others: othersOf(legs),
        checked: checkedOf(`${checkedPayments}; each payment with what its terminal heard`, [
          ...problemsOf(legs),
          ...problems,
        ]),
      },
    ),
  ];
}

/** Waits for the last announcements of a leg; how long each took, and which never came. */
export async function heardOf(
  street: Pick<Part<StreetQuestions>, "ask">,
  { answeredAtMs }: Pick<Leg, "answeredAtMs">,
  waitsMs = heardMsMax,
): Promise<Pick<Round, "tookMs" | "missing">> {
  const heard = new Map<string, number>();
  const startMs = performance.now();
  const missing = (): string[] => [...answeredAtMs.keys()].filter((id) => !heard.has(id));
  for (;;) {
    for (const [id, atMs] of await street.ask("heard", null)) heard.set(id, atMs);
    if (missing().length === 0 || performance.now() - startMs > waitsMs) break;
    await sleep(20);
  }
  const took = [...answeredAtMs].flatMap(([id, atMs]) => {
    const there = heard.get(id);
    return there === undefined ? [] : [there - atMs];
  });
  return { tookMs: Float64Array.from(took), missing: missing() };
}
