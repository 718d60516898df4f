// Whether an attempt is still sent, or only asked after. Pure.
import type { Attempt, FlowEffect, SendableAttempt } from "./flowModel.ts";

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

const isSendable = (attempt: Attempt): attempt is SendableAttempt => attempt.payerCode !== null;

/** As it is kept when it is not sent any more. */
export const withoutCode = (attempt: Attempt): Attempt => ({ ...attempt, payerCode: null });
