// The rules of a refund. Pure. Money is given back in the channel’s documented words only; what stays unclear is asked
// about, and sent again under the very same number, which the channel carries out once.
import type { RefundQueryOutcome } from "../../../channels/port.ts";
import { unreachable } from "../../../kernel/assert.ts";
import { add, sameMoney, yuanText, type Money } from "../../../kernel/money.ts";
import { refuse, success, type Result } from "../../../kernel/result.ts";
import { askNow } from "../asking.ts";
import type { Payment, Requester } from "../model.ts";
import { askedOn, onAskedAfterEnd, onRefundedAfterEnd } from "./afterEnd.ts";
import { onNotification } from "./notification.ts";
import { refundEntries, requestedEntry } from "./entries.ts";
import type { Pair, Refund, RefundCommand, RefundDecision, RefundOpening, RefundTerms } from "./model.ts";
import {
  callPerson,
  leftOf,
  openCase,
  raiseStuck,
  saidBesideSend,
  settleFailed,
  settleSucceeded,
  unchanged,
  withRefund,
  type RefundChange,
} from "./settle.ts";
import {
  askAfterSend,
  askAgain,
  isExhausted,
  sendAfterShortBalance,
  sendAgain,
  sendBy,
  sendingIsOver,
  settledFrom,
} from "./timetable.ts";
import { causesAfter, isOvertaken, notGivenBack, saidInTheEnd, wayOf, wayThatGave } from "./ways.ts";
import { refusedState } from "./words.ts";

/** A refund that somebody wants: all that is left where no amount is named. */
export type Wanted = Readonly<{
  opening: Omit<RefundOpening, "amount">;
  amount: Money | null;
  by: Requester;
}>;

/**
 * Accepts a refund of a payment that is locked: reserves its amount and writes down when to ask, before anything is sent.
 * Refuses `payment_not_refundable`, `refund_exceeds_paid`, and a reversal `reversal_not_possible` where nothing can be undone.
 */
export function acceptRefund(
  payment: Payment,
  { opening, amount, by }: Wanted,
  now: Date,
  { timetable }: RefundTerms,
): Result<RefundDecision> {
  const left = leftOf(payment);
  const wanted = amount ?? left;
  if (opening.kind === "reversal" && (payment.state !== "succeeded" || left.minor === 0n))
    return refuse("reversal_not_possible", refusedState(payment));
  if (payment.state !== "succeeded") return refuse("payment_not_refundable", refusedState(payment));
  if (wanted.minor === 0n || wanted.minor > left.minor)
    return refuse("refund_exceeds_paid", { leftYuan: yuanText(left) });
  const sentBy = sendBy(now);
  const refund: Refund = {
    ...opening,
    amount: wanted,
    way: wayOf(payment, opening.kind, now, timetable),
    merchantId: payment.merchantId,
    paymentId: payment.id,
    storeId: payment.storeId,
    terminalId: payment.terminalId,
    channel: payment.channel,
    channelOrderNo: payment.channelOrderNo,
    state: "processing",
    version: 1,
    resolution: askAfterSend(sentBy, now, timetable),
    sends: 1,
    sentBy,
    lastSaid: null,
    reviewSince: null,
    refundedBefore: payment.refunded,
    words: null,
    retry: null,
    causeHints: [],
    feeReturned: null,
    decidedBy: null,
    createdAt: now,
    refundedAt: null,
    finishedAt: null,
  };
  const reserved = { ...payment, refunding: add(payment.refunding, wanted), version: payment.version + 1 };
  const events = [requestedEntry(refund, by, now)];
  return success({ next: { payment: reserved, refund }, journals: [], effects: [], events });
}

/** What a refund and its payment become when it is told this. Total: every command has an answer in every state. */
export function decideRefund(
  pair: Pair,
  command: RefundCommand,
  now: Date,
  terms: RefundTerms,
): RefundDecision {
  const { payment, refund } = pair;
  // Two persons at once: the second finds it decided.
  if (command.kind === "reviewDecided" && refund.reviewSince === null)
    return { next: pair, journals: [], effects: [], events: [] };
  // The same notification again.
  if (command.kind === "callbackReceived" && command.callback.notificationId === payment.lastNotificationId)
    return { next: pair, journals: [], effects: [], events: [] };
  const told = saidInTheEnd(command);
  const change = isOvertaken(refund, told)
    ? unchanged(pair)
    : changeOf(wayThatGave(pair, told), told, now, terms);
  const next: Pair = {
    payment: { ...change.next.payment, version: payment.version + 1 },
    refund: { ...change.next.refund, version: refund.version + 1 },
  };
  return { ...change, next, events: refundEntries({ before: refund, command, change, now }) };
}

function changeOf(pair: Pair, command: RefundCommand, now: Date, terms: RefundTerms): RefundChange {
  switch (command.kind) {
    case "sendAnswered":
      return onSend(pair, command, now, terms);
    case "queryAnswered":
      return onQuery(pair, command, now, terms);
    case "callbackReceived":
      return onNotification(pair, command.callback, now, terms);
    case "reviewDecided":
      return onReview(pair, command, now, terms);
    default:
      return unreachable(command);
  }
}

type Told<Kind extends RefundCommand["kind"]> = Extract<RefundCommand, { kind: Kind }>;

function onSend(
  before: Pair,
  { reply: { outcome, exchange } }: Told<"sendAnswered">,
  now: Date,
  { timetable }: RefundTerms,
): RefundChange {
  if (before.refund.state !== "processing")
    return outcome.kind === "refunded"
      ? onRefundedAfterEnd(before, outcome.refundedAt, now, timetable)
      : unchanged(before);
  // The first send is known to the moment once it is answered; of later ones another may have begun since.
  const sentBy = before.refund.sends === 1 ? exchange.sentAt : before.refund.sentBy;
  const ask = askAfterSend(sentBy, now, timetable);
  const pair = withRefund(before, { sentBy, words: outcome.words ?? before.refund.words });
  switch (outcome.kind) {
    case "refunded":
      // Not every channel tells its total; its bill does.
      return outcome.refundedTotal === null || totalFits(pair, outcome.refundedTotal)
        ? settleSucceeded(pair, outcome.refundedAt, now)
        : onContradictoryTotal(pair, outcome.refundedTotal, ask);
    case "processing":
      // Taken over: from here on only asking leads on.
      return unchanged(withRefund(pair, { lastSaid: "takenOver", resolution: ask }));
    case "balanceShort": {
      const short = withRefund(pair, { lastSaid: "balanceShort" });
      // Nothing is sent any more while a person is looking.
      if (short.refund.reviewSince !== null) return unchanged(short);
      const resolution = sendAfterShortBalance(short.refund, now, timetable);
      return unchanged(withRefund(short, { resolution }));
    }
    case "declined": {
      const { retry, causeHints } = outcome;
      const refused = withRefund(pair, { retry, causeHints, lastSaid: "refused" });
      // Final as the answer to the only send; after an earlier one, that one may have been carried out.
      return pair.refund.sends === 1
        ? notGivenBack(refused, now, timetable)
        : unchanged(withRefund(refused, { resolution: ask }));
    }
    case "unknown":
      return unchanged(withRefund(pair, { lastSaid: saidBesideSend(pair.refund), resolution: ask }));
    default:
      return unreachable(outcome);
  }
}

function onQuery(
  pair: Pair,
  command: Told<"queryAnswered">,
  now: Date,
  { timetable }: RefundTerms,
): RefundChange {
  const { refund } = pair;
  const { outcome, exchange } = command.reply;
  if (refund.state !== "processing") return onAskedAfterEnd(pair, command.reply, now, timetable);
  const told = withRefund(pair, { words: wordsAfter(refund, outcome) });
  switch (outcome.kind) {
    case "refunded": {
      if (!sameMoney(outcome.amount, refund.amount)) return onContradictoryAmount(told, outcome.amount, now);
      // Learned late, so other things may have happened to the trade meanwhile.
      const change = settleSucceeded(told, outcome.refundedAt, now);
      return { ...change, next: { ...change.next, payment: askNow(change.next.payment, now) } };
    }
    case "notRefunded":
      // The channel may not know yet what was sent a moment ago.
      if (exchange.sentAt < settledFrom(refund.sentBy, timetable))
        return unchanged(withRefund(told, { resolution: askAfterSend(refund.sentBy, now, timetable) }));
      return onNotRefunded(told, now, timetable);
    case "failed":
      return notGivenBack(
        withRefund(told, { causeHints: causesAfter(refund, outcome.causeHints, timetable) }),
        now,
        timetable,
      );
    case "stuck": {
      // No time brings it on: the merchant has to decide at the channel, and a person has to tell it so.
      const called = raiseStuck(told, now);
      const resolution = askAgain(called.next.refund, now, timetable);
      return { ...called, next: withRefund(called.next, { resolution }) };
    }
    case "processing": {
      const inHand = withRefund(told, { lastSaid: "takenOver" });
      return exhaustedOr(inHand, now, timetable, askAgain(inHand.refund, now, timetable));
    }
    case "unknown":
      return exhaustedOr(told, now, timetable, askAgain(told.refund, now, timetable));
    default:
      return unreachable(outcome);
  }
}

/** The channel’s last words that explain something: a question that found nothing leaves those of the refusal before it. */
function wordsAfter({ words, lastSaid }: Refund, outcome: RefundQueryOutcome): Refund["words"] {
  const refusedBefore = lastSaid === "refused" || lastSaid === "balanceShort";
  const explains =
    ["refunded", "failed", "stuck"].includes(outcome.kind) ||
    (["unknown", "processing"].includes(outcome.kind) && !refusedBefore);
  return explains ? (outcome.words ?? words) : words;
}

/** The channel’s definite word that no send so far gave anything back. */
function onNotRefunded(told: Pair, now: Date, timetable: RefundTerms["timetable"]): RefundChange {
  // What it had in hand, it knows nothing of now: that counts as silence from here on.
  const pair = told.refund.lastSaid === "takenOver" ? withRefund(told, { lastSaid: null }) : told;
  const { refund } = pair;
  if (refund.lastSaid === "refused") return notGivenBack(pair, now, timetable);
  if (refund.lastSaid === "balanceShort" && sendingIsOver(refund, now, timetable))
    return settleFailed(pair, now);
  if (refund.reviewSince !== null)
    return unchanged(withRefund(pair, { resolution: askAgain(refund, now, timetable) }));
  return exhaustedOr(pair, now, timetable, sendAgain(refund, now, timetable));
}

/** The step, or a person’s turn where the time for steps is over. */
function exhaustedOr(
  pair: Pair,
  now: Date,
  timetable: RefundTerms["timetable"],
  resolution: Refund["resolution"],
): RefundChange {
  if (!isExhausted(pair.refund, now, timetable)) return unchanged(withRefund(pair, { resolution }));
  return callPerson(pair, now, timetable);
}

/**
 * Whether the channel’s total of everything given back fits our own: at least what had been given back before this
 * refund was asked for, at most all that we gave back or may be giving back at this moment.
 */
function totalFits({ payment, refund }: Pair, total: Money): boolean {
  const least = refund.refundedBefore.minor + refund.amount.minor;
  const most = payment.refunded.minor + payment.refunding.minor;
  return total.minor >= least && total.minor <= most;
}

/** Somebody else gave money back, or the answer is wrong. Never guessed: the channel is asked about this very refund. */
function onContradictoryTotal(pair: Pair, total: Money, ask: Refund["resolution"]): RefundChange {
  const facts = {
    reportedTotalFen: Number(total.minor),
    refundedFen: Number(pair.payment.refunded.minor),
    refundingFen: Number(pair.payment.refunding.minor),
  };
  return openCase(withRefund(pair, { lastSaid: null, resolution: ask }), "channelContradiction", facts);
}

/** Our number with another amount: nothing that can be asked settles it. */
function onContradictoryAmount(pair: Pair, amount: Money, now: Date): RefundChange {
  const facts = { reportedFen: Number(amount.minor) };
  const reviewSince = pair.refund.reviewSince ?? now;
  return openCase(withRefund(pair, { reviewSince, resolution: null }), "channelContradiction", facts);
}

/** Decided without the channel’s word, and perhaps wrongly: it is asked on. */
function onReview(
  pair: Pair,
  command: Told<"reviewDecided">,
  now: Date,
  { timetable }: RefundTerms,
): RefundChange {
  const decided = withRefund(pair, { decidedBy: command.decidedBy });
  const change =
    command.decision === "succeeded" ? settleSucceeded(decided, null, now) : settleFailed(decided, now);
  return { ...change, next: askedOn(change.next, now, timetable) };
}
