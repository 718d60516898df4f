// The network changes its key: answers and notifications come under the next one, and for a while both are listed.
import { wireOperations, type GatewayFault } from "./model.ts";

export const keyRotation: GatewayFault = {
  id: "key-rotation",
  layer: "gateway",
  networks: ["wechat"],
  title: { zh: "平台证书更换", en: "Platform certificate changes" },
  changes: {
    zh: "应答和通知改用新证书签名（请求指明旧证书的除外）；/v3/certificates 同时列出新旧两张证书。",
    en: "Answers and notifications are signed with the next certificate, unless the request names the old one; /v3/certificates lists both.",
  },
  operations: wireOperations,
  shape: (plan) => ({ ...plan, platformKey: "next" }),
};
