// A bill whose totals do not add up.
import type { GatewayFault } from "./model.ts";

export const billTotalsWrong: GatewayFault = {
  id: "bill-totals-wrong",
  layer: "gateway",
  networks: ["alipay", "wechat", "unionpay"],
  title: { zh: "账单汇总不符", en: "Bill with wrong totals" },
  changes: {
    zh: "账单各行不变，汇总行的金额多出一分。",
    en: "The rows are right; the totals say one fen more.",
  },
  operations: ["bill"],
  shape: (plan) => ({ ...plan, bill: "totalsWrong" }),
};
