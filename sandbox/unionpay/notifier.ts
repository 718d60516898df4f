// Delivers notifications to the merchants’ addresses, by UnionPay’s timetable, until somebody answers with status 200.
import { formBody, formContentType } from "@huiyin/server/channels/unionpay/codec.ts";
import { assert } from "@huiyin/server/kernel/assert.ts";
import type { Trade } from "../book/model.ts";
import { deliveryPlan } from "../faults/switches.ts";
import type { AttemptResult, Notification } from "../world/outbox.ts";
import { paymentFacts, refundFacts, type Facts } from "./facts.ts";
import { responseOf } from "./refusals.ts";
import { sealed, type GatewayDeps } from "./wire.ts";

export type Posted = Readonly<{ url: string; headers: Readonly<Record<string, string>>; body: string }>;

/** Posts once; the answer’s status, or null when nothing answered. Rejects when the attempt shall not count. */
export type UnionpayPost = (posted: Posted) => Promise<Readonly<{ status: number }> | null>;

export type UnionpayNotifier = Readonly<{
  /** Makes the next attempt at one notification, whether it is due or not. */
  deliver(notifyId: string, post: UnionpayPost): Promise<AttemptResult>;
  /** Makes one attempt at the earliest notification that is due; null when none is. */
  deliverNext(post: UnionpayPost): Promise<AttemptResult | null>;
}>;

export type NotifierDeps = Omit<GatewayDeps, "clocks"> & Readonly<{ now: () => Date }>;

/** The notifier over the world’s outbox. Only one attempt at a notification is ever under way. */
export function createUnionpayNotifier(deps: NotifierDeps): UnionpayNotifier {
  const underWay = new Set<string>();
  const deliver = async (notifyId: string, post: UnionpayPost): Promise<AttemptResult> => {
    const notification = deps.store.state.outbox.pending.get(notifyId);
    assert(notification !== undefined, `no notification ${notifyId} waits`);
    assert(!underWay.has(notifyId), `notification ${notifyId} is under way already`);
    underWay.add(notifyId);
    try {
      const result = await attempt(deps, notification, post);
      const now = deps.now();
      deps.store.commit([{ kind: "notificationAttempted", notifyId, atMs: now.getTime(), result }], now);
      return result;
    } finally {
      underWay.delete(notifyId);
    }
  };
  return {
    deliver,
    deliverNext: async (post) => {
      const nowMs = deps.now().getTime();
      let due: Notification | undefined;
      for (const waiting of deps.store.state.outbox.pending.values()) {
        if (waiting.dueAtMs > nowMs || underWay.has(waiting.notifyId)) continue;
        if (due === undefined || waiting.dueAtMs < due.dueAtMs) due = waiting;
      }
      return due === undefined ? null : deliver(due.notifyId, post);
    },
  };
}

async function attempt(
  deps: NotifierDeps,
  notification: Notification,
  post: UnionpayPost,
): Promise<AttemptResult> {
  const { copies, amountErrorFen } = shape(deps, notification);
  if (copies === 0) return "lost";
  const posted = await posting(deps, notification, amountErrorFen);
  let answer: Awaited<ReturnType<UnionpayPost>> = null;
  for (let copy = 0; copy < copies; copy += 1) answer = await post(posted);
  if (answer === null) return "unreachable";
  return answer.status === 200 || answer.status === 302 ? "success" : "refused";
}

/** Faults act on what UnionPay sends, not on what strangers send; using one is recorded before the post goes out. */
function shape(
  { store, now }: NotifierDeps,
  { sender, appId, tradeNo }: Notification,
): Readonly<{ copies: number; amountErrorFen: bigint }> {
  if (sender !== "unionpay") return { copies: 1, amountErrorFen: 0n };
  const walletId = store.state.book.trades.get(tradeNo)?.walletId ?? null;
  const subject = { operation: null, appId, walletId, network: "unionpay" } as const;
  const { plan, used } = deliveryPlan(store.state.switches, subject, "attempted", now());
  store.commit(used, now());
  return plan;
}

/** The notification as it is posted now. */
async function posting(
  { store, keys }: NotifierDeps,
  notification: Notification,
  amountErrorFen: bigint,
): Promise<Posted> {
  const trade = store.state.book.trades.get(notification.tradeNo);
  assert(trade !== undefined, `notification ${notification.notifyId} names no trade`);
  const told = { ...claimed(notification, trade), amountFen: trade.amountFen + amountErrorFen };
  const refund = notification.refund;
  const made =
    refund === null ? undefined : trade.refunds.find(({ requestNo }) => requestNo === refund.requestNo);
  const own: Facts =
    made === undefined
      ? {
          txnType: "01",
          txnSubType: trade.authCode === "" ? "07" : "06",
          orderId: trade.outTradeNo,
          ...paymentFacts(store.state.book, told),
        }
      : { txnType: "04", txnSubType: "00", orderId: made.requestNo, ...refundFacts(trade, made) };
  const common = { bizType: "000000", accessType: "0", merId: trade.sellerId };
  const signer = notification.sender === "unionpay" ? keys.gateway : keys.stranger;
  const fields = await sealed(Object.entries({ ...common, ...own, ...responseOf("00") }), signer);
  return { url: notification.url, headers: { "content-type": formContentType }, body: formBody(fields) };
}

/** A stranger claims a payment that may never have happened. */
function claimed({ sender, queuedAtMs }: Notification, trade: Trade): Trade {
  if (sender === "unionpay" || trade.paidAtMs !== 0) return trade;
  return { ...trade, status: "TRADE_SUCCESS", funding: "balance", paidAtMs: queuedAtMs };
}
