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
import type { AlipayCertificates } from "./certificateMode.ts";
import type { AlipayKeys } from "./gateway.ts";
import { fundBillOf } from "./nodes.ts";
import { createNotifier } from "../world/notifier.ts";
import type { AttemptResult, Notification } from "../world/outbox.ts";
import type { Store } from "../world/store.ts";

/** Posts one form to an address; the answer’s body, or null when nothing answered. Rejects when the attempt shall not count. */
export type Post = (url: string, body: string) => Promise<string | null>;

export type NotifierDeps = Readonly<{
  store: Store;
  keys: AlipayKeys;
  certificates: () => Promise<AlipayCertificates | null>;
  now: () => Date;
}>;

export type AlipayNotifier = Readonly<{
  /** Makes the next attempt at one notification, whether it is due or not. */
  deliver(notifyId: string, post: Post): Promise<AttemptResult>;
  /** Makes one attempt at the earliest notification that is due; null when none is. */
  deliverNext(post: Post): Promise<AttemptResult | null>;
}>;

/** The notifier over the world’s outbox. */
export function createAlipayNotifier(deps: NotifierDeps): AlipayNotifier {
  const notifier = createNotifier<Posted, string>(deps, {
    network: "alipay",
    posting: async (notification, amountErrorFen) => ({
      url: notification.url,
      body: await notificationForm(deps, notification, amountErrorFen),
    }),
    taken: (_, answer) => answer === "success",
  });
  const posted =
    (post: Post) =>
    ({ url, body }: Posted) =>
      post(url, body);
  return {
    deliver: (notifyId, post) => notifier.deliver(notifyId, posted(post)),
    deliverNext: (post) => notifier.deliverNext(posted(post)),
  };
}

type Posted = Readonly<{ url: string; body: string }>;

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
