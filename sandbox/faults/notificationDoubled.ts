// One notification arrives twice, as after a broken connection: same notify_id, same content.
import type { DeliveryFault } from "./model.ts";

export const notificationDoubled: DeliveryFault = {
  id: "notification-doubled",
  layer: "delivery",
  stage: "attempted",
  title: { zh: "异步通知重复", en: "Notification doubled" },
  changes: {
    zh: "同一条通知（notify_id 相同）连续送达两次。",
    en: "The same notification (same notify_id) arrives twice in a row.",
  },
  shape: (plan) => ({ ...plan, copies: plan.copies * 2 }),
};
