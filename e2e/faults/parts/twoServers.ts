// Two servers on one database, each with terminals of its own; one is killed again and again, or stands still for longer than
// its claims last and goes on. No payment is resolved twice, no announcement spoken twice, and the other takes over.
import pg from "pg";
import { percentileOf } from "../../../bench/statistics.ts";
import { pause } from "../counters.ts";
import { othersText, perSecond, seconds, toldOf, wordless, type Row, type Say } from "../report.ts";
import type { Stages } from "../stages.ts";
import { compareHeard, connectAll, heardFigures, putUp, switchOff, untilSettled } from "../terminals.ts";
import { layLine } from "../world/line.ts";

export type TwoServersWish = Readonly<{
  kills: number;
  terminals: number;
  desks: number;
  acknowledgementsMax: number;
  stages: Stages;
  say: Say;
}>;

const waitMsMax = 60_000;
const takeOverMsGoal = 10_000;
/** Beyond a claim for a question and the round that finds it over: worth a look. A cancel is held for longer by design. */
const slowMs = 7_000;
const loadMsMax = 15_000;
const lookMs = 50;
const patienceMs = 7_000;

/** Kills one of two, in turns, so often. */
export async function twoServers(wish: TwoServersWish): Promise<Row> {
  const { kills, desks, acknowledgementsMax, terminals: count, say } = wish;
  await using stage = await wish.stages.open({ servers: 2, database: "shared", patienceMs });
  let alive: readonly number[] = [0, 1];
  const mqttPort = (number: number): number => {
    const wanted = alive[number % alive.length] ?? 0;
    return Number(new URL(stage.server(wanted).mqttUrl ?? "mqtt://127.0.0.1:1").port);
  };
  await using even = await layLine(() => mqttPort(0));
  await using odd = await layLine(() => mqttPort(1));
  const mqttUrl = (number: number): string => `mqtt://127.0.0.1:${(number % 2 === 0 ? even : odd).port}`;
  const place = { platformUrl: stage.server().url, shop: stage.shop, now: stage.now, mqttUrl };
  const fleet = await wish.stages.times.during("terminals", () => putUp({ count, ...place }));
  const database = new pg.Client({ connectionString: stage.databaseUrl() });
  await database.connect();
  try {
    await connectAll(fleet);
    say(`${fleet.length} terminals are connected`);
    stage.counters.takeAt(fleet.map(({ terminalId }) => terminalId));
    const over = new AbortController();
    const running = stage.counters.run({ desks, signal: over.signal, broken: "reconnect" });
    const taken: TakenOver[] = [];
    for (let kill = 1; kill <= kills; kill += 1) {
      const victim = kill % 2;
      await stage.counters.acknowledgements(acknowledgementsMax, loadMsMax);
      process.kill(stage.server(victim).command.pid, "SIGKILL");
      const killedMs = performance.now();
      alive = [1 - victim];
      stage.serve(alive);
      const takenOver = await untilTakenOver(database, killedMs);
      taken.push(takenOver);
      say(`kill ${kill}/${kills} of server ${victim}: taken over within ${textOf(takenOver)}`);
      await stage.restart(victim);
      alive = [0, 1];
      stage.serve(alive);
    }
    over.abort();
    const shift = await running;
    const { counted, problems } = toldOf([await stage.compare()]);
    await untilSettled(database);
    const heard = await compareHeard(database, fleet);
    const takenOverMs = taken.map(({ ms }) => ms);
    return {
      name: "twoServers",
      what: `two servers on one database, one of them killed ${kills} times, ${count} terminals`,
      figures: {
        "load, kills included": perSecond(shift.acknowledged, shift.elapsedMs),
        "kill to all of it taken over, median": seconds(percentileOf(Float64Array.from(takenOverMs), 0.5)),
        "other answers": othersText([shift.others]),
        ...heardFigures(heard),
        ...counted,
      },
      goals: [
        { what: "kill to all of it taken over", tookMs: Math.max(...takenOverMs), msMax: takeOverMsGoal },
      ],
      problems: [
        ...problems,
        ...heard.problems,
        ...wordless([shift.others]),
        ...(await resolvedTwice(database)),
        ...taken
          .flatMap(({ left }) => left)
          .map((one) => `not taken over after ${seconds(waitMsMax)}: ${one}`),
      ],
    };
  } finally {
    await switchOff(fleet);
    await database.end();
  }
}

type TakenOver = Readonly<{
  ms: number;
  left: readonly string[];
  /** The same at the look before: with which step, due when, held until when, and the time of that look. */
  last: readonly string[];
}>;

function textOf({ ms, last }: TakenOver): string {
  return ms > slowMs ? `${seconds(ms)}; the last was ${last.join("; ")}` : seconds(ms);
}

/**
 * Waits until somebody has gone on with every payment that was open at the kill: it has its outcome, or it was asked about
 * and has a later step. How long after the kill that was, in milliseconds, and what nobody has gone on with by then.
 */
async function untilTakenOver(database: pg.Client, killedMs: number): Promise<TakenOver> {
  type Open = Readonly<{ payment_id: string; resolve_at: Date }>;
  const { rows } = await database.query<Open>(
    "select payment_id, resolve_at from payments.payment where state = 'processing'",
  );
  const ids = rows.map(({ payment_id: id }) => id);
  const steps = rows.map(({ resolve_at: at }) => at);
  for (let last: readonly string[] = []; ;) {
    const { rows: left } = await database.query<{ one: string }>(
      `select payment_id || ' ' || concat_ws(', ', resolve_step, payment.resolve_at, lease_until, review_reason, version, now()) as one
       from payments.payment
       join unnest($1::uuid[], $2::timestamptz[]) as seen (payment_id, resolve_at) using (payment_id)
       where state = 'processing' and date_trunc('milliseconds', payment.resolve_at) = seen.resolve_at`,
      [ids, steps],
    );
    const ms = performance.now() - killedMs;
    const open = left.map(({ one }) => one);
    if (open.length === 0 || ms > waitMsMax) return { ms, left: open, last };
    last = open;
    await pause(lookMs);
  }
}

/** A payment that came to an end more than once has more than one outcome in its timeline or in the ledger. */
async function resolvedTwice(database: pg.Client): Promise<string[]> {
  const { rows } = await database.query<{ subject_id: string; facts: string }>(
    `select subject_id, count(*) as facts from ledger.journal where fact = 'succeeded'
     group by subject_id having count(*) > 1`,
  );
  return rows.map(({ subject_id: id, facts }) => `${id}: booked as paid ${facts} times`);
}
