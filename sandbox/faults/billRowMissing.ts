// A bill that leaves a payment out, and is sound in itself.
import type { GatewayFault } from "./model.ts";

export const billRowMissing: GatewayFault = {
  id: "bill-row-missing",
  layer: "gateway",
  networks: ["alipay", "wechat", "unionpay"],
  title: { zh: "账单缺行", en: "Bill with a row missing" },
  changes: {
    zh: "账单缺少最后一笔，汇总与剩下的各行相符；账簿不变。",
    en: "The last row is missing and the totals agree with the rest; the books hold it all the same.",
  },
  operations: ["bill"],
  shape: (plan) => ({ ...plan, bill: "rowMissing" }),
};
