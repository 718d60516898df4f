// UnionPay calls a success defective: it is paid, and somebody has to hold it against the settlement file.
import { hiding, type GatewayFault } from "./model.ts";

export const defectiveSuccess: GatewayFault = {
  id: "defective-success",
  layer: "gateway",
  title: { zh: "有缺陷的成功（A6）", en: "Defective success (A6)" },
  changes: {
    zh: "付款照常成功，应答码是 A6 而不是 00。",
    en: "Payments succeed; the answer says A6 instead of 00.",
  },
  operations: ["pay"],
  ...hiding({ unionpay: { subCode: "A6", subMessage: "有缺陷的成功" } }),
};
