// Our books and those of every network say the same, both ways.
import { isCharged, type Checker, type Problem } from "./checker.ts";

export const booksAgree: Checker = {
  name: "booksAgree",
  promise:
    "The bank keeps money for a payment exactly where ours succeeded, of the same amount, under the same number.",
  check: (evidence) => {
    const problems: Problem[] = [];
    const known = new Set<string>();
    const orderAt = (channel: string, orderNo: string): string => `${channel} ${orderNo}`;
    for (const payment of evidence.payments) {
      const { channel, channel_order_no: orderNo, payment_id: about, state } = payment;
      known.add(orderAt(channel, orderNo));
      const trade = evidence.bank.tradeAt(channel, orderNo);
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
      // What is stuck on its way back is neither kept nor given back.
      const stuck = trade.refunds.filter((refund) => refund.state === "stuck");
      const arrived = stuck.reduce((left, refund) => left - refund.amountFen, trade.refundedFen);
      if (state === "succeeded" && arrived !== BigInt(payment.refunded_minor))
        problems.push({
          about,
          problem: `${payment.refunded_minor} fen given back here, ${arrived} at the bank`,
        });
      // Some networks call a payment undone that nobody had paid; where ours had, all of it is back.
      const paidBefore = trade.paidAtMs !== 0 || payment.facts.includes("reversed");
      if (state === "reversed" && paidBefore && trade.refundedFen !== trade.amountFen)
        problems.push({
          about,
          problem: `reversed here, refunded ${trade.refundedFen} of ${trade.amountFen} at the bank`,
        });
    }
    for (const { code, world } of evidence.bank.networks)
      for (const { outTradeNo } of world.book.trades.values())
        if (!known.has(orderAt(code, outTradeNo)))
          problems.push({ about: outTradeNo, problem: `${code} has a trade that we do not know` });
    return problems;
  },
};
