// What a client was told, is there.
import type { Checker, Problem } from "./checker.ts";

export const acknowledgedExist: Checker = {
  name: "acknowledgedExist",
  promise: "Every payment that was ever acknowledged exists, with the amount and the key it was asked for.",
  check: ({ payments, answers }) => {
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
    return problems;
  },
};
