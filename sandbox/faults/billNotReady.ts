// The bill of a day is not there yet when it is asked for.
import type { GatewayFault } from "./model.ts";

export const billNotReady: GatewayFault = {
  id: "bill-not-ready",
  layer: "gateway",
  networks: ["alipay", "wechat", "unionpay"],
  title: { zh: "账单尚未生成", en: "Bill not ready" },
  changes: {
    zh: "下载账单返回“账单生成中”。",
    en: "Bills are answered as still being made.",
  },
  operations: ["bill"],
  shape: (plan) => ({ ...plan, bill: "notReady" }),
};
