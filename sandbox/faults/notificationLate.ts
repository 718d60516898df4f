// The first notification leaves late: the answer of the payment or a query must do without it.
import type { DeliveryFault } from "./model.ts";

const putOffMsDefault = 60_000;

export const notificationLate: DeliveryFault = {
  id: "notification-late",
  layer: "delivery",
  stage: "queued",
  title: { zh: "异步通知延迟", en: "Notification late" },
  changes: {
    zh: "第一次通知推迟发出（默认 60 秒后）。",
    en: "The first notification is put off (by 60 s unless told otherwise).",
  },
  shape: (plan, scope) => ({ ...plan, putOffMs: scope.delayMs ?? putOffMsDefault }),
};
