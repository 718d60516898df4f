// Time, chance and the log of one process of the platform, as the simulation gives them out.
import { idOf, uuidV7 } from "@huiyin/server/kernel/ids.ts";
import type { World } from "@huiyin/server/kernel/world.ts";
import type { BatchTiming } from "@huiyin/server/platform/batch.ts";
import { createLog, type Log } from "@huiyin/server/platform/log.ts";
import type { Chance } from "./random.ts";
import type { Life, Scheduler } from "./scheduler.ts";

/** What the platform’s clock shows more than the world’s, in milliseconds. */
export type Skew = { ms: number };

/** The world of a process: ids and chance from the seed, time from the scheduler, off by the skew of this machine. */
export function createWorld(deps: { scheduler: Scheduler; chance: Chance; skew: Skew }): World {
  const now = (): Date => new Date(deps.scheduler.nowMs() + deps.skew.ms);
  return {
    now,
    newId: (prefix) => idOf(prefix, uuidV7(now(), deps.chance.bytes(10))),
    random: deps.chance.next,
  };
}

/** Waiting, as an event of the process that waits. */
export function createSleep(
  scheduler: Scheduler,
  life: Life,
): (ms: number, signal?: AbortSignal) => Promise<void> {
  return (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason as Error);
      const cancel = scheduler.after(ms, { actor: "platform", name: "wakes up", run: resolve }, life);
      signal?.addEventListener(
        "abort",
        () => {
          cancel();
          reject(signal.reason as Error);
        },
        { once: true },
      );
    });
}

/** The flush of a batch is an event like any other. */
export function createTiming(scheduler: Scheduler, life: Life): BatchTiming {
  const plan = (ms: number, run: () => void): (() => void) =>
    scheduler.after(ms, { actor: "platform", name: "batch starts", run }, life);
  return { soon: (run) => void plan(0, run), later: plan };
}

export type LogBook = Readonly<{
  log: Log;
  /** Lines in which a secret was found, shortened; none is the only good number. */
  leaks: readonly string[];
  lines(): number;
  /** The newest lines of level error, for whoever reads a violation. */
  errors: readonly string[];
}>;

const keptMax = 20;

/** A real log whose every line is searched for secrets as it is written. */
export function createLogBook(leaksIn: (text: string) => string | null): LogBook {
  const leaks: string[] = [];
  const errors: string[] = [];
  let lines = 0;
  const write = (line: string): void => {
    lines += 1;
    const leak = leaksIn(line);
    if (leak !== null && leaks.length < keptMax) leaks.push(`${leak} in ${line.slice(0, 300)}`);
    if (line.includes('"level":"error"') && errors.length < keptMax) errors.push(line.slice(0, 2_000));
  };
  return { log: createLog({ level: "info", destination: { write } }), leaks, errors, lines: () => lines };
}
