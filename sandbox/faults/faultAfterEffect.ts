// The network carries out what was asked, and its answer says that it failed.
import { hiding, operations, type GatewayFault } from "./model.ts";

export const faultAfterEffect: GatewayFault = {
  id: "fault-after-effect",
  layer: "gateway",
  title: { zh: "已生效却返回系统错误", en: "System error after the effect" },
  changes: {
    zh: "账簿照常记账，应答却是 SYSTEMERROR。",
    en: "The books carry the request out; the answer says SYSTEMERROR all the same.",
  },
  operations,
  ...hiding({ wechat: { subCode: "SYSTEMERROR", subMessage: "系统超时" } }),
};
