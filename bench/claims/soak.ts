// An hour at half of the highest rate, with terminals that hear of it: memory, times and what waits, at its end beside the
// same at its beginning.
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Bench } from "../bench.ts";
import { startPart, type Part } from "../processes.ts";
import { checkedOf, rowOf, type Goal, type Row } from "../report.ts";
import { medianOf, megabyte, percentileOf } from "../statistics.ts";
import type { StreetQuestions } from "../street.ts";
import { othersOf, problemsOf, type Leg, type Till, type Work } from "../till.ts";
import { heardOf } from "./arrivals.ts";
import { checkedPayments } from "./payments.ts";
import { openConnectionsPerConnection } from "./paymentsLatency.ts";
import { connectTerminals, openStreetTill } from "./terminals.ts";

const shareOfRate = 0.5;
/** Its beginning and its end are so much of it each. */
const shareCompared = 0.2;
const looksPerLeg = 60;
/** What somebody has still to do something about: steps of payments and of announcements. */
const waitingRows = `
  select (select count(*) from payments.payment where resolve_at is not null)
       + (select count(*) from arrivals.arrival where send_after is not null or stage = 'speaking') as count`;

/** What is kept of a leg: an hour of whole ones would fill gigabytes. */
export type Stretch = Pick<Leg, "paid" | "perSecond" | "others" | "problems" | "ledgerBroken"> &
  Readonly<{
    /** From the moment at which a payment was due to its answer, milliseconds. */
    p99Ms: number;
    /** From the channel’s answer to the terminal, milliseconds. */
    heardP99Ms: number;
    /** Of the server, the middle of many looks. */
    residentMegabytes: number;
    /** Rows that wait for somebody, the mean of many looks. */
    waiting: number;
  }>;

export async function measureSoak(bench: Bench): Promise<readonly Row[]> {
  const { sizes, say } = bench;
  const till = await openStreetTill(bench, sizes.terminals, "atEnd");
  const street = startPart<StreetQuestions>("street.ts");
  bench.atEnd(street.end);
  await connectTerminals(street, till, { from: 0, to: sizes.terminals });
  const database = new pg.Client({ connectionString: till.databaseUrl });
  await database.connect();
  bench.atEnd(() => database.end());
  const run = (work: Work): Promise<Stretch> => stretch({ till, street, database }, work);

  const closed = { ...chosen(bench), proof: "bearerAtTerminal" } as const;
  const before = [await run({ ...closed, durationMs: sizes.warmUpMs })];
  for (let round = 1; round <= sizes.rounds; round += 1)
    before.push(await run({ ...closed, durationMs: sizes.legMs }));
  const highest = medianOf(before.slice(1).map(({ perSecond }) => perSecond));
  say(`soak: ${Math.round(highest)}/s at most, so ${Math.round(highest * shareOfRate)}/s`);

  const connections = closed.connections * openConnectionsPerConnection;
  const open = { ...closed, connections, perSecond: highest * shareOfRate, durationMs: sizes.soakLegMs };
  const soaked: Stretch[] = [];
  for (let leg = 1; leg <= sizes.soakLegs; leg += 1) {
    soaked.push(await run(open));
    say(`leg ${leg}/${sizes.soakLegs}: ${soaked.slice(-1).map(textOf).join()}`);
  }
  say("soak: verifying all of it");
  const broken = await till.verify();
  const problems = [...problemsOf([...before, ...soaked]), ...(broken === null ? [] : [broken])];
  return rowsOfSoak(soaked, { perSecond: open.perSecond, legSeconds: sizes.soakLegMs / 1_000, problems });
}

function chosen({ sizes: { connections, merchants } }: Bench): Pick<Work, "connections" | "merchants"> {
  return { connections, merchants };
}

function textOf({ p99Ms, heardP99Ms, residentMegabytes, waiting }: Stretch): string {
  const [p99, heard] = [p99Ms.toFixed(0), heardP99Ms.toFixed(0)];
  return `p99 ${p99} ms, heard ${heard} ms, ${residentMegabytes.toFixed(0)} MB, ${waiting.toFixed(0)} wait`;
}

type Place = Readonly<{ till: Till; street: Part<StreetQuestions>; database: pg.Client }>;

/** Runs a leg, looks at the server and its database meanwhile, and waits until the terminals have heard of all of it. */
async function stretch({ till, street, database }: Place, work: Work): Promise<Stretch> {
  const resident: number[] = [];
  const waiting: number[] = [];
  const over = new AbortController();
  const look = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await sleep(work.durationMs / looksPerLeg);
      resident.push((await till.usage()).residentBytes / megabyte);
      const { rows } = await database.query<{ count: string }>(waitingRows);
      waiting.push(Number(rows[0]?.count));
    }
  };
  const [leg] = await Promise.all([till.run(work).finally(() => over.abort()), look()]);
  const { tookMs, missing } = await heardOf(street, leg);
  const unheard = missing.map((id) => `${id}: paid, and its terminal never heard of it`);
  const { paid, perSecond, others, problems, ledgerBroken } = leg;
  return {
    ...{ paid, perSecond, others, ledgerBroken, problems: [...problems, ...unheard] },
    p99Ms: percentileOf(leg.latenciesMs, 0.99),
    heardP99Ms: percentileOf(tookMs, 0.99),
    residentMegabytes: medianOf(resident),
    waiting: waiting.reduce((sum, count) => sum + count, 0) / waiting.length,
  };
}

type Soaked = Readonly<{ perSecond: number; legSeconds: number; problems: readonly string[] }>;

/** The end beside the beginning, a fifth of the legs each. */
export function rowsOfSoak(
  legs: readonly Stretch[],
  { perSecond, legSeconds, problems }: Soaked,
): readonly Row[] {
  const compared = Math.max(1, Math.floor(legs.length * shareCompared));
  type Asked = Readonly<{
    baseline: Parameters<typeof rowOf>[1]["baseline"];
    goal: Pick<Goal, "is" | "bound">;
  }>;
  const rowBeside = (
    name: string,
    unit: string,
    of: (leg: Stretch) => number,
    { baseline, goal }: Asked,
  ): Row =>
    rowOf(
      { name: `soak-${name}`, values: legs.slice(-compared).map(of) },
      {
        ...{ claim: "soak", unit: `${unit}, at the end`, baseline },
        goal: { of: "ratio", ...goal },
        figures: {
          minutes: (legs.length * legSeconds) / 60,
          duePerSecond: perSecond,
          payments: legs.reduce((sum, { paid }) => sum + paid, 0),
          median: medianOf(legs.map(of)),
        },
        others: othersOf(legs),
        checked: checkedOf(`${checkedPayments}; each payment with what its terminal heard`, problems),
      },
    );
  const row = (name: string, unit: string, of: (leg: Stretch) => number, bound: number): Row => {
    const baseline = { name: "at the beginning", values: legs.slice(0, compared).map(of) };
    return rowBeside(name, unit, of, { baseline, goal: { is: "atMost", bound } });
  };
  const due = { name: "due", values: [perSecond] };
  // Times and queues waver with the machine; what grows without an end goes beyond any bound within an hour.
  return [
    // What is refused is no payment, and what is late makes its leg longer: either would hide in the times.
    rowBeside("rate", "payments/s", (leg) => leg.perSecond, {
      baseline: due,
      goal: { is: "atLeast", bound: 0.99 },
    }),
    row("memory", "MB resident", (leg) => leg.residentMegabytes, 1.1),
    row("p99", "ms to the answer, p99", (leg) => leg.p99Ms, 1.25),
    row("heard-p99", "ms from the channel’s answer to the terminal, p99", (leg) => leg.heardP99Ms, 1.25),
    row("waiting", "rows that wait for somebody", (leg) => leg.waiting, 1.25),
  ];
}
