// By what a payment is given back: a void on the day of the payment where the channel has such a thing, a refund otherwise.
// Pure.
import { fen, sameMoney } from "../../../kernel/money.ts";
import { businessDate, secondOfDay } from "../../../kernel/time.ts";
import type { RefundQueryOutcome } from "../../../channels/port.ts";
import type { RefundTimetable } from "../../../channels/timetables.ts";
import type { Payment } from "../model.ts";
import type { Pair, Refund, RefundCommand, RefundKind } from "./model.ts";
import { callPerson, settleFailed, unchanged, withRefund, type RefundChange } from "./settle.ts";
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
 * Whether this refund was a void before it gave way: told from what was asked for, and when, as `wayOf` decided then. What
 * the channel tells of the void, it tells under another name than that of the refund.
 */
export function beganAsVoid(payment: Payment, refund: Refund, timetable: RefundTimetable): boolean {
  const { way, kind, amount, createdAt } = refund;
  if (way !== "refund" || !sameMoney(amount, payment.amount)) return false;
  // All of it was left, so nothing had gone back or was going back.
  const untouched = { ...payment, refunded: fen(0), refunding: fen(0) };
  return wayOf(untouched, kind, createdAt, timetable) === "void";
}

/** The channel’s word that nothing went back under the name that it was asked about. */
export function gaveNothing({ kind }: RefundQueryOutcome): boolean {
  return kind === "notRefunded" || kind === "failed";
}

/**
 * What was said in the end. Where the channel was asked about the void that gave way as well, that the refund gave nothing
 * back counts only once the void is certain not to have done so.
 */
export function saidInTheEnd(command: RefundCommand): RefundCommand {
  if (command.kind !== "queryAnswered" || command.ofVoid === undefined) return command;
  const { ofVoid, ...own } = command;
  if (gaveNothing(ofVoid.outcome)) return own;
  if (ofVoid.outcome.kind === "refunded") return { kind: "queryAnswered", reply: ofVoid, way: "void" };
  const outcome = { kind: "unknown", reason: "its void is unclear", words: null } as const;
  return { ...own, reply: { ...own.reply, outcome } };
}

/** The pair with the way that gave the money back, where it is not the one that was on its way. */
export function wayThatGave(pair: Pair, command: RefundCommand): Pair {
  if (command.kind !== "sendAnswered" && command.kind !== "queryAnswered") return pair;
  const { state, decidedBy, way } = pair.refund;
  const known = state === "succeeded" && decidedBy === null;
  const other = command.way !== undefined && command.way !== way;
  return other && !known && command.reply.outcome.kind === "refunded"
    ? withRefund(pair, { way: command.way })
    : pair;
}

/** “Refunded or reversed already”, as a channel that voids says it by a code of its own. */
const undoneCause = "C-X-09";

/**
 * Whether the channel says of the payment that something undid it: the payer has the money. Where no channel voids, that
 * cause is only one of those that a vague refusal may have.
 */
function isUndoneAlready({ causeHints }: Refund, { voidUntilSecondOfDay }: RefundTimetable): boolean {
  return voidUntilSecondOfDay !== null && causeHints.includes(undoneCause);
}

/** The causes of a refund that is over. That the payment was undone already stays true, whatever else is said. */
export function causesAfter(
  refund: Refund,
  causeHints: readonly string[],
  timetable: RefundTimetable,
): readonly string[] {
  return isUndoneAlready(refund, timetable) ? refund.causeHints : causeHints;
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
 * given back twice, as the channel knows the payment as undone. No void is tried again after that. Where it says just
 * that, and neither name explains it, “failed” would have somebody pay the payer a second time: a person must look.
 */
export function notGivenBack(pair: Pair, now: Date, timetable: RefundTimetable): RefundChange {
  const { refund } = pair;
  // Nothing is sent any more while a person is looking, or when the time for it is over.
  if (refund.way === "refund" || refund.reviewSince !== null || sendingIsOver(refund, now, timetable))
    return isUndoneAlready(refund, timetable) ? callPerson(pair, now, timetable) : settleFailed(pair, now);
  const resolution = { step: "send", at: now } as const;
  const own = { lastSaid: null, retry: null, causeHints: [], resolution } as const;
  return unchanged(withRefund(pair, { way: "refund", ...own }));
}
