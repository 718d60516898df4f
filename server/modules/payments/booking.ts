// What a payment writes into the books.
import type { FundingSource } from "@huiyin/contract/words.ts";
import { assert } from "../../kernel/assert.ts";
import { feeOf, negate, subtract, type Money } from "../../kernel/money.ts";
import type { Fact, JournalDraft, Posting } from "../ledger/index.ts";
import type { Payment, Terms } from "./model.ts";

/** The payment with its fee fixed, at the rate that its fee schedule gives for what it was paid with. */
export function withFee(payment: Payment, terms: Terms): Payment {
  const feeRateBasisPoints = rateOf(payment, terms);
  return { ...payment, feeRateBasisPoints, fee: feeOf(payment.amount, feeRateBasisPoints) };
}

// Paid with one of these, a payment was not made in the instalments that were asked for.
const withoutInstalments: ReadonlySet<FundingSource> = new Set<FundingSource>([
  "balance",
  "moneyFund",
  "creditCard",
  "debitCard",
]);

/** Instalments whose fee the merchant bears have a rate of their own, by their number; all else costs what its source costs. */
function rateOf({ credit, fundingSource }: Payment, terms: Terms): bigint {
  if (credit?.feeBearer !== "merchant") return terms.feeRateBasisPoints;
  if (fundingSource !== null && withoutInstalments.has(fundingSource)) return terms.feeRateBasisPoints;
  return terms.instalmentRatesBasisPoints.get(credit.instalments) ?? terms.feeRateBasisPoints;
}

/**
 * The journal of a fact about a payment. “succeeded” books the amount as owed to us by the channel, and by us to the
 * merchant less our fee. “reversed” is the exact opposite of what refunds have left of it, fee included: an undone
 * payment costs the merchant nothing. “reinstated” books that same rest again.
 */
export function journalOf(payment: Payment, fact: Fact, recordedAt: Date): JournalDraft {
  const kept = subtract(payment.amount, payment.refunds);
  const sign = fact === "reversed" ? -1n : 1n;
  return {
    merchantId: payment.merchantId,
    subjectId: payment.id,
    fact,
    recordedAt,
    currency: payment.amount.currency,
    postings: postings(payment, { ...kept, minor: sign * kept.minor }, sign * feeOn(payment, kept).minor),
  };
}

/**
 * The journal of a refund, and the fee that goes back to the merchant with it: the fee of what was kept before less the
 * fee of what is kept after, at the rate of the payment. So whatever the parts, nothing is left of the fee when nothing
 * is left of the payment.
 */
export function refundJournal(
  payment: Payment,
  refund: Readonly<{ id: string; amount: Money }>,
  recordedAt: Date,
): Readonly<{ journal: JournalDraft; feeReturned: Money }> {
  const before = subtract(payment.amount, payment.refunds);
  const feeReturned = subtract(feeOn(payment, before), feeOn(payment, subtract(before, refund.amount)));
  const journal: JournalDraft = {
    merchantId: payment.merchantId,
    subjectId: refund.id,
    fact: "refunded",
    recordedAt,
    currency: refund.amount.currency,
    postings: postings(payment, negate(refund.amount), -feeReturned.minor),
  };
  return { journal, feeReturned };
}

function feeOn(payment: Payment, kept: Money): Money {
  assert(payment.feeRateBasisPoints !== null, `${payment.id}: booked without a fee`);
  return feeOf(kept, payment.feeRateBasisPoints);
}

/** Money from the channel to the merchant less our fee; negative both, where it goes back. */
function postings(payment: Payment, amount: Money, feeMinor: bigint): Posting[] {
  const all: Posting[] = [
    { account: `channel:${payment.channel}`, minor: amount.minor },
    { account: "merchant:payable", minor: feeMinor - amount.minor },
    { account: "fee:income", minor: -feeMinor },
  ];
  // A rate of zero, or a fee that swallows one fen, leaves an account untouched: the ledger knows no empty postings.
  return all.filter((posting) => posting.minor !== 0n);
}
