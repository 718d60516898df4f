// A maintenance window at Alipay: everything is turned away with the one code that says nothing about the outcome.
import { operations, type GatewayFault } from "./model.ts";

export const alipayMaintenance: GatewayFault = {
  id: "C-CHN-01",
  layer: "gateway",
  title: { zh: "支付宝系统维护", en: "Alipay under maintenance" },
  changes: {
    zh: "所有请求都返回 20000 isp.unknow-error，账簿不变；用 forSeconds 设定维护时长。",
    en: "Every request is answered 20000 isp.unknow-error and the books stay as they are; forSeconds sets the length of the window.",
  },
  operations,
  shape: (plan) => ({ ...plan, delivery: "never", reply: "unavailable" }),
};
