// What an attempt means: when the next one is due, when a delivery is given up, when an endpoint is told nothing any more.
import { addSeconds, secondsBetween } from "../../kernel/time.ts";
import { webhookLimits as limits } from "./limits.ts";
import type { AttemptResult, Claimed, Consequence } from "./model.ts";

const minute = 60;
const hour = 3_600;

/** Seconds from the end of each failed attempt to the next: ten attempts within three days and four hours. */
export const pausesSeconds: readonly number[] = [
  5,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
];

/** The longest that is added to a pause, as a part of it. Only added: a receiver may be down for three whole days. */
export const jitterPartMax = 0.1;

/** Decides after an attempt that ended `now`. `chance` is a number in [0, 1). */
export function decide(
  { attemptCount: before, failingSince }: Pick<Claimed, "attemptCount" | "failingSince">,
  { problem }: Pick<AttemptResult, "problem">,
  { now, chance }: Readonly<{ now: Date; chance: number }>,
): Consequence {
  const attemptCount = before + 1;
  const over = { attemptCount, nextAttemptAt: null };
  if (problem === null) return { ...over, state: "delivered", failingSince: null, disable: null };
  const since = failingSince ?? now;
  if (problem === "gone") return { ...over, state: "failed", failingSince: since, disable: "gone" };
  if (secondsBetween(since, now) >= limits.failingSecondsMax)
    return { ...over, state: "failed", failingSince: since, disable: "failing" };
  const pause = pausesSeconds[before];
  if (pause === undefined) return { ...over, state: "failed", failingSince: since, disable: null };
  const nextAttemptAt = addSeconds(now, pause * (1 + jitterPartMax * chance));
  return { state: "waiting", attemptCount, nextAttemptAt, failingSince: since, disable: null };
}
