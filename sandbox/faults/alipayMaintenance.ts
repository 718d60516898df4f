// A maintenance window at the network: everything is turned away with the one code that says nothing about the outcome.
import { wireOperations, type GatewayFault } from "./model.ts";

export const alipayMaintenance: GatewayFault = {
  id: "C-CHN-01",
  layer: "gateway",
  title: { zh: "渠道系统维护", en: "Network under maintenance" },
  changes: {
    zh: "所有请求都返回 20000 isp.unknow-error（微信 SYSTEMERROR），账簿不变；用 forSeconds 设定维护时长。",
    en: "Every request is answered 20000 isp.unknow-error (WeChat: SYSTEMERROR) and the books stay as they are; forSeconds sets the length of the window.",
  },
  operations: wireOperations,
  shape: (plan) => ({ ...plan, delivery: "never", reply: "unavailable" }),
};
