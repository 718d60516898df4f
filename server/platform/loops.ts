// Work that repeats: one round at a time, woken when the clock is moved, stopped cleanly.
import { setTimeout as sleep } from "node:timers/promises";
import type { BaseLogger } from "pino";
import type { Clock } from "./clock.ts";
import { limits } from "./limits.ts";

export type Loops = Readonly<{
  /**
   * Calls `work` at once and then `intervalMs` of real time after each round has ended, or as soon as the clock is
   * moved. Rounds of one loop never overlap. What a round throws is logged, and the loop goes on.
   */
  every(name: string, intervalMs: number, work: (signal: AbortSignal) => Promise<void>): Loop;
  /** Aborts the signal of every loop and waits for the rounds under way, at most ten seconds. */
  stop(): Promise<void>;
}>;

export type Loop = Readonly<{
  /** Starts the next round now instead of after the interval. */
  wake(): void;
}>;

/** Loops are created in the composition root, so that one call stops them all. */
export function createLoops(deps: { clock: Pick<Clock, "onMoved">; log: BaseLogger }): Loops {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();

  return {
    every: (name, intervalMs, work) => {
      let wakeUp = new AbortController();
      const wake = (): void => wakeUp.abort();
      const endListening = deps.clock.onMoved(wake);
      const run = async (): Promise<void> => {
        while (!stopping.signal.aborted) {
          // A call to wake during a round means one more round at once: nothing that came meanwhile may be missed.
          wakeUp = new AbortController();
          const woken = wakeUp.signal;
          await work(stopping.signal).catch((error: unknown) => {
            if (stopping.signal.aborted) return;
            deps.log.error({ event: "loop_failed", loop: name, err: error }, "a round of a loop failed");
          });
          await sleep(intervalMs, undefined, { signal: AbortSignal.any([woken, stopping.signal]) }).catch(
            () => undefined,
          );
        }
        endListening();
      };
      const ended = run();
      running.add(ended);
      void ended.finally(() => running.delete(ended));
      return { wake };
    },
    stop: async () => {
      stopping.abort();
      const timeout = new AbortController();
      const late = sleep(limits.loopStopMsMax, "late" as const, { signal: timeout.signal }).catch(
        () => "late" as const,
      );
      const result = await Promise.race([Promise.all(running), late]);
      timeout.abort();
      if (result === "late" && running.size > 0)
        deps.log.warn({ event: "loops_late", running: running.size }, "loops did not stop in time");
    },
  };
}
