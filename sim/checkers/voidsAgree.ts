// A void undoes a whole payment, alone: it and a refund of the same payment never both take effect.
import type { Checker, Problem } from "./checker.ts";

export const voidsAgree: Checker = {
  name: "voidsAgree",
  promise:
    "What the bank voided it gave back once, in full, and ours says that it was a void; of nothing else.",
  check: ({ payments, refunds, bank }) => {
    const ofNumber = new Map(refunds.map((refund) => [refund.channel_refund_no, refund]));
    return payments.flatMap((payment): Problem[] => {
      const { payment_id: about, channel, channel_order_no: orderNo } = payment;
      const trade = bank.tradeAt(channel, orderNo);
      if (trade === null) return [];
      const { isVoid } = bank.network(channel);
      return trade.refunds.flatMap((given): Problem[] => {
        const own = ofNumber.get(given.requestNo);
        if (!isVoid(given))
          return own?.way === "void"
            ? [{ about, problem: `${own.refund_id} is a void here, a refund at the bank` }]
            : [];
        const problems: Problem[] = [];
        if (trade.refunds.length > 1)
          problems.push({ about, problem: `voided, and ${trade.refunds.length - 1} refunds beside it` });
        if (given.amountFen !== trade.amountFen)
          problems.push({ about, problem: `a void of ${given.amountFen} fen of ${trade.amountFen}` });
        if (own?.way !== "void")
          problems.push({ about, problem: `voided at the bank, ${own?.way ?? "unknown"} here` });
        return problems;
      });
    });
  },
};
