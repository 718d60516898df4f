// The money has moved and the caller has not heard of it.
import { operations, type GatewayFault } from "./model.ts";

export const replyLostAfterEffect: GatewayFault = {
  id: "reply-lost-after-effect",
  layer: "gateway",
  title: { zh: "请求已生效，应答丢失", en: "Reply lost after the effect" },
  changes: {
    zh: "账簿照常记账，但应答在途中丢失，连接中断。",
    en: "The books carry the request out; the answer is lost and the connection breaks.",
  },
  operations,
  shape: (plan) => ({ ...plan, delivery: "now", reply: "lost" }),
};
