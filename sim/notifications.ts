// Notifications on their way from the networks to the platform’s callback addresses: lost, doubled, late, forged, with a
// wrong amount, or while nobody listens. Each network comes again on its own timetable.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { everything } from "@huiyin/sandbox/faults/switches.ts";
import type { Notification } from "@huiyin/sandbox/world/outbox.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import type { Bank } from "./bank.ts";
import type { PostAnswer, Posted, SimulatedNetwork } from "./networks/network.ts";
import type { OrderPlan } from "./plans.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Trouble } from "./trouble.ts";

/** Posts a notification about this order to the platform as it is now; null when nothing answers. */
export type CallbackPost = (orderNo: string, posted: Posted) => Promise<PostAnswer | null>;

/** One attempt as it came to the platform. */
export type Delivery = Readonly<{
  atMs: number;
  channel: ChannelCode;
  orderNo: string;
  notifyId: string;
  kind: "genuine" | "forged" | "wrongAmount";
  /** Whether the network is content with the answer. */
  taken: "yes" | "no";
}>;

export type NotificationDeps = Readonly<{
  scheduler: Scheduler;
  trouble: Trouble;
  bank: Bank;
  post: CallbackPost;
  deliveries: Delivery[];
}>;

/** So long lies between a network’s decision to notify and the knock on the door. */
const travelMs = { min: 20, max: 1_500 } as const;

/** Starts to send whatever the books want told. */
export function runNotifications(deps: NotificationDeps): void {
  for (const network of deps.bank.networks) runNetwork({ ...deps, network });
}

type NetworkDeps = NotificationDeps & Readonly<{ network: SimulatedNetwork }>;

function runNetwork(deps: NetworkDeps): void {
  const { network, trouble, scheduler, bank } = deps;
  const planned = new Set<string>();
  const look = (): void => {
    for (const notification of network.world.pendingNotifications()) {
      const attempt = `${notification.notifyId}/${notification.attempts}`;
      if (planned.has(attempt)) continue;
      planned.add(attempt);
      const lateMs = notification.attempts === 0 ? latenessOf(deps, notification) : 0;
      const dueMs = notification.dueAtMs + lateMs + trouble.chance.integer(travelMs.min, travelMs.max);
      const key = orderNoOf(deps, notification);
      const run = (): void => attemptOne(deps, notification, look);
      const name = `notification of ${notification.sender}`;
      scheduler.at(dueMs, { actor: network.code, name, key, run });
    }
  };
  bank.onChange(look);
}

function orderNoOf({ network }: NetworkDeps, notification: Notification): string {
  return network.world.book.trades.get(notification.tradeNo)?.outTradeNo ?? "";
}

function isGenuine({ sender }: Notification): boolean {
  return sender !== "stranger" && sender !== "probe";
}

function planOf(deps: NetworkDeps, notification: Notification): OrderPlan {
  return deps.bank.planOf(orderNoOf(deps, notification));
}

function latenessOf(deps: NetworkDeps, notification: Notification): number {
  const plan = planOf(deps, notification);
  if (plan.callback !== "late" || !isGenuine(notification)) return 0;
  deps.trouble.countAt(deps.network.code, "callbackLate");
  return plan.callbackLateMs;
}

/** What this attempt meets: only the first one of a genuine notification, and no wrong amount where none is named. */
function callbackOf(deps: NetworkDeps, notification: Notification): OrderPlan["callback"] {
  if (!isGenuine(notification) || notification.attempts > 0 || deps.trouble.isCalm()) return "prompt";
  const { callback } = planOf(deps, notification);
  return callback === "wrongAmount" && !deps.network.namesOrderAmount(notification) ? "prompt" : callback;
}

const switchOf = {
  prompt: null,
  late: null,
  lost: { id: "C-X-03", fault: "callbackLost" },
  doubled: { id: "notification-doubled", fault: "callbackDoubled" },
  wrongAmount: { id: "notification-wrong-amount", fault: "callbackWrongAmount" },
} as const;

function attemptOne(deps: NetworkDeps, notification: Notification, look: () => void): void {
  const { scheduler, trouble, network } = deps;
  const { code, world } = network;
  const { notifyId, sender } = notification;
  const callback = callbackOf(deps, notification);
  const wish = switchOf[callback];
  if (wish !== null) {
    unwrap(world.faults.switchOn(wish.id, everything));
    trouble.countAt(code, wish.fault);
  }
  if (sender === "stranger") trouble.countAt(code, "callbackForged");
  if (sender === "probe") trouble.countAt(code, "signatureProbe");
  const orderNo = orderNoOf(deps, notification);
  const kind = isGenuine(notification) ? (callback === "wrongAmount" ? callback : "genuine") : "forged";
  let end = scheduler.begin(`notification ${notifyId}`);
  const post = async (posted: Posted): Promise<PostAnswer | null> => {
    // Signed: what shapes this attempt has done so.
    if (wish !== null) unwrap(world.faults.switchOff(wish.id, null));
    end();
    const answer = await deps.post(orderNo, posted);
    const taken = answer !== null && network.isTaken(notification, answer) ? "yes" : "no";
    deps.deliveries.push({ atMs: scheduler.nowMs(), channel: code, orderNo, notifyId, kind, taken });
    end = scheduler.begin(`notification ${notifyId} answered`);
    return answer;
  };
  void network.deliver(notifyId, post).then(() => {
    if (wish !== null) unwrap(world.faults.switchOff(wish.id, null));
    end();
    look();
  });
}
