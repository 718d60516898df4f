// A stranger claims that an order was paid: right fields, wrong key. It comes for every trade, paid or still waiting.
import type { DeliveryFault } from "./model.ts";

export const notificationForged: DeliveryFault = {
  id: "notification-forged",
  layer: "delivery",
  stage: "created",
  title: { zh: "伪造异步通知", en: "Notification forged" },
  changes: {
    zh: "每创建一笔交易，就有他人用自己的密钥签名，向回调地址谎报支付成功。",
    en: "For every trade created, a stranger reports it as paid to the callback address, signed with a key of their own.",
  },
  shape: (plan) => ({ ...plan, forgery: "also" }),
};
