// The few ways in which a refund may end, each with what it books and what it leaves of its payment.
import type { CaseKind } from "@huiyin/contract/words.ts";
import type { RefundTimetable } from "../../../channels/timetables.ts";
import { add, subtract, type Money } from "../../../kernel/money.ts";
import { askNow } from "../asking.ts";
import { refundJournal } from "../booking.ts";
import type { JournalDraft } from "../../ledger/index.ts";
import type { Payment } from "../model.ts";
import type { Pair, Refund, RefundDecision } from "./model.ts";
import { askAgain } from "./timetable.ts";

/** A decision before its timeline is written. */
export type RefundChange = Readonly<{
  next: Pair;
  journals: readonly JournalDraft[];
  effects: RefundDecision["effects"];
}>;

/** What is left of a payment: paid, and neither given back nor promised to somebody. */
export function leftOf(payment: Payment): Money {
  return subtract(subtract(payment.amount, payment.refunded), payment.refunding);
}

/** Nothing to book and nobody to call. */
export function unchanged(next: Pair): RefundChange {
  return { next, journals: [], effects: [] };
}

/** Somebody must look; both stay as given. */
export function openCase(
  next: Pair,
  caseKind: CaseKind,
  facts: Readonly<Record<string, string | number>>,
): RefundChange {
  const { id: refundId, amount } = next.refund;
  const all = { refundId, amountFen: Number(amount.minor), ...facts };
  return { next, journals: [], effects: [{ kind: "openCase", caseKind, facts: all }] };
}

/** A person must decide. A review that is open stays the one it is. */
export function raiseReview(pair: Pair, now: Date): RefundChange {
  if (pair.refund.reviewSince !== null) return unchanged(pair);
  return openCase(withRefund(pair, { reviewSince: now }), "refundUnclear", wordsIn(pair));
}

/** A person’s turn; and the channel is asked on, slowly. */
export function callPerson(pair: Pair, now: Date, timetable: RefundTimetable): RefundChange {
  const called = raiseReview(pair, now);
  const resolution = askAgain(called.next.refund, now, timetable);
  return { ...called, next: withRefund(called.next, { resolution }) };
}

/** What a question asked beside a send was told: a send that is answered with silence takes nothing of it back. */
export function saidBesideSend({ lastSaid }: Refund): "takenOver" | "stuck" | null {
  return lastSaid === "takenOver" || lastSaid === "stuck" ? lastSaid : null;
}

/** The money cannot go back the way it came: a task of its own, also where a person was called before. */
export function raiseStuck(pair: Pair, now: Date): RefundChange {
  const { lastSaid, reviewSince } = pair.refund;
  if (lastSaid === "stuck" && reviewSince !== null) return unchanged(pair);
  const next = withRefund(pair, { lastSaid: "stuck", reviewSince: reviewSince ?? now });
  return openCase(next, "refundStuck", wordsIn(pair));
}

function wordsIn({ refund }: Pair): Readonly<{ channelCode: string }> {
  return { channelCode: refund.words?.code ?? "" };
}

/** Given back: booked with the fee that goes back, and taken from what was reserved. */
export function settleSucceeded(pair: Pair, refundedAt: Date | null, now: Date): RefundChange {
  const { payment, refund } = pair;
  const reserved = refund.state === "processing";
  const { journal, feeReturned } = refundJournal(payment, refund, now);
  // A question that waited for this refund is due: it may not explain everything that the channel gave back.
  const asked = payment.resolution === null ? payment : askNow(payment, now);
  const next: Pair = {
    payment: {
      ...asked,
      refunding: reserved ? subtract(payment.refunding, refund.amount) : payment.refunding,
      refunds: add(payment.refunds, refund.amount),
      refunded: add(payment.refunded, refund.amount),
    },
    refund: {
      ...finished(refund, now),
      state: "succeeded",
      feeReturned,
      refundedAt: refundedAt ?? now,
      retry: null,
    },
  };
  return { next, journals: [journal], effects: [] };
}

/**
 * Not given back, for certain: what was reserved is free again. A refund that the channel refuses may mean that the trade
 * is no longer what we believe, so the channel is asked about the payment.
 */
export function settleFailed({ payment, refund }: Pair, now: Date): RefundChange {
  const released = { ...payment, refunding: subtract(payment.refunding, refund.amount) };
  return unchanged({
    payment: askNow(released, now),
    refund: { ...finished(refund, now), state: "failed" },
  });
}

function finished(refund: Refund, now: Date): Refund {
  return { ...refund, resolution: null, reviewSince: null, lastSaid: null, finishedAt: now };
}

/** The pair with some fields of its refund changed. */
export function withRefund(pair: Pair, own: Partial<Refund>): Pair {
  return { ...pair, refund: { ...pair.refund, ...own } };
}
