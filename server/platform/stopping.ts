// Stopping within a time that is known beforehand: in order, and with nothing that hangs holding up the rest.
import { setTimeout as sleep } from "node:timers/promises";
import type { BaseLogger } from "pino";
import type { Clock } from "./clock.ts";
import { limits } from "./limits.ts";

/** Runs `stop` with a promise of the moment at which its time is over, and ends the waits of requests before that. */
export async function withinStopTime(
  waits: Pick<Waits, "end">,
  stop: (late: Promise<void>) => Promise<void>,
): Promise<void> {
  const ended = new AbortController();
  const after = (ms: number): Promise<void> => sleep(ms, undefined, { signal: ended.signal });
  after(limits.stopWaitsMsMax).then(waits.end, () => undefined);
  const late = after(limits.stopMsMax).catch(() => undefined);
  await stop(late).finally(() => ended.abort());
}

/**
 * Runs the steps one after the other. When `late` resolves, the one under way is left behind, and those after it are
 * begun and not waited for. Rejects, after the last step, with what the first failing one threw.
 */
export async function stopInTime(
  deps: Readonly<{ log: BaseLogger; late: Promise<unknown> }>,
  steps: Readonly<Record<string, () => Promise<void>>>,
): Promise<void> {
  const late = deps.late.then(() => "late" as const);
  const failures: unknown[] = [];
  for (const [step, run] of Object.entries(steps)) {
    const ended = run().then(
      () => "ended" as const,
      (error: unknown) => {
        failures.push(error);
        deps.log.error({ event: "stop_failed", step, err: error }, "a step of stopping failed");
        return "ended" as const;
      },
    );
    if ((await Promise.race([ended, late])) === "late")
      deps.log.warn({ event: "stop_late", step }, "left behind, as the time to stop is over");
  }
  if (failures.length > 0) throw failures[0];
}

export type Waits = Pick<Clock, "sleep"> & Readonly<{ end(): void }>;

/** Waits on a clock that end early, as if their time were over, when all of them are ended. */
export function createWaits(clock: Pick<Clock, "sleep">): Waits {
  const waiting = new Set<() => void>();
  let state: "waiting" | "ended" = "waiting";
  return {
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (state === "ended") return resolve();
        waiting.add(resolve);
        void clock
          .sleep(ms, signal)
          .then(resolve, reject)
          .finally(() => waiting.delete(resolve));
      }),
    end: () => {
      state = "ended";
      for (const resolve of waiting) resolve();
    },
  };
}
