// Every refund is the same here and at the bank, both ways, and nobody gets back more than was paid.
import type { RefundRow } from "../evidence.ts";
import type { Checker, Problem } from "./checker.ts";

export const refundsAgree: Checker = {
  name: "refundsAgree",
  promise:
    "The bank gave back exactly the refunds that succeeded here, each once, and never more than was paid.",
  check: ({ payments, refunds, bank }) => {
    const problems: Problem[] = [];
    const ofPayment = Map.groupBy(refunds, (refund) => refund.payment_id);
    for (const payment of payments) {
      const { payment_id: about, channel, channel_order_no: orderNo, amount_minor: amount } = payment;
      const own = ofPayment.get(about) ?? [];
      const trade = bank.tradeAt(channel, orderNo);
      const atBank = new Map((trade?.refunds ?? []).map((refund) => [refund.requestNo, refund.amountFen]));
      if (atBank.size !== (trade?.refunds.length ?? 0))
        problems.push({ about, problem: "the bank gave back twice under one number" });
      const sum = sumOf(own.filter(({ state }) => state === "succeeded"));
      if (sum > BigInt(amount)) problems.push({ about, problem: `${sum} fen given back of ${amount}` });
      if (payment.refunds_minor !== String(sum))
        problems.push({ about, problem: `says ${payment.refunds_minor} fen given back, its refunds ${sum}` });
      const reserved = sumOf(own.filter(({ state }) => state === "processing"));
      if (payment.refunding_minor !== String(reserved))
        problems.push({ about, problem: `reserves ${payment.refunding_minor} fen, its refunds ${reserved}` });
      for (const refund of own) {
        const given = atBank.get(refund.channel_refund_no);
        atBank.delete(refund.channel_refund_no);
        problems.push(...contradictions(refund, given));
      }
      atBank.delete("");
      for (const requestNo of atBank.keys())
        problems.push({ about, problem: `the bank gave back under ${requestNo}, which we do not know` });
    }
    return problems;
  },
};

function sumOf(refunds: readonly RefundRow[]): bigint {
  return refunds.reduce((sum, refund) => sum + BigInt(refund.amount_minor), 0n);
}

/** What has not ended cannot agree yet; that everything ends is another promise. */
function contradictions(refund: RefundRow, givenFen: bigint | undefined): Problem[] {
  const { payment_id: about, refund_id: refundId, state, amount_minor: amount } = refund;
  if (state === "processing") return [];
  if ((givenFen !== undefined) !== (state === "succeeded"))
    return [{ about, problem: `${refundId} ${state} here, ${givenFen ?? "nothing"} given back at the bank` }];
  if (givenFen !== undefined && givenFen !== BigInt(amount))
    return [{ about, problem: `${refundId} of ${amount} fen, ${givenFen} given back at the bank` }];
  return [];
}
