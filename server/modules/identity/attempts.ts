// Counts failed proofs by address, so that guessing is slow. In memory: a restart forgives, and that is fine for
// secrets of 256 bits.
import { secondsBetween } from "../../kernel/time.ts";
import type { World } from "../../kernel/world.ts";
import { limits } from "../../platform/limits.ts";

export type Attempts = Readonly<{
  /** Seconds that whoever guesses (a kind of proof and an address) has to wait, or null where it may try. */
  waitSeconds(guesser: string): number | null;
  /** Notes a failure. */
  failed(guesser: string): void;
}>;

type Window = { since: Date; failures: number };

/** `signInFailuresMax` failures in `signInWindowSeconds` close the door until the window is over. */
export function createAttempts(deps: { world: Pick<World, "now"> }): Attempts {
  const windows = new Map<string, Window>();

  function windowOf(guesser: string): Window | null {
    const window = windows.get(guesser);
    if (window === undefined) return null;
    if (secondsBetween(window.since, deps.world.now()) < limits.signInWindowSeconds) return window;
    windows.delete(guesser);
    return null;
  }

  return {
    waitSeconds: (guesser) => {
      const window = windowOf(guesser);
      if (window === null || window.failures < limits.signInFailuresMax) return null;
      return Math.max(
        1,
        Math.ceil(limits.signInWindowSeconds - secondsBetween(window.since, deps.world.now())),
      );
    },
    failed: (guesser) => {
      const window = windowOf(guesser) ?? { since: deps.world.now(), failures: 0 };
      window.failures += 1;
      windows.set(guesser, window);
      // The oldest entry leaves first: a flood of addresses must not fill the memory.
      const [oldest] = windows.keys();
      if (windows.size > limits.signInAddressesMax && oldest !== undefined) windows.delete(oldest);
    },
  };
}
