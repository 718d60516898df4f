// Alipay’s risk control stops the payer: a restriction, short of a frozen account.
import { refusing, type GatewayFault } from "./model.ts";

export const payerStoppedByRisk: GatewayFault = {
  id: "payer-restricted",
  layer: "gateway",
  title: { zh: "付款人被风控限制", en: "Payer restricted by risk control" },
  changes: {
    zh: "付款返回 ACQ.PAYMENT_REQUEST_HAS_RISK，账簿不变。",
    en: "Payments get ACQ.PAYMENT_REQUEST_HAS_RISK; the books stay as they are.",
  },
  operations: ["pay"],
  ...refusing({
    alipay: { subCode: "ACQ.PAYMENT_REQUEST_HAS_RISK", subMessage: "支付有风险" },
    wechat: { subCode: "RULELIMIT", subMessage: "当前交易异常" },
    unionpay: { subCode: "38", subMessage: "风险受限" },
  }),
};
