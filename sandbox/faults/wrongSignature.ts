// An answer nobody vouches for says nothing, not even when it says Success.
import { operations, type GatewayFault } from "./model.ts";

export const wrongSignature: GatewayFault = {
  id: "wrong-signature",
  layer: "gateway",
  title: { zh: "应答签名错误", en: "Answer with a wrong signature" },
  changes: {
    zh: "账簿照常记账，应答内容不变，但签名由他人的密钥生成。",
    en: "The books carry the request out and the answer is right, but a stranger’s key signed it.",
  },
  operations,
  shape: (plan) => ({ ...plan, reply: "wrongSignature" }),
};
