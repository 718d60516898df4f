// A refund that cannot go back the way it came: the merchant has to decide at the network how else.
import type { GatewayFault } from "./model.ts";

export const refundStuck: GatewayFault = {
  id: "refund-stuck",
  layer: "gateway",
  networks: ["wechat"],
  title: { zh: "退款异常", en: "Refund stuck" },
  changes: {
    zh: "退款照常受理，钱离开商户账户后停在途中：查询得到 ABNORMAL，通知为 REFUND.ABNORMAL。",
    en: "Refunds are taken over, and the money stays on its way: queries say ABNORMAL, the notification REFUND.ABNORMAL.",
  },
  operations: ["refund"],
  shape: (plan) => ({ ...plan, refund: "stuck" }),
};
