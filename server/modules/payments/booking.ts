// What a payment writes into the books.
import { assert } from "../../kernel/assert.ts";
import { feeOf, type Money } from "../../kernel/money.ts";
import type { Fact, JournalDraft, Posting } from "../ledger/index.ts";
import type { Payment } from "./model.ts";

/** The payment with its fee fixed, at the rate that its fee schedule gives. */
export function withFee(payment: Payment, feeRateBasisPoints: bigint): Payment {
  return { ...payment, feeRateBasisPoints, fee: feeOf(payment.amount, feeRateBasisPoints) };
}

/**
 * The journal of a fact. “succeeded” and “reinstated” book the amount as owed to us by the channel, and by us to the
 * merchant less our fee; “reversed” is the exact opposite, fee included: an undone payment costs the merchant nothing.
 */
export function journalOf(payment: Payment, fact: Fact, recordedAt: Date): JournalDraft {
  assert(payment.fee !== null, `${payment.id}: ${fact} booked without a fee`);
  const sign = fact === "reversed" ? -1n : 1n;
  return {
    merchantId: payment.merchantId,
    subjectId: payment.id,
    fact,
    recordedAt,
    currency: payment.amount.currency,
    postings: postings(payment, payment.fee).map((posting) => ({ ...posting, minor: sign * posting.minor })),
  };
}

function postings(payment: Payment, fee: Money): Posting[] {
  const all: Posting[] = [
    { account: `channel:${payment.channel}`, minor: payment.amount.minor },
    { account: "merchant:payable", minor: fee.minor - payment.amount.minor },
    { account: "fee:income", minor: -fee.minor },
  ];
  // A rate of zero, or a fee that swallows one fen, leaves an account untouched: the ledger knows no empty postings.
  return all.filter((posting) => posting.minor !== 0n);
}
