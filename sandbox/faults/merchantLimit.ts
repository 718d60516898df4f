// The merchant may not receive more: the same kind of refusal as the payer’s limit, and another door to knock at.
import { refusing, type GatewayFault } from "./model.ts";

export const merchantLimit: GatewayFault = {
  id: "merchant-limit",
  layer: "gateway",
  title: { zh: "超过商户收款限额", en: "Merchant’s receiving limit exceeded" },
  changes: {
    zh: "付款返回 ACQ.BEYOND_PAY_RESTRICTION，账簿不变。",
    en: "Payments get ACQ.BEYOND_PAY_RESTRICTION; the books stay as they are.",
  },
  operations: ["pay"],
  ...refusing({
    alipay: { subCode: "ACQ.BEYOND_PAY_RESTRICTION", subMessage: "商户收款额度超限" },
  }),
};
