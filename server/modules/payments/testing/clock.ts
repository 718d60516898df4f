// A clock for tests that stands still until it is moved.
import { addSeconds } from "../../../kernel/time.ts";
import { start } from "../fixtures.ts";

/** A clock that stands still until it is moved, and wakes those who sleep. */
export class StandingClock {
  #now = start;
  #sleepers: Array<{ until: Date; wake: () => void }> = [];

  now(): Date {
    return this.#now;
  }

  advance(seconds: number): void {
    this.#now = addSeconds(this.#now, seconds);
    const due = this.#sleepers.filter((sleeper) => sleeper.until <= this.#now);
    this.#sleepers = this.#sleepers.filter((sleeper) => !due.includes(sleeper));
    for (const sleeper of due) sleeper.wake();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#sleepers.push({ until: new Date(this.#now.getTime() + ms), wake: resolve });
      signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
  }
}
