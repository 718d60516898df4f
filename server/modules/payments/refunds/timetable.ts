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

/** The next question where the last one settled nothing. Waits double with the age of the refund; they never end while it is open. */
export function askAgain(refund: Refund, now: Date, timetable: RefundTimetable): RefundStep {
  const waited = addSeconds(now, askSeconds(refund, now, timetable));
  if (refund.reviewSince !== null) return { step: "query", at: waited };
  return { step: "query", at: later(earlier(waited, reviewAt(refund, timetable)), now) };
}

function askSeconds(refund: Refund, now: Date, timetable: RefundTimetable): number {
  const { transit, askOnSeconds } = timetable;
  if (refund.lastSaid === "takenOver") return transitSeconds(refund, now, timetable);
  const { reviewSince } = refund;
  if (reviewSince !== null && now >= addSeconds(reviewSince, askOnSeconds)) return transit.askSecondsMax;
  return waitSeconds(refund, now, timetable);
}

/** The next question about what a person decided, while the channel may still say otherwise: longer where it has it in hand. */
export function askAfterEnd(refund: Refund, now: Date, timetable: RefundTimetable): RefundStep | null {
  const { resendSecondsMax, askOnSeconds, transit } = timetable;
  const [wait, until] =
    refund.lastSaid === "takenOver"
      ? [transitSeconds(refund, now, timetable), transit.reviewAfterSeconds]
      : [resendSecondsMax, askOnSeconds];
  const at = addSeconds(now, wait);
  return at <= addSeconds(refund.finishedAt ?? now, until) ? { step: "query", at } : null;
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
  return ageWithin(refund, now, timetable.resendSecondsMin, timetable.resendSecondsMax);
}

function transitSeconds(refund: Refund, now: Date, { transit }: RefundTimetable): number {
  return ageWithin(refund, now, transit.askSecondsMin, transit.askSecondsMax);
}

/** As many seconds as the refund is old, within these bounds. */
function ageWithin({ createdAt }: Refund, now: Date, min: number, max: number): number {
  return Math.min(Math.max(secondsBetween(createdAt, now), min), max);
}

function sendUntil(refund: Refund, timetable: RefundTimetable): Date {
  return addSeconds(refund.createdAt, timetable.sendUntilSeconds);
}

/** Silence is a person’s turn within hours; what the channel says it has in hand takes its own time first. */
function reviewAt({ createdAt, lastSaid }: Refund, { reviewAfterSeconds, transit }: RefundTimetable): Date {
  return addSeconds(createdAt, lastSaid === "takenOver" ? transit.reviewAfterSeconds : reviewAfterSeconds);
}

function earlier(left: Date, right: Date): Date {
  return left < right ? left : right;
}

function later(left: Date, right: Date): Date {
  return left > right ? left : right;
}
