// A bill that lists a payment twice, and is sound in itself.
import type { GatewayFault } from "./model.ts";

export const billRowExtra: GatewayFault = {
  id: "bill-row-extra",
  layer: "gateway",
  networks: ["alipay"],
  title: { zh: "账单多行", en: "Bill with a row too many" },
  changes: {
    zh: "账单把第一笔列了两次，汇总与各行相符；账簿里只有一笔。",
    en: "The first row comes twice and the totals agree with the rows; the books hold it once.",
  },
  operations: ["bill"],
  shape: (plan) => ({ ...plan, bill: "rowExtra" }),
};
