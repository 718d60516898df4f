// A decline that a cashier was told is true: the customer was not charged, then or later.
import { eventsOf, transitionIn, type Checker } from "./checker.ts";

export const declinedIsUncharged: Checker = {
  name: "declinedIsUncharged",
  promise: "No payment that was ever told as failed was charged, unless it says so itself as a late success.",
  check: (evidence) => {
    const events = eventsOf(evidence);
    return evidence.payments.flatMap((payment) => {
      const { payment_id: about, late_success: late, channel_order_no: orderNo } = payment;
      const declined = (events.get(about) ?? []).some((event) => transitionIn(event)?.to === "failed");
      const paidAtMs = evidence.bank.tradeOf(orderNo)?.paidAtMs ?? 0;
      return declined && paidAtMs !== 0 && !late ? [{ about, problem: "told as failed, and charged" }] : [];
    });
  },
};
