// Delivers notifications to the merchants’ addresses: v3 sealed and signed in headers, v2 as XML. By WeChat’s timetables,
// until the merchant says that it has them.
import { assert } from "@huiyin/server/kernel/assert.ts";
import { beijingTime } from "@huiyin/server/kernel/time.ts";
import { noticeBody, type V3Notice } from "@huiyin/server/channels/wechat/v3/notices.ts";
import { signedHeaders, signTestPrefix } from "@huiyin/server/channels/wechat/v3/signing.ts";
import { paymentNotice, refundNotice } from "@huiyin/server/channels/wechat/v2/notices.ts";
import { readXml } from "@huiyin/server/channels/wechat/xml.ts";
import type { Refund } from "../book/model.ts";
import { createNotifier, type Notifier } from "../world/notifier.ts";
import type { Notification } from "../world/outbox.ts";
import {
  orderV3,
  paidFieldsV2,
  partiesV3,
  receivingAccount,
  sceneOf,
  type Json,
  type Scene,
} from "./trades.ts";
import { keyOf, nonceOf, type GatewayDeps } from "./wire.ts";

export type Posted = Readonly<{ url: string; headers: Readonly<Record<string, string>>; body: string }>;

type Answer = Readonly<{ status: number; body: string }>;

export type WechatNotifier = Notifier<Posted, Answer>;

export type NotifierDeps = Omit<GatewayDeps, "clocks"> & Readonly<{ now: () => Date }>;

/** The notifier over the world’s outbox. */
export function createWechatNotifier(deps: NotifierDeps): WechatNotifier {
  return createNotifier(deps, {
    network: "wechat",
    posting: (notification, amountErrorFen) => posting(deps, notification, amountErrorFen),
    taken,
  });
}

/** v3: status 200 or 204. v2: an XML that says SUCCESS. */
function taken({ mode }: Notification, { status, body }: Answer): boolean {
  if (!isV2(mode)) return status === 200 || status === 204;
  const reading = readXml(body);
  return status === 200 && reading.kind === "read" && reading.fields.get("return_code") === "SUCCESS";
}

function isV2(mode: Notification["mode"]): boolean {
  return mode === "v2Md5" || mode === "v2Hmac";
}

/** The notification as it is posted now. */
async function posting(
  deps: NotifierDeps,
  notification: Notification,
  amountErrorFen: bigint,
): Promise<Posted> {
  const { book } = deps.store.state;
  const trade = book.trades.get(notification.tradeNo);
  const scene = trade === undefined ? null : sceneOf(book, trade);
  assert(scene !== null, `notification ${notification.notifyId} names no trade`);
  const altered = { ...scene, trade: { ...scene.trade, amountFen: scene.trade.amountFen + amountErrorFen } };
  const told = claimed(notification, altered);
  return isV2(notification.mode) ? postingV2(deps, notification, told) : postingV3(deps, notification, told);
}

/** A stranger, or a probe, claims a payment that may never have happened; a genuine one tells of the moment it arose in. */
function claimed({ sender, queuedAtMs, refund }: Notification, scene: Scene): Scene {
  if (refund !== null) return scene;
  const { trade } = scene;
  if (sender === "wechat") return { ...scene, trade: { ...trade, status: "TRADE_SUCCESS", refundedFen: 0n } };
  const paidAtMs = trade.paidAtMs === 0 ? queuedAtMs : trade.paidAtMs;
  return {
    ...scene,
    trade: { ...trade, status: "TRADE_SUCCESS", funding: "balance", refundedFen: 0n, paidAtMs },
  };
}

async function postingV3(deps: NotifierDeps, notification: Notification, scene: Scene): Promise<Posted> {
  const caller = scene.provider ?? scene.merchant;
  const refund = refundIn(notification, scene);
  const notice: V3Notice = {
    id: notification.notifyId,
    createdAt: new Date(notification.queuedAtMs),
    ...(refund === null
      ? { eventType: "TRANSACTION.SUCCESS", summary: "支付成功", resource: orderV3(scene) }
      : refundNews(scene, refund)),
  };
  const strangers = notification.sender === "stranger";
  const apiV3Key = strangers ? "0".repeat(32) : keyOf(caller, "apiV3Key");
  const body = noticeBody(notice, apiV3Key, nonceOf(deps.random, 12));
  const { serial, privateKeyPem } = keyFor(deps, notification);
  const by = strangers ? deps.keys.strangerPrivateKeyPem : privateKeyPem;
  const signed = await signedHeaders(
    { serial, privateKeyPem: by },
    { at: deps.now(), nonce: nonceOf(deps.random, 32), body },
  );
  const probe =
    notification.sender === "probe"
      ? { "wechatpay-signature": `${signTestPrefix}${nonceOf(deps.random, 32)}` }
      : {};
  return {
    url: notification.url,
    headers: { ...signed, ...probe, "content-type": "application/json; charset=utf-8" },
    body,
  };
}

/** Notifications change keys with the platform, unless the merchant verifies by the public key. */
function keyFor({ keys, store, now }: NotifierDeps, { mode }: Notification) {
  if (mode === "v3PublicKey") return keys.publicKey;
  const rotation = store.state.switches.get("key-rotation");
  const on = rotation !== undefined && (rotation.scope.untilMs ?? Infinity) > now().getTime();
  return on ? keys.next : keys.current;
}

function refundIn({ refund }: Notification, { trade }: Scene): Refund | null {
  if (refund === null) return null;
  return trade.refunds.find(({ requestNo }) => requestNo === refund.requestNo) ?? null;
}

function refundNews(scene: Scene, refund: Refund): Pick<V3Notice, "eventType" | "summary" | "resource"> {
  const { trade } = scene;
  const stuck = refund.state === "stuck";
  const {
    appid: _appid,
    sp_appid: _spAppid,
    ...parties
  } = partiesV3(scene) as Json & Readonly<{ appid?: string; sp_appid?: string }>;
  const resource: Json = {
    ...parties,
    transaction_id: trade.tradeNo,
    out_trade_no: trade.outTradeNo,
    refund_id: refund.refundNo,
    out_refund_no: refund.requestNo,
    refund_status: stuck ? "ABNORMAL" : "SUCCESS",
    ...(stuck ? {} : { success_time: `${beijingTime(new Date(refund.doneAtMs)).replace(" ", "T")}+08:00` }),
    user_received_account: receivingAccount(scene),
    amount: {
      ...{ total: Number(trade.amountFen), refund: Number(refund.amountFen) },
      ...{ payer_total: Number(trade.amountFen), payer_refund: Number(refund.amountFen) },
    },
  };
  return stuck
    ? { eventType: "REFUND.ABNORMAL", summary: "退款异常", resource }
    : { eventType: "REFUND.SUCCESS", summary: "退款成功", resource };
}

async function postingV2(deps: NotifierDeps, notification: Notification, scene: Scene): Promise<Posted> {
  const caller = scene.provider ?? scene.merchant;
  const apiKey = notification.sender === "wechat" ? keyOf(caller, "apiKeyV2") : "0".repeat(32);
  const outer = new Map([
    ["appid", caller.appId],
    ["mch_id", caller.sellerId],
    ...(scene.provider === null ? [] : [["sub_mch_id", scene.merchant.sellerId] as const]),
    ["nonce_str", nonceOf(deps.random, 32)],
  ]);
  const refund = refundIn(notification, scene);
  const signType = notification.mode === "v2Md5" ? "MD5" : "HMAC-SHA256";
  const body =
    refund === null
      ? paymentNotice(
          new Map([...outer, ...paidFieldsV2(scene).filter(([, value]) => value !== "")]),
          apiKey,
          signType,
        )
      : refundNotice(outer, refundFieldsOf(scene, refund), apiKey);
  return { url: notification.url, headers: { "content-type": "text/xml" }, body };
}

function refundFieldsOf(scene: Scene, refund: Refund): ReadonlyMap<string, string> {
  const { trade } = scene;
  const [total, given] = [String(trade.amountFen), String(refund.amountFen)];
  return new Map([
    ["transaction_id", trade.tradeNo],
    ["out_trade_no", trade.outTradeNo],
    ["refund_id", refund.refundNo],
    ["out_refund_no", refund.requestNo],
    ["total_fee", total],
    ["settlement_total_fee", total],
    ["refund_fee", given],
    ["settlement_refund_fee", given],
    ["refund_status", refund.state === "stuck" ? "CHANGE" : "SUCCESS"],
    ["success_time", beijingTime(new Date(refund.doneAtMs))],
    ["refund_recv_accout", receivingAccount(scene)],
    ["refund_account", "REFUND_SOURCE_RECHARGE_FUNDS"],
    ["refund_request_source", "API"],
  ]);
}
