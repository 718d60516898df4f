// Delivers notifications to the merchants’ addresses, by UnionPay’s timetable, until somebody answers with status 200.
import { formBody, formContentType } from "@huiyin/server/channels/unionpay/codec.ts";
import { assert } from "@huiyin/server/kernel/assert.ts";
import type { Trade } from "../book/model.ts";
import { createNotifier, type Notifier } from "../world/notifier.ts";
import type { Notification } from "../world/outbox.ts";
import { paymentFacts, refundFacts, type Facts } from "./facts.ts";
import { refundMarks } from "./reading.ts";
import { responseOf } from "./refusals.ts";
import { sealed, type GatewayDeps } from "./wire.ts";

export type Posted = Readonly<{ url: string; headers: Readonly<Record<string, string>>; body: string }>;

export type UnionpayNotifier = Notifier<Posted, Readonly<{ status: number }>>;

export type NotifierDeps = Omit<GatewayDeps, "clocks"> & Readonly<{ now: () => Date }>;

/** The notifier over the world’s outbox. */
export function createUnionpayNotifier(deps: NotifierDeps): UnionpayNotifier {
  return createNotifier(deps, {
    network: "unionpay",
    posting: (notification, amountErrorFen) => posting(deps, notification, amountErrorFen),
    taken: (_, { status }) => status === 200 || status === 302,
  });
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
      : {
          txnType: refundMarks(made.reason).txnType,
          ...{ txnSubType: "00", orderId: made.requestNo },
          ...refundFacts(trade, made),
        };
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
