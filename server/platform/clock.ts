// The clock of the platform: real time plus an offset, which the sandbox may move forwards.
import { clearTimeout, setTimeout } from "node:timers";
import { assert } from "../kernel/assert.ts";

export interface Clock {
  /** The present moment: real time plus everything the clock was advanced by. */
  now(): Date;
  /**
   * Waits until `now()` has moved on by so many milliseconds: in real time, or at once where the clock is advanced
   * past it. Rejects with the signal's reason when that aborts.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Moves the clock forwards by 0 or more milliseconds and tells every listener. Sandbox and tests only. */
  advance(ms: number): void;
  /** Calls the listener after each move. Returns a function that ends it. */
  onMoved(listener: () => void): () => void;
}

/** Milliseconds of a time that only runs, whatever is done to clocks: for what must not last longer than it says. */
export const elapsedMs = (): number => performance.now();

/** A clock that shows real time until somebody advances it. `offsetMs` is what an earlier run had been advanced by. */
export function createClock(offsetMs = 0): Clock {
  let aheadMs = offsetMs;
  const listeners = new Set<() => void>();
  const nowMs = (): number => Date.now() + aheadMs;
  const onMoved = (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };

  return {
    now: () => new Date(nowMs()),
    onMoved,
    advance: (ms) => {
      assert(Number.isFinite(ms) && ms >= 0, `a clock moves forwards only, not by ${ms} ms`);
      aheadMs += ms;
      for (const listener of [...listeners]) listener();
    },
    sleep: async (ms, signal) => {
      const untilMs = nowMs() + ms;
      while (nowMs() < untilMs) await wakeable({ onMoved }, untilMs - nowMs(), signal);
    },
  };
}

/** One real wait that ends early when the clock is moved. By callbacks: each request has one, and nearly all are ended. */
function wakeable(clock: Pick<Clock, "onMoved">, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = (settle: () => void): void => {
      clearTimeout(timer);
      stopListening();
      signal?.removeEventListener("abort", aborted);
      settle();
    };
    const aborted = (): void => over(() => reject(signal?.reason as Error));
    const timer = setTimeout(() => over(resolve), Math.max(1, Math.ceil(ms)));
    const stopListening = clock.onMoved(() => over(resolve));
    signal?.addEventListener("abort", aborted, { once: true });
    if (signal?.aborted === true) aborted();
  });
}
