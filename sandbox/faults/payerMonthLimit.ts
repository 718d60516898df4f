// The payer has reached the limit of a month.
import { refusing, type GatewayFault } from "./model.ts";

export const payerMonthLimit: GatewayFault = {
  id: "payer-month-limit",
  layer: "gateway",
  title: { zh: "超过付款人每月限额", en: "Payer’s monthly limit exceeded" },
  changes: {
    zh: "付款返回 ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR，账簿不变。",
    en: "Payments get ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR; the books stay as they are.",
  },
  operations: ["pay"],
  ...refusing({
    alipay: { subCode: "ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR", subMessage: "买家付款月额度超限" },
  }),
};
