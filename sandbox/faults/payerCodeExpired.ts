// The payer code is refused as expired or used, as after a minute in a pocket.
import { refusing, type GatewayFault } from "./model.ts";

export const payerCodeExpired: GatewayFault = {
  id: "C-X-01",
  layer: "gateway",
  title: { zh: "付款码已失效", en: "Payer code expired" },
  changes: {
    zh: "付款返回 ACQ.PAYMENT_AUTH_CODE_INVALID，账簿不变。",
    en: "Payments get ACQ.PAYMENT_AUTH_CODE_INVALID; the books stay as they are.",
  },
  operations: ["pay"],
  shape: refusing({ subCode: "ACQ.PAYMENT_AUTH_CODE_INVALID", subMessage: "支付授权码无效" }),
};
