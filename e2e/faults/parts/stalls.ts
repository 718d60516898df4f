// What stands still and comes back: the whole server (SIGSTOP, a virtual machine that is moved), or the line to the channel.
import type { Comparison } from "../books.ts";
import { pause, type Shift } from "../counters.ts";
import { othersText, perSecond, seconds, toldOf, wordless, type Row, type Say } from "../report.ts";
import type { Stage } from "../stage.ts";
import type { Stages } from "../stages.ts";

export type StallsWish = Readonly<{
  /** How long each of the two stands still. */
  stallMs: number;
  desks: number;
  acknowledgementsMax: number;
  stages: Stages;
  say: Say;
}>;

const patienceMs = 4_000;
const loadMsMax = 20_000;
const againMsMax = 60_000;

/** Has the server stand still under load, then the channel. */
export async function stalls(wish: StallsWish): Promise<Row> {
  await using stage = await wish.stages.lend({ patienceMs });
  const stopped = await stall(stage, wish, {
    what: "the server stands still",
    begin: () => process.kill(stage.server().command.pid, "SIGSTOP"),
    end: () => process.kill(stage.server().command.pid, "SIGCONT"),
  });
  const swallowed = await stall(stage, wish, {
    what: "the channel swallows everything",
    begin: () => stage.lineToBank.become("swallows"),
    end: () => stage.lineToBank.become("carries"),
  });
  const { counted, problems } = toldOf([stopped.comparison, swallowed.comparison]);
  const shifts = [stopped.shift, swallowed.shift];
  return {
    name: "stalls",
    what: `SIGSTOP of the server and a channel that swallows everything, ${seconds(wish.stallMs)} each`,
    figures: {
      "load before and after": shifts
        .map(({ acknowledged, elapsedMs }) => perSecond(acknowledged, elapsedMs - wish.stallMs))
        .join(", "),
      "SIGCONT to the next payment": seconds(stopped.againMs),
      "line back to the next payment": seconds(swallowed.againMs),
      "other answers, server": othersText([stopped.shift.others]),
      "other answers, channel": othersText([swallowed.shift.others]),
      ...counted,
    },
    problems: [
      ...problems,
      ...stopped.problems,
      ...swallowed.problems,
      ...wordless([stopped.shift.others, swallowed.shift.others]),
    ],
  };
}

type Stall = Readonly<{ what: string; begin: () => void; end: () => void }>;
type Stalled = Readonly<{
  shift: Shift;
  againMs: number;
  comparison: Comparison;
  problems: readonly string[];
}>;

async function stall(stage: Stage, wish: StallsWish, { what, begin, end }: Stall): Promise<Stalled> {
  const { desks, acknowledgementsMax, stallMs, say } = wish;
  const { counters } = stage;
  const over = new AbortController();
  const running = counters.run({ desks, signal: over.signal, broken: "reconnect" });
  await counters.acknowledgements(acknowledgementsMax, loadMsMax);
  begin();
  await pause(stallMs);
  end();
  const endedMs = performance.now();
  await counters.paid(desks, againMsMax);
  const againMs = performance.now() - endedMs;
  over.abort();
  const shift = await running;
  say(`${what}: paid again after ${seconds(againMs)}; other answers: ${othersText([shift.others])}`);
  const problems =
    againMs >= againMsMax ? [`${what}: nothing was paid within ${seconds(againMsMax)} after it`] : [];
  return { shift, againMs, problems, comparison: await stage.compare() };
}
