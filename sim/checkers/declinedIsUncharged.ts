// A decline that a cashier was told is true: the customer was not charged, then or later.
import { eventsOf, transitionIn, type Checker, type Problem } from "./checker.ts";

export const declinedIsUncharged: Checker = {
  name: "declinedIsUncharged",
  promise: "A payment is told as failed only on the answer that declined it, and the bank never charges it.",
  check: (evidence) => {
    const events = eventsOf(evidence);
    return evidence.payments.flatMap(({ payment_id: about, channel, mode, channel_order_no: orderNo }) => {
      const declined = (events.get(about) ?? []).find((event) => transitionIn(event)?.to === "failed");
      if (declined === undefined) return [];
      const problems: Problem[] = [];
      const answer = mode === "payerCode" ? "chargeAnswered" : "codeAnswered";
      const answered = declined.entries.some(
        (entry) => entry.kind === answer && entry.data["outcome"] === "declined",
      );
      if (!answered) problems.push({ about, problem: "told as failed without an answer that declines it" });
      if ((evidence.bank.tradeAt(channel, orderNo)?.paidAtMs ?? 0) !== 0)
        problems.push({ about, problem: "told as failed, and charged" });
      return problems;
    });
  },
};
