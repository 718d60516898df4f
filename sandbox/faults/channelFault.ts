// The network fails without having announced anything: it answers, and its answer says nothing about the outcome.
import { operations, refusing, type GatewayFault } from "./model.ts";

export const channelFault: GatewayFault = {
  id: "C-CHN-03",
  layer: "gateway",
  title: { zh: "渠道系统故障", en: "Fault at the network" },
  changes: {
    zh: "所有请求都返回 ACQ.SYSTEM_ERROR（微信 SYSTEMERROR），账簿不变；没有维护公告。",
    en: "Every request gets ACQ.SYSTEM_ERROR (WeChat: SYSTEMERROR) and the books stay as they are; no maintenance is announced.",
  },
  operations,
  ...refusing({
    alipay: { subCode: "ACQ.SYSTEM_ERROR", subMessage: "接口返回错误" },
    wechat: { subCode: "SYSTEMERROR", subMessage: "接口返回错误" },
    unionpay: { subCode: "06", subMessage: "系统繁忙，请稍后再试" },
  }),
};
