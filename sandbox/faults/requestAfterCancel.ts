// A payment request overtaken by its own query and cancel: both find no trade, and then the payment happens.
// Only the absolute expiry protects against it. The payer code is judged when the front door took the request.
import type { GatewayFault } from "./model.ts";

/** Without any cancel the request is carried out after this long. */
const heldMsDefault = 90_000;

export const requestAfterCancel: GatewayFault = {
  id: "request-after-cancel",
  layer: "gateway",
  title: { zh: "请求晚于查询和撤销到达", en: "Request delivered after query and cancel" },
  changes: {
    zh: "付款请求被滞留，连接中断；同一订单被撤销之后（或默认 90 秒后）才进入账簿。",
    en: "The payment request is held back and the connection breaks; it enters the books after the same order was cancelled (or after 90 s).",
  },
  operations: ["pay"],
  shape: (plan, scope) => ({
    ...plan,
    delivery: "afterCancel",
    reply: "lost",
    heldMs: scope.delayMs ?? heldMsDefault,
  }),
};
