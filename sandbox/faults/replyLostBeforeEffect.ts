// The caller cannot tell this from replyLostAfterEffect: both times it only sees silence.
import { operations, type GatewayFault } from "./model.ts";

export const replyLostBeforeEffect: GatewayFault = {
  id: "reply-lost-before-effect",
  layer: "gateway",
  title: { zh: "请求未送达，无应答", en: "Request and reply lost" },
  changes: {
    zh: "请求没有进入账簿，连接中断，商户收不到任何应答。",
    en: "The request never enters the books; the connection breaks without an answer.",
  },
  operations,
  shape: (plan) => ({ ...plan, delivery: "never", reply: "lost" }),
};
