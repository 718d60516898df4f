// The rules of a payment. Pure: what arrived, what it was, what time it is → what it becomes and what follows.
// The channel’s word is final only where its documents say so; everything else keeps the payment open and asks again.
import { unreachable } from "../../kernel/assert.ts";
import { fen, sameMoney } from "../../kernel/money.ts";
import type { Paid } from "../../channels/port.ts";
import { answered, answeredForGood, askAfterCancel, askNow, askSlowly, mayPredateCancel } from "./asking.ts";
import {
  contradiction,
  openCase,
  raiseReview,
  settleClosed,
  settleFailed,
  settleReversed,
  settleSucceeded,
  settleUndone,
  sourceOf,
  unchanged,
  type Change,
} from "./change.ts";
import { onReversalRequested, onReview } from "./byPeople.ts";
import { entriesOf } from "./entries.ts";
import {
  isFinal,
  mayBeCancelled,
  type Command,
  type Decision,
  type Opening,
  type Payment,
  type Terms,
} from "./model.ts";
import { continueAfter, expiryOf, firstStep, nothingMayComeAfter, type Unsettled } from "./timetable.ts";

/** A new payment, with the safety net that is saved before anything is sent. */
export function openPayment(opening: Opening, createdAt: Date, timetable: Terms["timetable"]): Payment {
  return {
    ...opening,
    state: "processing",
    version: 1,
    resolution: firstStep(createdAt, timetable),
    cancelAttempts: 0,
    lastCancelAt: null,
    review: null,
    lateSuccess: false,
    words: null,
    retry: null,
    blame: [],
    causeHints: [],
    channelTradeNo: null,
    fundingSource: null,
    payerAccount: null,
    reversalRequestedAt: null,
    facts: [],
    feeRateBasisPoints: null,
    fee: null,
    refunding: fen(0),
    refunds: fen(0),
    refunded: fen(0),
    decidedBy: null,
    lastNotificationId: null,
    createdAt,
    expiresAt: expiryOf(createdAt, timetable),
    paidAt: null,
    finishedAt: null,
  };
}

/** What a payment becomes when it is told this. Total: every command has an answer in every state. */
export function decide(payment: Payment, command: Command, now: Date, terms: Terms): Decision {
  const change = changeOf(payment, command, now, terms);
  if (isIdle(payment, command, change)) return { next: payment, journals: [], effects: [], events: [] };
  const next = { ...change.next, version: payment.version + 1 };
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
    case "callbackReceived":
      return onCallback(payment, command, now, terms);
    case "reversalRequested":
      return onReversalRequested(payment, now);
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
      if (payment.state === "succeeded" && exchange.sentAt >= nothingMayComeAfter(payment))
        return openCase(heard, "channelContradiction", contradiction(outcome.words));
      if (isFinal(payment.state)) return unchanged(heard);
      // Before the expiry a delayed request may still create the trade; only a question asked after it settles anything.
      if (exchange.sentAt >= nothingMayComeAfter(payment)) return settleClosed(payment, outcome.words, now);
      return unsettled(payment, "query", now, terms);
    case "closed":
      return onOver(payment, outcome.everPaid, outcome.words, { now, terms });
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

const everPaidOf = { refund: "yes", close: "no", unstated: "unstated" } as const;

/** The channel’s word that it is over and no money of the payer is kept. */
function onOver(
  payment: Payment,
  everPaid: "yes" | "no" | "unstated",
  words: Payment["words"],
  { now, terms }: Readonly<{ now: Date; terms: Terms }>,
): Change {
  switch (everPaid) {
    case "yes":
      return onUndone(payment, words, now, terms);
    case "no":
      return onClosedUnpaid(payment, words, now);
    case "unstated":
      // What had been paid to our knowledge has been given back; of anything else it is only certain that nothing is kept.
      if (payment.facts.includes("succeeded")) return onUndone(payment, words, now, terms);
      return isFinal(payment.state) ? unchanged(answeredForGood(payment)) : settleUndone(payment, words, now);
    default:
      return unreachable(everPaid);
  }
}

/** The channel’s word that the payer had paid and has the money back. */
function onUndone(payment: Payment, words: Payment["words"], now: Date, terms: Terms): Change {
  if (payment.state === "reversed" && payment.facts.includes("reversed"))
    return unchanged(answeredForGood(payment));
  // We gave it all back ourselves: no news.
  if (payment.state === "succeeded" && sameMoney(payment.refunded, payment.amount))
    return unchanged(answeredForGood(payment));
  // Perhaps by a refund of ours whose answer is still to come: once it came, the channel is asked again.
  if (payment.refunding.minor > 0n) return unchanged(askSlowly(payment, now, terms));
  // Reversed once and reinstated by a person: a second reversal has no journal left to be written in.
  if (payment.facts.includes("reversed"))
    return openCase(answeredForGood(payment), "channelContradiction", contradiction(words));
  return settleReversed(payment, words, now, terms);
}

/** The channel’s word that the trade is closed and never was paid. */
function onClosedUnpaid(payment: Payment, words: Payment["words"], now: Date): Change {
  if (!isFinal(payment.state)) return settleClosed(payment, words, now);
  if (payment.state !== "succeeded") return unchanged(answeredForGood(payment));
  return openCase(answeredForGood(payment), "channelContradiction", contradiction(words));
}

/** Tried, and still open. A finished payment that raised a new question is asked about slowly. */
function unsettled(payment: Payment, tried: Unsettled, now: Date, terms: Terms): Change {
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
