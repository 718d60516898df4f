// The payer’s bank has paid, after UnionPay had stopped waiting for it: the answer is no success, and the money moved.
import { hiding, type GatewayFault } from "./model.ts";

export const paidTooLate: GatewayFault = {
  id: "paid-too-late",
  layer: "gateway",
  title: { zh: "扣款成功但已超时（42）", en: "Charged after the time was up (42)" },
  changes: {
    zh: "付款已扣款入账，应答码却是 42；要靠查询、冲正或对账处理。",
    en: "Payments are booked and answered with 42 all the same: left to query, reversal or reconciliation.",
  },
  operations: ["pay"],
  ...hiding({ unionpay: { subCode: "42", subMessage: "扣款成功但交易超过规定支付时间" } }),
};
