// When to ask about a refund, when to send it again, when to call a person: the channel’s timetable for one open refund.
import type { RefundTimetable } from "../../../channels/timetables.ts";
import { addSeconds, secondsBetween } from "../../../kernel/time.ts";
import { limits } from "../limits.ts";
import type { Refund, RefundStep } from "./model.ts";

/** A send that has not begun by then does not begin any more: whoever was stopped for so long finds the resolver at work. */
export function sendBy(now: Date): Date {
  return addSeconds(now, limits.refundSendGraceSeconds);
}

/** The first question after a send: no sooner than the channel’s answer to it settles anything. */
export function askAfterSend(sentBy: Date, now: Date, timetable: RefundTimetable): RefundStep {
  return { step: "query", at: later(settledFrom(sentBy, timetable), now) };
}

/** From this moment on, “not given back” is the truth about every send so far. */
export function settledFrom(sentBy: Date, timetable: RefundTimetable): Date {
  return addSeconds(sentBy, timetable.queryAfterSeconds);
}

/** The next question where the last one was not answered. Waits double with the age of the refund. */
export function askAgain(refund: Refund, now: Date, timetable: RefundTimetable): RefundStep | null {
  const waited = addSeconds(now, waitSeconds(refund, now, timetable));
  if (refund.reviewSince !== null)
    return waited <= addSeconds(refund.reviewSince, timetable.askOnSeconds)
      ? { step: "query", at: waited }
      : null;
  return { step: "query", at: later(earlier(waited, reviewAt(refund, timetable)), now) };
}

/** The next question about what a person decided, while the channel may still say otherwise. */
export function askAfterEnd(refund: Refund, now: Date, timetable: RefundTimetable): RefundStep | null {
  const at = addSeconds(now, timetable.resendSecondsMax);
  const last = addSeconds(refund.finishedAt ?? now, timetable.askOnSeconds);
  return at <= last ? { step: "query", at } : null;
}

/** The next send after silence, or the last question where it is too late for one. */
export function sendAgain(refund: Refund, now: Date, timetable: RefundTimetable): RefundStep {
  const at = addSeconds(now, waitSeconds(refund, now, timetable));
  if (at <= sendUntil(refund, timetable)) return { step: "send", at };
  return { step: "query", at: later(reviewAt(refund, timetable), now) };
}

/** The next send after “balance short”, or the question that ends the refund where it is too late for one. */
export function sendAfterShortBalance(refund: Refund, now: Date, timetable: RefundTimetable): RefundStep {
  const waits = timetable.balanceShortRetrySeconds;
  const seconds = waits[Math.min(refund.sends, waits.length) - 1] ?? timetable.resendSecondsMax;
  const at = addSeconds(now, seconds);
  const until = sendUntil(refund, timetable);
  if (at <= until) return { step: "send", at };
  return { step: "query", at: later(until, askAfterSend(refund.sentBy, now, timetable).at) };
}

/** Whether no further send is allowed. */
export function sendingIsOver(refund: Refund, now: Date, timetable: RefundTimetable): boolean {
  return now >= sendUntil(refund, timetable);
}

/** Whether a person has to look. */
export function isExhausted(refund: Refund, now: Date, timetable: RefundTimetable): boolean {
  return now >= reviewAt(refund, timetable);
}

function waitSeconds(refund: Refund, now: Date, timetable: RefundTimetable): number {
  const age = secondsBetween(refund.createdAt, now);
  return Math.min(Math.max(age, timetable.resendSecondsMin), timetable.resendSecondsMax);
}

function sendUntil(refund: Refund, timetable: RefundTimetable): Date {
  return addSeconds(refund.createdAt, timetable.sendUntilSeconds);
}

function reviewAt(refund: Refund, timetable: RefundTimetable): Date {
  return addSeconds(refund.createdAt, timetable.reviewAfterSeconds);
}

function earlier(left: Date, right: Date): Date {
  return left < right ? left : right;
}

function later(left: Date, right: Date): Date {
  return left > right ? left : right;
}
