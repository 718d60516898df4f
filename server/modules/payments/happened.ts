// What merchants are told of by webhooks: states that a payment or a refund came into.
import type { WebhookEventType } from "@huiyin/contract/api/webhooks.ts";
import type { PaymentState, RefundState } from "@huiyin/contract/words.ts";
import type { NewEvent } from "../webhooks/index.ts";
import type { Payment } from "./model.ts";
import type { Pair } from "./refunds/model.ts";
import { refundViewOf } from "./refunds/view.ts";
import { viewOf } from "./view.ts";

const paymentEvents: ReadonlyMap<PaymentState, WebhookEventType> = new Map([
  ["succeeded", "payment.succeeded"],
  ["failed", "payment.failed"],
  ["closed", "payment.closed"],
  ["reversed", "payment.reversed"],
]);
const refundEvents: ReadonlyMap<RefundState, WebhookEventType> = new Map([
  ["succeeded", "refund.succeeded"],
  ["failed", "refund.failed"],
]);

/** The events of one decision about a payment. Money that came after all is one more, for whoever waits for that alone. */
export function eventsOfPayment(before: Payment, after: Payment): NewEvent[] {
  const type = before.state === after.state ? undefined : paymentEvents.get(after.state);
  if (type === undefined) return [];
  const event = {
    merchantId: after.merchantId,
    subjectId: after.id,
    version: after.version,
    data: () => viewOf(after),
  };
  const late = after.state === "succeeded" && after.lateSuccess;
  return late
    ? [
        { ...event, type },
        { ...event, type: "payment.lateSuccess" },
      ]
    : [{ ...event, type }];
}

/** The events of one decision about a refund, in the order of its payment’s versions. */
export function eventsOfRefund(before: Pair, { payment, refund }: Pair): NewEvent[] {
  const type = before.refund.state === refund.state ? undefined : refundEvents.get(refund.state);
  if (type === undefined) return [];
  return [
    {
      ...{ merchantId: refund.merchantId, type, subjectId: refund.id, version: payment.version },
      data: () => refundViewOf(refund),
    },
  ];
}
