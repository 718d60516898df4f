// WeChat looks whether the merchant verifies: a notification whose signature says of itself that it must be refused.
import type { DeliveryFault } from "./model.ts";

export const notificationProbe: DeliveryFault = {
  id: "notification-probe",
  layer: "delivery",
  stage: "created",
  networks: ["wechat"],
  title: { zh: "签名探测通知", en: "Signature probe" },
  changes: {
    zh: "每创建一笔用户扫码的订单，先发来一个以 WECHATPAY/SIGNTEST/ 开头的签名，商户应当拒收。",
    en: "For every order with a code to scan, a notification comes whose signature begins with WECHATPAY/SIGNTEST/: it must be refused.",
  },
  shape: (plan) => ({ ...plan, probe: "also" }),
};
