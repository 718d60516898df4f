// The payer code is refused as expired or used, as after a minute in a pocket.
import { refusing, type GatewayFault } from "./model.ts";

export const payerCodeExpired: GatewayFault = {
  id: "C-X-01",
  layer: "gateway",
  title: { zh: "付款码已失效", en: "Payer code expired" },
  changes: {
    zh: "付款返回 ACQ.PAYMENT_AUTH_CODE_INVALID（微信 AUTHCODEEXPIRE，银联 44），账簿不变。",
    en: "Payments get ACQ.PAYMENT_AUTH_CODE_INVALID (WeChat: AUTHCODEEXPIRE, UnionPay: 44); the books stay as they are.",
  },
  operations: ["pay"],
  ...refusing({
    alipay: { subCode: "ACQ.PAYMENT_AUTH_CODE_INVALID", subMessage: "支付授权码无效" },
    wechat: { subCode: "AUTHCODEEXPIRE", subMessage: "二维码已过期，请用户在微信上刷新后再试" },
    unionpay: { subCode: "44", subMessage: "输入号码有误或暂未开通此项业务" },
  }),
};
