// The network carries out what was asked, and its answer says that it failed.
import { hiding, operations, type GatewayFault } from "./model.ts";

export const faultAfterEffect: GatewayFault = {
  id: "fault-after-effect",
  layer: "gateway",
  title: { zh: "已生效却返回系统错误", en: "System error after the effect" },
  changes: {
    zh: "账簿照常记账，应答却是 SYSTEMERROR（银联 04）。",
    en: "The books carry the request out; the answer says SYSTEMERROR (UnionPay: 04) all the same.",
  },
  operations,
  ...hiding({
    wechat: { subCode: "SYSTEMERROR", subMessage: "系统超时" },
    unionpay: { subCode: "04", subMessage: "交易状态未明，请查询对账结果" },
  }),
};
