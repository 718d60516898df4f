// Notifications on their way from Alipay to the platform’s callback address: lost, doubled, late, forged, with a wrong
// amount, or while nobody listens. Alipay comes again on its own timetable.
import { everything } from "@huiyin/sandbox/faults/switches.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import type { Notification } from "@huiyin/sandbox/alipay/outbox.ts";
import type { Bank } from "./bank.ts";
import type { OrderPlan } from "./plans.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Trouble } from "./trouble.ts";

/** Posts a form to the platform as it is now; null when nothing answers. */
export type CallbackPost = (url: string, form: ReadonlyMap<string, string>) => Promise<string | null>;

/** One attempt as it came to the platform. */
export type Delivery = Readonly<{
  atMs: number;
  orderNo: string;
  notifyId: string;
  kind: "genuine" | "forged" | "wrongAmount";
  answer: string | null;
}>;

export type NotificationDeps = Readonly<{
  scheduler: Scheduler;
  trouble: Trouble;
  bank: Bank;
  post: CallbackPost;
  deliveries: Delivery[];
}>;

/** So long lies between Alipay’s decision to notify and the knock on the door. */
const travelMs = { min: 20, max: 1_500 } as const;

/** Starts to send whatever the books want told. */
export function runNotifications(deps: NotificationDeps): void {
  const planned = new Set<string>();
  const look = (): void => {
    for (const notification of deps.bank.world.pendingNotifications()) {
      const attempt = `${notification.notifyId}/${notification.attempts}`;
      if (planned.has(attempt)) continue;
      planned.add(attempt);
      const { chance } = deps.trouble;
      const lateMs = notification.attempts === 0 ? latenessOf(deps, notification) : 0;
      const dueMs = notification.dueAtMs + lateMs + chance.integer(travelMs.min, travelMs.max);
      const key = orderNoOf(deps, notification);
      const run = (): void => attemptOne(deps, notification, look);
      deps.scheduler.at(dueMs, { actor: "alipay", name: `notification of ${notification.sender}`, key, run });
    }
  };
  deps.bank.onChange(look);
}

function orderNoOf({ bank }: NotificationDeps, notification: Notification): string {
  return bank.book.trades.get(notification.tradeNo)?.outTradeNo ?? "";
}

function planOf(deps: NotificationDeps, notification: Notification): OrderPlan {
  return deps.bank.planOf(orderNoOf(deps, notification));
}

function latenessOf(deps: NotificationDeps, notification: Notification): number {
  const plan = planOf(deps, notification);
  if (plan.callback !== "late" || notification.sender === "stranger") return 0;
  deps.trouble.count("callbackLate");
  return plan.callbackLateMs;
}

function attemptOne(deps: NotificationDeps, notification: Notification, look: () => void): void {
  const { scheduler, trouble, bank } = deps;
  const { faults } = bank.world;
  const genuine = notification.sender === "alipay";
  const callback =
    genuine && notification.attempts === 0 && !trouble.isCalm()
      ? planOf(deps, notification).callback
      : "prompt";
  const id =
    callback === "lost"
      ? "C-X-03"
      : callback === "doubled"
        ? "notification-doubled"
        : callback === "wrongAmount"
          ? "notification-wrong-amount"
          : null;
  if (id !== null) unwrap(faults.switchOn(id, everything));
  if (callback === "lost") trouble.count("callbackLost");
  if (callback === "doubled") trouble.count("callbackDoubled");
  if (callback === "wrongAmount") trouble.count("callbackWrongAmount");
  if (!genuine) trouble.count("callbackForged");
  let end = scheduler.begin(`notification ${notification.notifyId}`);
  const post = async (url: string, body: string): Promise<string | null> => {
    // Signed: what shapes this attempt has done so.
    if (id !== null) unwrap(faults.switchOff(id, null));
    end();
    const answer = await deps.post(url, new Map(new URLSearchParams(body)));
    const kind = !genuine ? "forged" : callback === "wrongAmount" ? "wrongAmount" : "genuine";
    deps.deliveries.push({
      atMs: scheduler.nowMs(),
      orderNo: orderNoOf(deps, notification),
      notifyId: notification.notifyId,
      kind,
      answer,
    });
    end = scheduler.begin(`notification ${notification.notifyId} answered`);
    return answer;
  };
  void bank.world.deliver(notification.notifyId, post).then(() => {
    if (id !== null) unwrap(faults.switchOff(id, null));
    end();
    look();
  });
}
