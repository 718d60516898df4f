// How often a manager’s code may be tried.
import { addSeconds } from "../../../kernel/time.ts";
import { terminalLimits } from "../limits.ts";

export type Counting = Readonly<{
  /** Attempts since the last right one. */
  failures: number;
  lockedUntil: Date | null;
}>;

export type Attempt =
  | Readonly<{ kind: "locked"; until: Date }>
  /** `counting` is stored before the code is compared: an attempt counts as wrong until it proves right. */
  | Readonly<{ kind: "compare"; counting: Counting }>;

/** Whether one more code may be compared now, and what counts from then on. */
export function countAttempt({ failures, lockedUntil }: Counting, now: Date): Attempt {
  if (lockedUntil !== null && lockedUntil > now) return { kind: "locked", until: lockedUntil };
  const counted = lockedUntil === null ? failures + 1 : 1;
  const locks = counted >= terminalLimits.managerCodeFailuresMax;
  const until = locks ? addSeconds(now, terminalLimits.managerCodeLockMinutes * 60) : null;
  return { kind: "compare", counting: { failures: counted, lockedUntil: until } };
}

/** Wrong codes that are still borne before the store is locked. */
export function leftOf({ failures }: Counting): number {
  return terminalLimits.managerCodeFailuresMax - failures;
}
