// Commands that move money, sent once: a second click is nothing, and where no answer came the same key asks again.
import { useRef } from "react";
import { ProblemError } from "./api.ts";

/** About ten minutes, longer than the platform takes to answer for a process that died. */
const triesMax = 60;
const pauseMsMin = 1_000;
const pauseMsMax = 10_000;

/** Refusals given before anybody looked at the key: they say nothing of an earlier try with it. */
const beforeTheKey: readonly number[] = [0, 401, 408, 429];

/** Whether the command may have been carried out although this came back. Then its key must not be replaced. */
export function outcomeUnknown(error: Error): boolean {
  if (!(error instanceof ProblemError)) return true;
  const { status, code } = error.problem;
  return beforeTheKey.includes(status) || status >= 500 || code === "idempotency_key_in_use";
}

/** Whether it is sent again by itself, with the same key, after so many failures. Signing in takes a person. */
export function sendsAgain(failures: number, error: Error): boolean {
  const signedOut = error instanceof ProblemError && error.problem.status === 401;
  return failures < triesMax && outcomeUnknown(error) && !signedOut;
}

/** Milliseconds before the next try, doubling up to ten seconds. */
export function retryPauseMs(failures: number): number {
  return Math.min(pauseMsMax, pauseMsMin * 2 ** failures);
}

/** How a mutation with an idempotency key asks on until it knows. */
export const untilKnown = { retry: sendsAgain, retryDelay: retryPauseMs } as const;

/** A lock that holds from the click itself: what a page draws comes too late for a double click. */
export function useLock(): Readonly<{ take: () => "taken" | "held"; release: () => void }> {
  const held = useRef(false);
  return {
    take: () => {
      if (held.current) return "held";
      held.current = true;
      return "taken";
    },
    release: () => {
      held.current = false;
    },
  };
}
