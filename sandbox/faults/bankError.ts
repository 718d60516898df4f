// The payer’s bank fails behind the network: nobody knows yet whether it has paid.
import { refusing, type GatewayFault } from "./model.ts";

export const bankError: GatewayFault = {
  id: "bank-error",
  layer: "gateway",
  title: { zh: "银行系统异常", en: "Fault at the payer’s bank" },
  changes: {
    zh: "付款返回 BANKERROR（银联 03），账簿不变；结果要靠查询得知。",
    en: "Payments get BANKERROR (UnionPay: 03) and the books stay as they are; only a query tells the outcome.",
  },
  operations: ["pay"],
  ...refusing({
    wechat: { subCode: "BANKERROR", subMessage: "银行系统异常" },
    unionpay: { subCode: "03", subMessage: "交易通讯超时，请发起查询交易" },
  }),
};
