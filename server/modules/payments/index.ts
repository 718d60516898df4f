// What other modules and the composition root may use of payments.
export type { PaymentsDeps, TerminalStanding } from "./deps.ts";
export type { PageWay } from "./intake/request.ts";
export { selectKeys } from "./intake/store.ts";
export { pageTicketPrefix, type Payment, type TimelineEntry } from "./model.ts";
export {
  channelOrderNoOf,
  channelRefundNoOf,
  readChannelOrderNo,
  readChannelRefundNo,
} from "./orderNumber.ts";
export { createPayments, runPayments, type Payments } from "./payments.ts";
export {
  listPayments,
  readPayment,
  readTimeline,
  type Question as PaymentQuestion,
  type TimelineLine,
} from "./reading/service.ts";
export type { Refund } from "./refunds/model.ts";
export type { Refunds } from "./refunds/refunds.ts";
export { listRefunds, readRefund } from "./refunds/reading.ts";
export { refundViewOf } from "./refunds/view.ts";
export type { RefundApplied, RefundListener } from "./refunds/service.ts";
export { paymentRoutes } from "./routes.ts";
export type { Applied, Listener } from "./service.ts";
export { hasPayments } from "./reading/store.ts";
export { paymentExists } from "./routing/accounts.ts";
export { viewOf } from "./view.ts";
