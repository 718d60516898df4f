// Nobody pays twice.
import type { Checker, Problem } from "./checker.ts";

export const oneCharge: Checker = {
  name: "oneCharge",
  promise: "At most one trade for each payment, and one payment for each idempotency key.",
  check: (evidence) => {
    const problems: Problem[] = [];
    const all = evidence.bank.networks.flatMap(({ world }) => [...world.book.trades.values()]);
    const trades = Map.groupBy(all, (trade) => `${trade.sellerId}/${trade.outTradeNo}`);
    for (const [about, same] of trades)
      if (same.length > 1) problems.push({ about, problem: `${same.length} trades at the bank` });
    const codes = Map.groupBy(
      all.filter((trade) => trade.paidAtMs !== 0 && trade.authCode !== ""),
      (trade) => trade.authCode,
    );
    for (const same of codes.values())
      if (same.length > 1)
        problems.push({
          about: same.map((trade) => trade.outTradeNo).join(" "),
          problem: "one payer code paid twice",
        });
    const keys = Map.groupBy(
      evidence.payments,
      (payment) => `${payment.merchant_id}/${payment.idempotency_key}`,
    );
    for (const [about, same] of keys)
      if (same.length > 1) problems.push({ about, problem: `${same.length} payments under one key` });
    return problems;
  },
};
