// Whether an attempt is still sent, or only asked after. Pure.
import type { Attempt, FlowEffect, SendableAttempt, Unsettled } from "./flowModel.ts";

/** Nothing new is sent after this age: the customer may have left, and a payer code lives for a minute. */
export const sendAgeMsMax = 60_000;

/** The same request again while it is fresh; afterwards only the question whether it arrived. */
export function nextTry(attempt: Attempt, when: Readonly<{ nowMs: number; afterMs: number }>): FlowEffect {
  const { nowMs, afterMs } = when;
  const fresh = nowMs + afterMs - attempt.startedAtMs <= sendAgeMsMax;
  return fresh && isSendable(attempt)
    ? { kind: "send", attempt, afterMs }
    : { kind: "find", attempt, afterMs };
}

/** A code to show is asked for again under its key: the platform makes one at most. */
const isSendable = (attempt: Attempt): attempt is SendableAttempt =>
  attempt.payerCode !== null || attempt.shown !== null;

/** As it is kept when it is not sent any more. */
export const withoutCode = (attempt: Attempt): Attempt => ({ ...attempt, payerCode: null });

/** Without any word of the outcome at this age, a person must look: the channel's own timetable ends at 170 s. */
export const unknownAgeMsMax = 180_000;

/** A code that is shown may be paid for minutes; only after that its silence means anything. */
export function patienceMs({ attempt, payment }: Unsettled): number {
  if (attempt.shown === null || payment === null) return unknownAgeMsMax;
  return unknownAgeMsMax + Date.parse(payment.expiresAt) - Date.parse(payment.createdAt);
}
