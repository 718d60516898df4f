// kill -9 of the server at random moments, under load: the server alone, or with the whole group of its database.
import { randomInt } from "node:crypto";
import { medianOf, percentileOf } from "../../../bench/statistics.ts";
import { killGroup } from "../../support/process.ts";
import type { Comparison } from "../books.ts";
import { pause } from "../counters.ts";
import { perSecond, seconds, toldOf, type Row, type Say } from "../report.ts";
import { cpuMsOf } from "../server.ts";
import type { Stage } from "../stage.ts";
import type { Stages } from "../stages.ts";

export type KillsWish = Readonly<{
  kills: number;
  desks: number;
  /** A kill comes after so many acknowledgements at most, at any moment between two of them. */
  acknowledgementsMax: number;
  stages: Stages;
  say: Say;
}>;

const betweenMsMax = 20;
const readyMsMax = 5_000;
/** No kill waits longer than this for its acknowledgements. */
const killMsMax = 10_000;
/** All books are compared after so many kills, and at the end. */
const comparedEvery = 25;

/** Runs so many rounds of payments, each ended by a kill. */
export async function kills(wish: KillsWish): Promise<Row> {
  const { kills: count, desks, acknowledgementsMax, say } = wish;
  await using stage = await wish.stages.lend();
  const { counters } = stage;
  const readyMs: number[] = [];
  const startCpuMs: number[] = [];
  const comparisons: Comparison[] = [];
  const load = { acknowledged: 0, ms: 0 };
  for (let round = 1; round <= count; round += 1) {
    const shiftStart = counters.place();
    const shift = counters.run({ desks, signal: new AbortController().signal, broken: "leave" });
    await counters.acknowledgements(randomInt(acknowledgementsMax), killMsMax);
    await pause(randomInt(betweenMsMax));
    const victim = round % 2 === 0 ? "group" : "server";
    const killedMs = performance.now();
    kill(victim, stage);
    await stage.server().command.exit;
    const { command } = await stage.restart();
    readyMs.push(performance.now() - killedMs);
    startCpuMs.push(cpuMsOf(command.pid));
    const { acknowledged, elapsedMs } = await shift;
    load.acknowledged += acknowledged;
    load.ms += elapsedMs;
    // Every other time the shop’s server asks again at once; otherwise nobody does, and it is found out by query.
    if (round % 2 === 1) await counters.askAgain(shiftStart);
    say(
      `kill ${round}/${count} (${victim}): ${acknowledged} acknowledged at ${perSecond(acknowledged, elapsedMs)}, ` +
        `ready again in ${seconds(readyMs.at(-1) ?? 0)}`,
    );
    if (round % comparedEvery !== 0 && round !== count) continue;
    const compared = await stage.compare();
    comparisons.push(compared);
    say(`compared: ${compared.matched} of ${compared.stored} match, ${compared.findings.length} findings`);
  }
  const { counted, problems } = toldOf(comparisons);
  const ready = Float64Array.from(readyMs);
  return {
    name: "kills",
    what: `kill -9 of the server ${count} times, every other time with its database`,
    figures: {
      "load until the kill": perSecond(load.acknowledged, load.ms),
      "kill to ready, median": seconds(percentileOf(ready, 0.5)),
      // The time above depends on what else the machine does, this one hardly.
      "processor time of a start, median": seconds(medianOf(startCpuMs)),
      ...counted,
    },
    goals: [{ what: "kill to ready, p99", tookMs: percentileOf(ready, 0.99), msMax: readyMsMax }],
    problems,
  };
}

function kill(victim: "server" | "group", stage: Stage): void {
  const { pid } = stage.server().command;
  const postmasterPid = stage.postmasterPid();
  process.kill(pid, "SIGKILL");
  if (victim === "server") return;
  // The database has a group of its own, so that Ctrl-C in a terminal does not reach it.
  if (postmasterPid > 0) killGroup(postmasterPid);
  killGroup(pid);
}
