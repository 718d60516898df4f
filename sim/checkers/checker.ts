// What a checker is: a name, and every way in which the evidence contradicts one promise.
import type { Evidence, EventRow, PaymentRow } from "../evidence.ts";

export type Problem = Readonly<{ about: string; problem: string }>;

export type Checker = Readonly<{
  name: string;
  /** One sentence: what holds. */
  promise: string;
  check(evidence: Evidence): readonly Problem[];
}>;

/** Whether the bank charged this payment and did not undo the charge. Refunds by number undo nothing: it was a sale. */
export function isCharged(evidence: Evidence, payment: PaymentRow): boolean {
  const trade = evidence.bank.tradeAt(payment.channel, payment.channel_order_no);
  if (trade === null || trade.paidAtMs === 0) return false;
  return trade.refunds.every((refund) => refund.requestNo !== "");
}

/** The decisions of each payment, in the order of their versions. */
export function eventsOf(evidence: Evidence): ReadonlyMap<string, readonly EventRow[]> {
  return Map.groupBy(evidence.events, (event) => event.payment_id);
}

export type Transition = Readonly<{ from: string; to: string; at: string }>;

/** The state that a decision led to, or null where it changed none. */
export function transitionIn(event: EventRow): Transition | null {
  const changed = event.entries.find((entry) => entry.kind === "stateChanged");
  if (changed === undefined) return null;
  return { from: String(changed.data["from"]), to: String(changed.data["to"]), at: changed.at };
}
