// The merchant’s balance at Alipay does not cover a refund; taking money goes on as before.
import { refusing, type GatewayFault } from "./model.ts";

export const merchantBalanceShort: GatewayFault = {
  id: "C-ACC-03",
  layer: "gateway",
  title: { zh: "商户余额不足，无法退款", en: "Merchant’s balance short on refund" },
  changes: {
    zh: "退款返回 ACQ.SELLER_BALANCE_NOT_ENOUGH，账簿不变；收款照常。",
    en: "Refunds get ACQ.SELLER_BALANCE_NOT_ENOUGH and the books stay as they are; payments work.",
  },
  operations: ["refund"],
  ...refusing({
    alipay: { subCode: "ACQ.SELLER_BALANCE_NOT_ENOUGH", subMessage: "卖家余额不足" },
    wechat: { subCode: "NOTENOUGH", subMessage: "商户可用退款余额不足" },
  }),
};
