// A genuine notification with a wrong amount: rightly signed, and not to be believed.
import type { DeliveryFault } from "./model.ts";

export const notificationWrongAmount: DeliveryFault = {
  id: "notification-wrong-amount",
  layer: "delivery",
  stage: "attempted",
  title: { zh: "异步通知金额不符", en: "Notification with a wrong amount" },
  changes: {
    zh: "通知签名正确，但金额比实际多 0.01 元。",
    en: "The notification is rightly signed, but its amount is 0.01 yuan too high.",
  },
  shape: (plan) => ({ ...plan, amountErrorFen: 1n }),
};
