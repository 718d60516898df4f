// pg_ctl stop -m immediate under load. Every other time it is the server’s own database, and the server ends in words and
// is started again; otherwise it is one that somebody else runs, and the server has to find it again by itself.
import { randomInt } from "node:crypto";
import { percentileOf } from "../../../bench/statistics.ts";
import type { Comparison } from "../books.ts";
import { pause, type Shift } from "../counters.ts";
import { othersText, perSecond, seconds, toldOf, wordless, type Row, type Say } from "../report.ts";
import type { Stage } from "../stage.ts";
import type { Stages } from "../stages.ts";

export type DatabaseWish = Readonly<{
  stops: number;
  desks: number;
  acknowledgementsMax: number;
  stages: Stages;
  say: Say;
}>;

type Half = Readonly<{
  readyMs: readonly number[];
  shifts: readonly Shift[];
  comparison: Comparison;
  problems: readonly string[];
}>;

const stopMsMax = 10_000;
const readyMsMax = 60_000;
const readyMsGoal = 5_000;
const askMs = 20;
/** An immediate stop is SIGQUIT to the postmaster: that is all that pg_ctl does. */
const immediate = "SIGQUIT";

/** Stops the database so many times. */
export async function databaseStops(wish: DatabaseWish): Promise<Row> {
  const own = await ownDatabase({ ...wish, stops: Math.floor(wish.stops / 2) });
  const shared = await sharedDatabase({ ...wish, stops: Math.ceil(wish.stops / 2) });
  const { counted, problems } = toldOf([own.comparison, shared.comparison]);
  const shifts = [...own.shifts, ...shared.shifts];
  const ready = Float64Array.from([...own.readyMs, ...shared.readyMs]);
  const sum = (of: (shift: Shift) => number): number => shifts.reduce((total, shift) => total + of(shift), 0);
  return {
    name: "database",
    what: `pg_ctl stop -m immediate ${wish.stops} times, its own database and one of somebody else`,
    figures: {
      "load, stops included": perSecond(
        sum(({ acknowledged }) => acknowledged),
        sum(({ elapsedMs }) => elapsedMs),
      ),
      "stop to ready, median": seconds(percentileOf(ready, 0.5)),
      "other answers": othersText(shifts.map(({ others }) => others)),
      ...counted,
    },
    goals: [{ what: "stop to ready, p99", tookMs: percentileOf(ready, 0.99), msMax: readyMsGoal }],
    problems: [
      ...problems,
      ...own.problems,
      ...shared.problems,
      ...wordless(shifts.map(({ others }) => others)),
    ],
  };
}

async function ownDatabase({ stages, stops, desks, acknowledgementsMax, say }: DatabaseWish): Promise<Half> {
  await using stage = await stages.lend();
  const readyMs: number[] = [];
  const shifts: Shift[] = [];
  const problems: string[] = [];
  for (let round = 1; round <= stops; round += 1) {
    const shift = stage.counters.run({ desks, signal: new AbortController().signal, broken: "leave" });
    await stage.counters.acknowledgements(randomInt(1, acknowledgementsMax), stopMsMax);
    const stoppedMs = performance.now();
    process.kill(stage.postmasterPid(), immediate);
    const { command } = stage.server();
    const { code } = await command.exit;
    if (code !== 1 || !command.stderr().includes("The database ended unexpectedly"))
      problems.push(`the server ended with ${code} and said: ${command.stderr()}`);
    await stage.restart();
    readyMs.push(performance.now() - stoppedMs);
    shifts.push(await shift);
    say(`stop ${round}/${stops} of its own: ready again in ${seconds(readyMs.at(-1) ?? 0)}`);
  }
  return { readyMs, shifts, problems, comparison: await stage.compare() };
}

async function sharedDatabase({
  stages,
  stops,
  desks,
  acknowledgementsMax,
  say,
}: DatabaseWish): Promise<Half> {
  await using stage = await stages.open({ servers: 1, database: "shared" });
  const readyMs: number[] = [];
  const stopped = new AbortController();
  const shift = stage.counters.run({ desks, signal: stopped.signal, broken: "reconnect" });
  for (let round = 1; round <= stops; round += 1) {
    await stage.counters.acknowledgements(randomInt(1, acknowledgementsMax), stopMsMax);
    const stoppedMs = performance.now();
    process.kill(stage.postmasterPid(), immediate);
    await untilGone(stage);
    await stage.restartDatabase();
    await untilReady(stage, "yes");
    readyMs.push(performance.now() - stoppedMs);
    say(`stop ${round}/${stops} of another’s: ready again in ${seconds(readyMs.at(-1) ?? 0)}`);
  }
  await stage.counters.acknowledgements(1, stopMsMax);
  stopped.abort();
  const shifts = [await shift];
  const { exitCode } = stage.server().command.child;
  const problems = exitCode === null ? [] : [`the server ended with ${exitCode}`];
  return { readyMs, shifts, problems, comparison: await stage.compare() };
}

async function untilGone(stage: Stage): Promise<void> {
  while (stage.postmasterPid() > 0) await pause(askMs);
}

/** Waits until /readyz says so. Throws where it never does. */
export async function untilReady(stage: Pick<Stage, "server">, wanted: "yes" | "no"): Promise<void> {
  const untilMs = performance.now() + readyMsMax;
  for (;;) {
    const answer = await fetch(`${stage.server().url}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(
      () => null,
    );
    await answer?.arrayBuffer();
    if ((answer?.status === 200) === (wanted === "yes")) return;
    if (performance.now() > untilMs) throw new Error(`/readyz still answers ${answer?.status ?? "nothing"}`);
    await pause(askMs);
  }
}
