// What a client was told, is there.
import type { Checker, Problem } from "./checker.ts";

export const acknowledgedExist: Checker = {
  name: "acknowledgedExist",
  promise:
    "Every payment and refund that was ever acknowledged exists, with the amount and the key it was asked for.",
  check: ({ payments, refunds, answers, givenBack }) => {
    const problems: Problem[] = [];
    const byId = new Map(payments.map((payment) => [payment.payment_id, payment]));
    for (const { outcome, idempotencyKey, merchantId, amount } of answers) {
      if (outcome.kind !== "answered") continue;
      const about = outcome.paymentId;
      const payment = byId.get(about);
      if (payment === undefined) problems.push({ about, problem: "acknowledged and not there" });
      else if (payment.idempotency_key !== idempotencyKey || payment.merchant_id !== merchantId)
        problems.push({
          about,
          problem: `is the payment of key ${payment.idempotency_key}, not of ${idempotencyKey}`,
        });
      else if (BigInt(payment.amount_minor) !== BigInt(amount))
        problems.push({ about, problem: `has ${payment.amount_minor} fen, acknowledged for ${amount}` });
    }
    const refundsById = new Map(refunds.map((refund) => [refund.refund_id, refund]));
    for (const { outcome, idempotencyKey, paymentId: about, amount } of givenBack) {
      if (outcome.kind !== "answered" || outcome.refundId === null) continue;
      const refund = refundsById.get(outcome.refundId);
      if (refund === undefined)
        problems.push({ about, problem: `${outcome.refundId}: acknowledged and not there` });
      else if (refund.idempotency_key !== idempotencyKey || refund.payment_id !== about)
        problems.push({ about, problem: `${outcome.refundId}: is the refund of ${refund.idempotency_key}` });
      else if (amount !== null && BigInt(refund.amount_minor) !== BigInt(amount))
        problems.push({
          about,
          problem: `${outcome.refundId}: ${refund.amount_minor} fen, asked for ${amount}`,
        });
    }
    return problems;
  },
};
