// The notification never reaches the merchant’s address; Alipay comes again on its timetable.
import type { DeliveryFault } from "./model.ts";

export const notificationLost: DeliveryFault = {
  id: "C-X-03",
  layer: "delivery",
  stage: "attempted",
  title: { zh: "异步通知丢失", en: "Notification lost" },
  changes: {
    zh: "通知没有送达商户的回调地址；支付宝按时间表（4 分钟、10 分钟……）重发。",
    en: "The notification does not reach the callback address; Alipay repeats it on its timetable (4 min, 10 min …).",
  },
  shape: (plan) => ({ ...plan, copies: 0 }),
};
