// The rules of a payment. Pure: what arrived, what it was, what time it is → what it becomes and what follows.
// The channel’s word is final only where its documents say so; everything else keeps the payment open and asks again.
import { unreachable } from "../../kernel/assert.ts";
import { sameMoney } from "../../kernel/money.ts";
import type { Paid } from "../../channels/port.ts";
import { answered, askAfterCancel, askNow, askSlowly, mayPredateCancel } from "./asking.ts";
import {
  contradiction,
  openCase,
  raiseReview,
  settleClosed,
  settleFailed,
  settleSucceeded,
  sourceOf,
  unchanged,
  type Change,
} from "./change.ts";
import { onReversalRequested, onReview } from "./byPeople.ts";
import { entriesOf } from "./entries.ts";
import { isFinal, mayBeCancelled, type Command, type Decision, type Payment, type Terms } from "./model.ts";
import { everPaidOf, onOver } from "./over.ts";
import { onClose, onCode, onCodeOver, onScanned, onUnknownCode, unsettledCode } from "./shown/decide.ts";
import { continueAfter, nothingMayComeAfter, type Unsettled } from "./timetable.ts";

/** What a payment becomes when it is told this. Total: every command has an answer in every state. */
export function decide(payment: Payment, command: Command, now: Date, terms: Terms): Decision {
  const change = changeOf(payment, command, now, terms);
  if (isIdle(payment, command, change)) return { next: payment, journals: [], effects: [], events: [] };
  // A code that nobody can pay any more is not kept.
  const codeUrl = change.next.state === "awaitingPayer" ? change.next.codeUrl : null;
  const next = { ...change.next, codeUrl, version: payment.version + 1 };
  return {
    next,
    journals: change.journals,
    effects: change.effects,
    events: entriesOf({ before: payment, command, change, now }),
  };
}

function changeOf(payment: Payment, command: Command, now: Date, terms: Terms): Change {
  switch (command.kind) {
    case "chargeAnswered":
      return onCharge(payment, command, now, terms);
    case "queryAnswered":
      return onQuery(payment, command, now, terms);
    case "cancelAnswered":
      return onCancel(payment, command, now, terms);
    case "codeAnswered":
      return onCode(payment, command, now, terms);
    case "closeAnswered":
      return onClose(payment, command, now, terms);
    case "callbackReceived":
      return onCallback(payment, command, now, terms);
    case "reversalRequested":
      return onReversalRequested(payment, now, terms);
    case "reviewDecided":
      return onReview(payment, command, now, terms);
    default:
      return unreachable(command);
  }
}

type Told<Kind extends Command["kind"]> = Extract<Command, { kind: Kind }>;

/** The answer to the first and only send. */
function onCharge(
  payment: Payment,
  { reply: { outcome, exchange } }: Told<"chargeAnswered">,
  now: Date,
  terms: Terms,
): Change {
  switch (outcome.kind) {
    case "succeeded":
      // A reversal that overtook this answer undid exactly this success.
      if (payment.state === "reversed") return unchanged(payment);
      return onPaid(payment, outcome, now, { ...terms, saidAt: exchange.sentAt });
    case "declined":
      if (payment.state === "processing") return settleFailed(payment, outcome, now);
      // The channel itself said meanwhile that the payer may still pay. What contradicts itself is undone at once.
      if (payment.state === "awaitingPayer")
        return unchanged({ ...payment, resolution: { step: "cancel", at: now } });
      return unchanged(payment);
    case "pending":
      return payment.state === "processing" ? unchanged(awaiting(payment, outcome)) : unchanged(payment);
    case "unknown":
      // The step that was scheduled before the call stands.
      return unchanged({
        ...payment,
        words: isFinal(payment.state) ? payment.words : (outcome.words ?? payment.words),
      });
    default:
      return unreachable(outcome);
  }
}

function onQuery(
  payment: Payment,
  { reply: { outcome, exchange } }: Told<"queryAnswered">,
  now: Date,
  terms: Terms,
): Change {
  const heard = answered(payment, exchange.sentAt);
  switch (outcome.kind) {
    case "succeeded":
      if (payment.state !== "reversed")
        return onPaid(payment, outcome, now, { ...terms, saidAt: exchange.sentAt });
      // Asked before the reversal: old news. Asked after it: the channel contradicts itself, and a person decides.
      if (payment.finishedAt !== null && exchange.sentAt < payment.finishedAt) return unchanged(heard);
      return raiseReview(heard, "paidAfterReversal", now);
    case "pending":
      if (payment.mode === "shownCode")
        return onScanned(scanned(payment, outcome), exchange.sentAt, now, terms);
      if (!isFinal(payment.state)) return unsettled(awaiting(payment, outcome), "query", now, terms);
      // A trade that we have given up may still be paid: undo it. One that is paid was so after this question was asked,
      // unless a person who decided so was mistaken.
      if (payment.state === "succeeded" && payment.decidedBy !== null)
        return unsettled(payment, "query", now, terms);
      if (payment.state === "succeeded" || payment.state === "reversed") return unchanged(heard);
      return unchanged({ ...payment, resolution: { step: "cancel", at: now } });
    case "unknown":
      return unsettled(payment, "query", now, terms);
    case "notFound":
      if (payment.mode === "shownCode")
        return onUnknownCode(payment, { askedAt: exchange.sentAt, words: outcome.words }, now, terms);
      if (payment.state === "succeeded" && exchange.sentAt >= nothingMayComeAfter(payment))
        return openCase(heard, "channelContradiction", contradiction(outcome.words));
      if (isFinal(payment.state)) return unchanged(heard);
      // Before the expiry a delayed request may still create the trade; only a question asked after it settles anything.
      if (exchange.sentAt >= nothingMayComeAfter(payment)) return settleClosed(payment, outcome.words, now);
      return unsettled(payment, "query", now, terms);
    case "closed":
      return payment.mode === "shownCode"
        ? onCodeOver(payment, outcome.everPaid, outcome.words, { now, terms })
        : onOver(payment, outcome.everPaid, outcome.words, { now, terms });
    default:
      return unreachable(outcome);
  }
}

function onCancel(
  before: Payment,
  { reply: { outcome, exchange } }: Told<"cancelAnswered">,
  now: Date,
  terms: Terms,
): Change {
  const lastCancelAt = later(before.lastCancelAt, exchange.sentAt);
  const payment = { ...before, cancelAttempts: before.cancelAttempts + 1, lastCancelAt };
  switch (outcome.kind) {
    case "cancelled":
      return onOver(payment, everPaidOf[outcome.action], outcome.words, { now, terms });
    case "noAction":
      return unsettled(payment, "cancelFoundNothing", now, terms);
    case "refused":
      return unsettled({ ...payment, causeHints: outcome.causeHints }, "cancelRefused", now, terms);
    case "retry":
    case "unknown":
      return unsettled(payment, "cancelRepeatable", now, terms);
    default:
      return unreachable(outcome);
  }
}

function onCallback(
  before: Payment,
  { callback }: Told<"callbackReceived">,
  now: Date,
  terms: Terms,
): Change {
  const payment = { ...before, lastNotificationId: callback.notificationId };
  const { news } = callback;
  if (news.amount !== null && !sameMoney(news.amount, payment.amount)) {
    // Signed, yet not about our order as we know it. Nothing moves on its word; the channel is asked, the case stays.
    const facts = {
      amountFen: Number(payment.amount.minor),
      reportedFen: Number(news.amount.minor),
      channelTradeNo: news.kind === "succeeded" ? news.channelTradeNo : "",
    };
    return openCase(askNow(payment, now), "callbackMismatch", facts);
  }
  if (news.kind === "succeeded" && payment.state !== "reversed")
    return onPaid(payment, news, now, { ...terms, saidAt: null });
  // Callbacks arrive late and out of order: what a payment really is by now, the channel says when asked.
  return unchanged(askNow(payment, now));
}

/** The channel’s word that money of the payer arrived, in any state but reversed. `saidAt`: as old as it may be. */
function onPaid(payment: Payment, paid: Paid, now: Date, terms: Terms & { saidAt: Date | null }): Change {
  if (mayPredateCancel(payment, terms.saidAt)) return unchanged(askAfterCancel(payment, now));
  if (!sameMoney(paid.amount, payment.amount)) {
    const facts = {
      amountFen: Number(payment.amount.minor),
      reportedFen: Number(paid.amount.minor),
      channelTradeNo: paid.channelTradeNo,
    };
    const change = openCase(answered(payment, terms.saidAt), "amountMismatch", facts);
    return payment.state === "succeeded"
      ? change
      : raiseReview(askSlowly(change.next, now, terms), "amountMismatch", now, change);
  }
  if (payment.state !== "succeeded") return settleSucceeded(payment, paid, now, terms);
  if (payment.channelTradeNo === null || payment.channelTradeNo === paid.channelTradeNo) {
    // Decided by a person before, or said twice: the channel’s particulars are welcome, the books have it already.
    return unchanged({
      ...answered(payment, terms.saidAt),
      channelTradeNo: paid.channelTradeNo,
      fundingSource: sourceOf(payment, paid),
      payerAccount: paid.payerAccount,
    });
  }
  const facts = { channelTradeNo: payment.channelTradeNo, otherChannelTradeNo: paid.channelTradeNo };
  return openCase(answered(payment, terms.saidAt), "channelContradiction", facts);
}

/** Tried, and still open. A finished payment that raised a new question is asked about slowly. */
function unsettled(payment: Payment, tried: Unsettled, now: Date, terms: Terms): Change {
  if (payment.mode === "shownCode") return unsettledCode(payment, "query", now, terms);
  if (isFinal(payment.state))
    return unchanged(payment.resolution === null ? payment : askSlowly(payment, now, terms));
  const { resolution, review } = continueAfter(payment, tried, now, terms.timetable);
  const next = { ...payment, resolution };
  return review === "exhausted" ? raiseReview(next, "timetableExhausted", now) : unchanged(next);
}

function awaiting(
  payment: Payment,
  outcome: { words: Payment["words"]; channelTradeNo: string | null },
): Payment {
  return {
    ...payment,
    state: "awaitingPayer",
    words: outcome.words,
    channelTradeNo: outcome.channelTradeNo ?? payment.channelTradeNo,
  };
}

/** A code that was shown is being paid; one that nobody saw stays what it is. */
function scanned(payment: Payment, outcome: Parameters<typeof awaiting>[1]): Payment {
  return payment.state === "awaitingPayer" ? awaiting(payment, outcome) : payment;
}

function later(left: Date | null, right: Date): Date {
  return left !== null && left > right ? left : right;
}

/** Nothing that deserves a line in the timeline: a callback said twice, or a decision where nobody has to decide. */
function isIdle(payment: Payment, command: Command, change: Change): boolean {
  if (command.kind === "reversalRequested") return !mayBeCancelled(payment);
  if (command.kind === "reviewDecided") return payment.review === null;
  if (command.kind !== "callbackReceived" || payment.lastNotificationId !== command.callback.notificationId)
    return false;
  return change.next.state === payment.state;
}
