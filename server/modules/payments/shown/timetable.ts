// When a code that is shown is asked about, closed and given to a person: the channel’s timetables, read for one of them.
import type { ShownCodeTimetable } from "../../../channels/timetables.ts";
import { assert } from "../../../kernel/assert.ts";
import { addSeconds } from "../../../kernel/time.ts";
import { limits } from "../limits.ts";
import type { Payment, Resolution, ShownTerms, Terms } from "../model.ts";
import { slowQuery, type Continuation } from "../timetable.ts";

/** What was just tried without settling it. */
export type UnsettledCode = "query" | "closeUnclear" | "closeRefused";

/** The terms of shown codes. That a channel without them has a payment of one is our bug. */
export function shownTermsOf(payment: Payment, { shown }: Terms): ShownTerms {
  assert(shown !== null, `${payment.id}: ${payment.channel} shows no codes`);
  return shown;
}

/** Whole seconds, as wires write it, never later than asked for, and never later than the channel allows. */
export function expiryOfCode(
  createdAt: Date,
  timetable: ShownCodeTimetable,
  validitySeconds: number | null,
): Date {
  const seconds = Math.min(validitySeconds ?? timetable.validitySeconds, timetable.validitySecondsMax);
  return addSeconds(new Date(Math.floor(createdAt.getTime() / 1_000) * 1_000), seconds);
}

/**
 * The step that is saved before the channel is asked for the code: should this process die, nobody ever sees the code, and
 * it is closed. Later than two unanswered requests could last.
 */
export function netOf(createdAt: Date, terms: Pick<Terms, "timetable"> & { shown: ShownTerms }): Resolution {
  const seconds = (2 * terms.timetable.replyTimeoutMs) / 1_000 + limits.codeGraceSeconds;
  return { step: terms.shown.close === "yes" ? "close" : "query", at: addSeconds(createdAt, seconds) };
}

/** The first question about a code that is shown now. */
export function firstQuestion(now: Date, { timetable }: ShownTerms): Resolution {
  return { step: "query", at: addSeconds(now, timetable.queryIntervalSeconds) };
}

/** From this moment on nobody pays it any more, and “the channel knows no such trade” is final. */
export function settledFrom({ expiresAt }: Payment, { timetable }: ShownTerms): Date {
  return addSeconds(expiresAt, timetable.settleAfterExpirySeconds);
}

/** Since when it is to be over: at once where it was never shown, when somebody withdrew it, or after its expiry. */
function overFrom(payment: Payment, shown: ShownTerms): Date {
  if (isNeverShown(payment)) return payment.createdAt;
  return payment.reversalRequestedAt ?? settledFrom(payment, shown);
}

/** Whether nobody can ever have seen it: it waits for the channel’s answer, or lost it. */
export function isNeverShown(payment: Payment): boolean {
  return payment.state === "processing";
}

/** The next step of a code that is still open after what was just tried. `cancelAttempts` counts it already. */
export function continueCode(payment: Payment, tried: UnsettledCode, now: Date, terms: Terms): Continuation {
  const { timetable } = terms;
  const shown = shownTermsOf(payment, terms);
  if (payment.review !== null) return { resolution: slowQuery(payment, now, timetable), review: null };
  const from = overFrom(payment, shown);
  // A platform that was down for minutes still closes it once before it calls a person.
  const wasTried = payment.cancelAttempts > 0 || shown.close === "no";
  if (wasTried && now >= addSeconds(from, personAfterSeconds(terms)))
    return { resolution: slowQuery(payment, now, timetable), review: "exhausted" };
  return { resolution: nextStep(payment, tried, now, { from, shown, timetable }), review: null };
}

/** Whether the channel is asked to close it no more: it closes none, or was asked often enough. */
export function isGivenUp({ cancelAttempts }: Payment, { timetable, shown }: Terms): boolean {
  return shown?.close === "no" || cancelAttempts >= timetable.cancelAttemptsMax;
}

/** As long after the first attempt to end it as after the first cancel of a payer code. */
function personAfterSeconds({ timetable }: Terms): number {
  return timetable.reviewAfterSeconds - timetable.cancelAfterSeconds;
}

type Around = Readonly<{ from: Date; shown: ShownTerms; timetable: Terms["timetable"] }>;

function nextStep(
  payment: Payment,
  tried: UnsettledCode,
  now: Date,
  { from, shown, timetable }: Around,
): Resolution {
  const mayClose = shown.close === "yes" && payment.cancelAttempts < timetable.cancelAttemptsMax;
  if (tried === "query" && now < from) {
    const next = addSeconds(now, shown.timetable.queryIntervalSeconds);
    // The last question is asked when nobody can pay any more, and the closing follows it at once.
    return { step: "query", at: next < from ? next : from };
  }
  if (!mayClose) return { step: "query", at: addSeconds(now, timetable.slowIntervalSeconds) };
  switch (tried) {
    case "query":
      return { step: "close", at: now };
    case "closeUnclear":
      return { step: "close", at: addSeconds(now, timetable.cancelIntervalSeconds) };
    case "closeRefused":
      // The channel does not close it, for a reason that often means that it is paid: ask at once.
      return { step: "query", at: now };
  }
}

/**
 * The next question about a code that was given up before its time: whoever has it on a screen may still scan it. Null when
 * nobody can pay it any more.
 */
export function watch(payment: Payment, now: Date, shown: ShownTerms): Resolution | null {
  const last = settledFrom(payment, shown);
  if (now >= last) return null;
  const next = addSeconds(now, shown.timetable.queryIntervalSeconds);
  return { step: "query", at: next < last ? next : last };
}
