// UnionPay signs with a certificate that is over: what it says is genuine by its key, and counts for nothing.
import { wireOperations, type GatewayFault } from "./model.ts";

export const certificateExpired: GatewayFault = {
  id: "certificate-expired",
  layer: "gateway",
  networks: ["unionpay"],
  title: { zh: "银联签名证书过期", en: "UnionPay’s certificate has expired" },
  changes: {
    zh: "账簿照常记账，应答用已过期的银联证书签名。",
    en: "The books carry the request out; the answer is signed with a certificate of UnionPay that has expired.",
  },
  operations: wireOperations,
  shape: (plan) => ({ ...plan, platformKey: "next" }),
};
