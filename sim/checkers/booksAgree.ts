// Our books and the bank’s say the same, both ways.
import { isCharged, type Checker, type Problem } from "./checker.ts";

export const booksAgree: Checker = {
  name: "booksAgree",
  promise:
    "The bank keeps money for a payment exactly where ours succeeded, of the same amount, under the same number.",
  check: (evidence) => {
    const problems: Problem[] = [];
    const known = new Set<string>();
    for (const payment of evidence.payments) {
      const { channel_order_no: orderNo, payment_id: about, state } = payment;
      known.add(orderNo);
      const trade = evidence.bank.tradeOf(orderNo);
      const charged = isCharged(evidence, payment);
      // What has not ended cannot agree yet; that everything ends is another promise.
      const open = state === "processing" || state === "awaitingPayer";
      if (!open && charged !== (state === "succeeded"))
        problems.push({
          about,
          problem: `${state} here, ${trade === null ? "no trade" : `${trade.status}, refunded ${trade.refundedFen}`} at the bank`,
        });
      if (trade === null) continue;
      if (trade.amountFen !== BigInt(payment.amount_minor))
        problems.push({ about, problem: `${payment.amount_minor} fen here, ${trade.amountFen} at the bank` });
      if (charged && payment.channel_trade_no !== null && payment.channel_trade_no !== trade.tradeNo)
        problems.push({
          about,
          problem: `trade ${payment.channel_trade_no} here, ${trade.tradeNo} at the bank`,
        });
      if (state === "succeeded" && trade.refundedFen !== BigInt(payment.refunded_minor))
        problems.push({
          about,
          problem: `${payment.refunded_minor} fen given back here, ${trade.refundedFen} at the bank`,
        });
      if (state === "reversed" && trade.refundedFen !== trade.amountFen)
        problems.push({
          about,
          problem: `reversed here, refunded ${trade.refundedFen} of ${trade.amountFen} at the bank`,
        });
    }
    for (const trade of evidence.bank.book.trades.values())
      if (!known.has(trade.outTradeNo))
        problems.push({ about: trade.outTradeNo, problem: "the bank has a trade that we do not know" });
    return problems;
  },
};
