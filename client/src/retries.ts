// When a call is made again: only where that is harmless, only after what may be different the next time.
import type { Problem } from "./problem.ts";

/** How often and how patiently. */
export type RetryPolicy = Readonly<{
  /** The first included. */
  attemptsMax: number;
  /** The pause after the first failure; each further one is twice as long, up to the maximum. */
  pauseMsMin: number;
  pauseMsMax: number;
}>;

export const retryPolicyDefault: RetryPolicy = { attemptsMax: 4, pauseMsMin: 250, pauseMsMax: 8_000 };

/** What a failure says about trying again: not at all, when it suits us, or after so many seconds. */
export type Advice = "no" | "yes";

/**
 * Whether the same call may be made again. 429 was not carried out; a key in use is answered by its first request; for
 * everything else that is unclear or broken there, the call must be one whose repetition has no second effect.
 */
export function mayRepeat(problem: Problem, repeat: "nature" | "key" | "no"): Advice {
  if (problem.kind === "refused") {
    if (problem.status === 429 || problem.code === "idempotency_key_in_use") return "yes";
    return problem.status >= 500 && repeat !== "no" ? "yes" : "no";
  }
  return repeat === "no" ? "no" : "yes";
}

/** Milliseconds to wait before attempt number `next` (2 is the first repetition). `chance` in [0, 1). */
export function pauseMs(
  policy: RetryPolicy,
  next: number,
  { retryAfter, chance }: Readonly<{ retryAfter: string | null; chance: number }>,
): number {
  const grown = Math.min(policy.pauseMsMin * 2 ** (next - 2), policy.pauseMsMax);
  const jittered = grown * (0.5 + chance / 2);
  const asked = retryAfter === null ? NaN : Number(retryAfter) * 1_000;
  // A platform that asks for an hour is asked by somebody else than a waiting till.
  return Number.isFinite(asked) && asked >= 0 ? Math.min(Math.max(asked, jittered), 60_000) : jittered;
}
