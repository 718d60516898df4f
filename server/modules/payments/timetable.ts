// When to ask again, when to undo, when to call a person: the channel’s timetable, read for one unfinished payment.
import type { ResolutionTimetable } from "../../channels/timetables.ts";
import { addSeconds, secondsBetween } from "../../kernel/time.ts";
import { limits } from "./limits.ts";
import type { Payment, Resolution } from "./model.ts";

/** What was just tried without settling the payment. */
export type Unsettled = "query" | "cancelRepeatable" | "cancelRefused" | "cancelFoundNothing";

/** What follows: another step, or a person’s turn. In review, a step is a slow query, until there is none left. */
export type Continuation = Readonly<{ resolution: Resolution | null; review: "exhausted" | null }>;

/** The first step of a new payment: set before its charge is sent, so that a crash loses time, not money. */
export function firstStep(createdAt: Date, timetable: ResolutionTimetable): Resolution {
  return { step: "query", at: addSeconds(createdAt, timetable.firstQuerySeconds) };
}

/** The absolute expiry that the channel is told: whole seconds, as wires write it, never later than ours. */
export function expiryOf(createdAt: Date, timetable: ResolutionTimetable): Date {
  const wholeSecond = new Date(Math.floor(createdAt.getTime() / 1_000) * 1_000);
  return addSeconds(wholeSecond, timetable.expirySeconds);
}

/** From this moment on, “the channel knows no such trade” is final: no delayed request can create it any more. */
export function nothingMayComeAfter(payment: Payment): Date {
  return addSeconds(payment.expiresAt, limits.clockSkewSecondsMax);
}

/** The next step of a payment that is still open after what was just tried. `payment.cancelAttempts` counts it already. */
export function continueAfter(
  payment: Payment,
  tried: Unsettled,
  now: Date,
  timetable: ResolutionTimetable,
): Continuation {
  if (payment.review !== null) return { resolution: slowQuery(payment, now, timetable), review: null };
  const age = secondsBetween(payment.createdAt, now);
  // A platform that was down for minutes still undoes a payment once before it calls a person.
  if (age >= timetable.reviewAfterSeconds && payment.cancelAttempts > 0) {
    return { resolution: slowQuery(payment, now, timetable), review: "exhausted" };
  }
  return { resolution: nextStep(payment, tried, now, timetable), review: null };
}

/** The next question about a payment that has a final state already, until the channel’s last callback is due. */
export function slowQuery(payment: Payment, now: Date, timetable: ResolutionTimetable): Resolution | null {
  const at = addSeconds(now, timetable.reviewQueryIntervalSeconds);
  const last = addSeconds(payment.createdAt, timetable.reviewQueryUntilSeconds);
  return at <= last ? { step: "query", at } : null;
}

function nextStep(payment: Payment, tried: Unsettled, now: Date, timetable: ResolutionTimetable): Resolution {
  const seriesLeft = payment.cancelAttempts < timetable.cancelAttemptsMax;
  switch (tried) {
    case "query": {
      const cancelFrom =
        payment.reversalRequestedAt ?? addSeconds(payment.createdAt, timetable.cancelAfterSeconds);
      // At once: between the last query and the cancel the payer may still pay, so there must be no gap.
      if (now >= cancelFrom) return { step: "cancel", at: now };
      return { step: "query", at: earlier(addSeconds(now, timetable.queryIntervalSeconds), cancelFrom) };
    }
    case "cancelRepeatable":
      if (seriesLeft) return { step: "cancel", at: addSeconds(now, timetable.cancelIntervalSeconds) };
      return slowly(payment, now, timetable);
    case "cancelRefused":
      // The channel will not undo it, for a reason that often means it is paid: ask.
      if (seriesLeft) return { step: "query", at: addSeconds(now, timetable.cancelIntervalSeconds) };
      return slowly(payment, now, timetable);
    case "cancelFoundNothing": {
      const settled = nothingMayComeAfter(payment);
      // A pause, or an unclear query and this cancel would chase each other.
      if (now >= settled) return { step: "query", at: addSeconds(now, timetable.cancelIntervalSeconds) };
      return { step: "query", at: earlier(addSeconds(now, timetable.slowIntervalSeconds), settled) };
    }
  }
}

function slowly(payment: Payment, now: Date, timetable: ResolutionTimetable): Resolution {
  const exhaustedAt = addSeconds(payment.createdAt, timetable.reviewAfterSeconds);
  const at = addSeconds(now, timetable.slowIntervalSeconds);
  // Never past the moment at which a person should take over.
  return { step: "query", at: now < exhaustedAt ? earlier(at, exhaustedAt) : at };
}

function earlier(left: Date, right: Date): Date {
  return left < right ? left : right;
}
