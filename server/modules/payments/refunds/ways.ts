// By what a payment is given back: a void on the day of the payment where the channel has such a thing, a refund otherwise.
// Pure.
import { businessDate, secondOfDay } from "../../../kernel/time.ts";
import type { RefundTimetable } from "../../../channels/timetables.ts";
import type { Payment } from "../model.ts";
import type { Pair, Refund, RefundCommand, RefundKind } from "./model.ts";
import { settleFailed, unchanged, withRefund, type RefundChange } from "./settle.ts";
import { sendingIsOver } from "./timetable.ts";

/** A whole payment that is undone on its own day, before the channel closes that day, is voided. */
export function wayOf(
  payment: Payment,
  kind: RefundKind,
  now: Date,
  { voidUntilSecondOfDay }: RefundTimetable,
): Refund["way"] {
  if (voidUntilSecondOfDay === null || kind !== "reversal" || payment.paidAt === null) return "refund";
  const untouched = payment.refunded.minor === 0n && payment.refunding.minor === 0n;
  const today = businessDate(payment.paidAt) === businessDate(now);
  return untouched && today && secondOfDay(now) < voidUntilSecondOfDay ? "void" : "refund";
}

/**
 * Whether this is an answer about a void that has given way to its refund meanwhile: two may ask, and a reply may take its
 * time. It says nothing of the refund that is on its way now, unless the money did go back.
 */
export function isOvertaken({ way }: Refund, command: RefundCommand): boolean {
  if (command.kind !== "sendAnswered" && command.kind !== "queryAnswered") return false;
  return command.way !== undefined && command.way !== way && command.reply.outcome.kind !== "refunded";
}

/**
 * Nothing went back, for certain. A void that the channel will not carry out is no reason to keep the money: it gives way
 * to a refund, at once. Under another name there, so neither stands in the other’s way; and what was given back is not
 * given back twice, as the channel knows the payment as undone. No void is tried again after that.
 */
export function notGivenBack(pair: Pair, now: Date, timetable: RefundTimetable): RefundChange {
  const { refund } = pair;
  // Nothing is sent any more while a person is looking, or when the time for it is over.
  if (refund.way === "refund" || refund.reviewSince !== null || sendingIsOver(refund, now, timetable))
    return settleFailed(pair, now);
  const resolution = { step: "send", at: now } as const;
  const own = { lastSaid: null, retry: null, causeHints: [], resolution } as const;
  return unchanged(withRefund(pair, { way: "refund", ...own }));
}
