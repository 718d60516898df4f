// Alipay fails without having announced anything: it answers, and its answer says nothing about the outcome.
import { operations, refusing, type GatewayFault } from "./model.ts";

export const channelFault: GatewayFault = {
  id: "C-CHN-03",
  layer: "gateway",
  title: { zh: "支付宝系统故障", en: "Fault at Alipay" },
  changes: {
    zh: "所有请求都返回 ACQ.SYSTEM_ERROR，账簿不变；没有维护公告。",
    en: "Every request gets ACQ.SYSTEM_ERROR and the books stay as they are; no maintenance is announced.",
  },
  operations,
  shape: refusing({ subCode: "ACQ.SYSTEM_ERROR", subMessage: "接口返回错误" }),
};
