// Delivers notifications to the merchants’ addresses, by Alipay’s timetable, until the answer is exactly “success”.
import { notificationBody, notificationSignText } from "@huiyin/server/channels/alipay/codec.ts";
import { notificationFields, type TradeNotification } from "@huiyin/server/channels/alipay/notification.ts";
import {
  bytesOfText,
  charsetOf,
  percentEncoded,
  type Charset,
} from "@huiyin/server/channels/alipay/charset.ts";
import { signBytes } from "@huiyin/server/channels/alipay/signing.ts";
import { assert } from "@huiyin/server/kernel/assert.ts";
import { fen } from "@huiyin/server/kernel/money.ts";
import type { Merchant, SigningMode } from "../book/model.ts";
import { deliveryPlan } from "../faults/switches.ts";
import type { AlipayCertificates } from "./certificateMode.ts";
import type { AlipayKeys } from "./gateway.ts";
import { fundBillOf } from "./nodes.ts";
import { pendingInOrder, type AttemptResult, type Notification } from "../world/outbox.ts";
import type { Store } from "../world/store.ts";

/** Posts one form to an address; the answer’s body, or null when nothing answered. Rejects when the attempt shall not count. */
export type Post = (url: string, body: string) => Promise<string | null>;

export type NotifierDeps = Readonly<{
  store: Store;
  keys: AlipayKeys;
  certificates: () => Promise<AlipayCertificates | null>;
  now: () => Date;
}>;

export type Notifier = Readonly<{
  /** Every notification that waits, the earliest due first. */
  pending(): Notification[];
  /** Makes the next attempt at one notification, whether it is due or not. */
  deliver(notifyId: string, post: Post): Promise<AttemptResult>;
  /** Makes one attempt at the earliest notification that is due; null when none is. */
  deliverNext(post: Post): Promise<AttemptResult | null>;
}>;

/** The notifier over the world’s outbox. Only one attempt at a notification is ever under way. */
export function createNotifier(deps: NotifierDeps): Notifier {
  const underWay = new Set<string>();

  const deliver = async (notifyId: string, post: Post): Promise<AttemptResult> => {
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
    pending: () => pendingInOrder(deps.store.state.outbox),
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

async function attempt(deps: NotifierDeps, notification: Notification, post: Post): Promise<AttemptResult> {
  const { copies, amountErrorFen } = shape(deps, notification);
  if (copies === 0) return "lost";
  const body = await notificationForm(deps, notification, amountErrorFen);
  let answer: string | null = null;
  for (let copy = 0; copy < copies; copy += 1) answer = await post(notification.url, body);
  if (answer === null) return "unreachable";
  return answer === "success" ? "success" : "refused";
}

/** Faults act on what Alipay sends, not on what strangers send; using one is recorded before the post goes out. */
function shape(
  deps: NotifierDeps,
  notification: Notification,
): Readonly<{ copies: number; amountErrorFen: bigint }> {
  if (notification.sender === "stranger") return { copies: 1, amountErrorFen: 0n };
  const { appId, tradeNo } = notification;
  const walletId = deps.store.state.book.trades.get(tradeNo)?.walletId ?? null;
  const now = deps.now();
  const { plan, used } = deliveryPlan(
    deps.store.state.switches,
    { operation: null, appId, walletId },
    "attempted",
    now,
  );
  deps.store.commit(used, now);
  return plan;
}

/** The signed form body of one notification as it is sent now. */
async function notificationForm(
  deps: NotifierDeps,
  notification: Notification,
  amountErrorFen: bigint,
): Promise<string> {
  const { book } = deps.store.state;
  const trade = book.trades.get(notification.tradeNo);
  const wallet = trade === undefined ? undefined : book.wallets.get(trade.walletId);
  assert(trade !== undefined && wallet !== undefined, `notification ${notification.notifyId} names no trade`);
  // A stranger claims a payment that may never have happened.
  const claimed = notification.sender === "stranger" && trade.paidAtMs === 0;
  const paidAtMs = claimed ? notification.queuedAtMs : trade.paidAtMs;
  const bill = fundBillOf(claimed ? { ...trade, funding: "balance" } : trade, wallet);
  const amount = fen(trade.amountFen + amountErrorFen);
  const fields = notificationFields({
    notifyId: notification.notifyId,
    notifiedAt: deps.now(),
    appId: trade.appId,
    sellerId: trade.sellerId,
    tradeNo: trade.tradeNo,
    outTradeNo: trade.outTradeNo,
    tradeStatus: notification.status,
    subject: trade.subject,
    totalAmount: amount,
    createdAt: new Date(trade.createdAtMs),
    paidAt: paidAtMs === 0 ? null : new Date(paidAtMs),
    buyerId: wallet.buyerUserId,
    buyerLogonId: wallet.logonId,
    fundBills: paidAtMs === 0 ? [] : [{ channel: bill.channel, amount, fundType: bill.fundType }],
    refund: refundOf(notification),
  });
  const { charset } = actAs(fields, book.merchants, trade.appId);
  const key = await keyFor(deps, notification.sender, trade.mode);
  const signed = bytesOfText(notificationSignText(fields, "dropped"), charset);
  fields.set("sign", await signBytes(signed, key));
  return charset === "gbk" ? percentEncoded(fields, charset) : notificationBody(fields);
}

/** Whoever came with certificates gets notifications that are signed by certificate. */
async function keyFor(
  deps: NotifierDeps,
  sender: Notification["sender"],
  mode: SigningMode,
): Promise<string> {
  const { alipayPrivateKey, strangerPrivateKey } = deps.keys;
  if (sender === "stranger") return strangerPrivateKey;
  const certificates = mode === "certificate" ? await deps.certificates() : null;
  return certificates?.alipayPrivateKey ?? alipayPrivateKey;
}

/** Tells the app that acts for a merchant, where one does, in the charset that the merchant asked for. */
function actAs(
  fields: Map<string, string>,
  merchants: ReadonlyMap<string, Merchant>,
  appId: string,
): Readonly<{ charset: Charset }> {
  const merchant = merchants.get(appId);
  const provider =
    merchant === undefined || merchant.providerId === ""
      ? undefined
      : [...merchants.values()].find(({ sellerId }) => sellerId === merchant.providerId);
  if (provider !== undefined) fields.set("app_id", provider.appId).set("auth_app_id", appId);
  const charset = charsetOf((provider ?? merchant)?.keys["charset"]);
  if (charset === "gbk") fields.set("charset", "GBK");
  return { charset };
}

/** The refund that a notification tells of, in the words of its fields. */
function refundOf({ refund }: Notification): TradeNotification["refund"] {
  if (refund === null) return null;
  const { requestNo, refundedFen, atMs } = refund;
  return { refundedAt: new Date(atMs), refundedAmount: fen(refundedFen), outRequestNo: requestNo };
}
