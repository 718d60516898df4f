// Defaults for tests only.
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Refund } from "@huiyin/contract/api/refunds.ts";

/** A payment of ¥12.50 in some state. */
export const paymentIn = (state: Payment["state"], rest: Partial<Payment> = {}): Payment => ({
  id: "pay_019a2b3c4d5e7f8091a2b3c4d5e6f708",
  merchantId: "mer_019a2b3c4d5e7f8091a2b3c4d5e6f708",
  storeId: null,
  terminalId: null,
  merchantOrderNo: "T1",
  channelOrderNo: "1",
  amount: 1250,
  currency: "CNY",
  feeAmount: null,
  refundedAmount: 0,
  subject: "x",
  mode: "payerCode",
  code: null,
  state,
  review: null,
  lateSuccess: false,
  channel: "alipay",
  channelTradeNo: null,
  channelCode: null,
  channelMessage: null,
  fundingSource: null,
  credit: null,
  payerAccount: null,
  retry: null,
  createdAt: "2026-11-22T10:00:00+08:00",
  expiresAt: "2026-11-22T10:02:00+08:00",
  finishedAt: null,
  paidAt: null,
  ...rest,
});

/** A refund of ¥5.00 in some state. */
export const refundIn = (state: Refund["state"], rest: Partial<Refund> = {}): Refund => ({
  id: "ref_019a2b3c4d5e7f8091a2b3c4d5e6f709",
  merchantId: "mer_019a2b3c4d5e7f8091a2b3c4d5e6f708",
  paymentId: "pay_019a2b3c4d5e7f8091a2b3c4d5e6f708",
  merchantRefundNo: "R1",
  channelRefundNo: "1R",
  kind: "refund",
  amount: 500,
  currency: "CNY",
  feeReturnedAmount: null,
  reason: null,
  state,
  waitingFor: state === "processing" ? "channelAnswer" : null,
  channel: "alipay",
  channelCode: null,
  channelMessage: null,
  retry: null,
  createdAt: "2026-11-22T10:05:00+08:00",
  finishedAt: null,
  ...rest,
});
