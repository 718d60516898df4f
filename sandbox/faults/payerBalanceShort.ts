// What the payer chose to pay with does not hold enough, and Alipay says so in as many words.
import { refusing, type GatewayFault } from "./model.ts";

export const payerBalanceShort: GatewayFault = {
  id: "C-PAY-01",
  layer: "gateway",
  title: { zh: "付款人余额不足", en: "Payer’s balance short" },
  changes: {
    zh: "付款返回 ACQ.BUYER_BALANCE_NOT_ENOUGH（微信 NOTENOUGH），账簿不变。",
    en: "Payments get ACQ.BUYER_BALANCE_NOT_ENOUGH (WeChat: NOTENOUGH); the books stay as they are.",
  },
  operations: ["pay"],
  ...refusing({
    alipay: { subCode: "ACQ.BUYER_BALANCE_NOT_ENOUGH", subMessage: "买家余额不足" },
    wechat: { subCode: "NOTENOUGH", subMessage: "余额不足" },
    unionpay: { subCode: "64", subMessage: "余额不足" },
  }),
};
