// The payer has reached the limit of a day: Alipay tells whose limit it is.
import { refusing, type GatewayFault } from "./model.ts";

export const payerDayLimit: GatewayFault = {
  id: "C-PAY-13",
  layer: "gateway",
  title: { zh: "超过付款人单日限额", en: "Payer’s daily limit exceeded" },
  changes: {
    zh: "付款返回 ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR，账簿不变。",
    en: "Payments get ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR; the books stay as they are.",
  },
  operations: ["pay"],
  ...refusing({
    alipay: { subCode: "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR", subMessage: "买家付款日限额超限" },
    unionpay: { subCode: "33", subMessage: "交易金额超限" },
  }),
};
