// The synchronous heart of the gateway, the same for both generations: the faults, the books, and what is to be said.
import { decide } from "../book.ts";
import type { BookAnswer, BookRequest, Merchant, Trade } from "../book/model.ts";
import { findTrade, settledEvent } from "../book/trades.ts";
import type { GatewayPlan, WireOperation } from "../faults/model.ts";
import { gatewayPlan, type SwitchEvent } from "../faults/switches.ts";
import type { WorldEvent } from "../world/state.ts";
import type { Store } from "../world/store.ts";
import { errorFor, errorOf, type WechatError } from "./errors.ts";

export type Done = Exclude<BookAnswer, { kind: "refused" }>;

/** What is to be said, before it is put in the words of either generation. */
export type Said =
  Readonly<{ kind: "done"; answer: Done }> | Readonly<{ kind: "error"; error: WechatError; recall?: "Y" }>;

export type Carried = Readonly<{ said: Said; plan: GatewayPlan }>;

export type Asked = Readonly<{ operation: WireOperation; merchant: Merchant; request: BookRequest }>;

/** The plan for a call, and the events that using it costs. */
export function planFor(
  store: Store,
  call: Readonly<{ operation: WireOperation; appId: string; walletId: string | null }>,
  now: Date,
): Readonly<{ plan: GatewayPlan; used: readonly SwitchEvent[] }> {
  return gatewayPlan(store.state.switches, { ...call, network: "wechat" }, now);
}

/** Carries out one request at this moment, with the faults that are on. */
export function carryOut(store: Store, asked: Asked, now: Date): Carried {
  const { operation, merchant, request } = asked;
  const walletId = walletIdOf(store, merchant, request);
  const { plan, used } = planFor(store, { operation, appId: merchant.appId, walletId }, now);
  if (plan.refusal !== null) {
    store.commit(used, now);
    return { said: { kind: "error", error: errorOf(plan.refusal.subCode, plan.refusal.subMessage) }, plan };
  }
  if (plan.delivery !== "now") {
    store.commit([...used, ...heldBack(request, plan, now)], now);
    return { said: { kind: "error", error: errorOf("SYSTEMERROR", "系统维护中，请稍后再试") }, plan };
  }
  const wrongKind = kindRefusal(store, merchant, request);
  if (wrongKind !== null) {
    store.commit(used, now);
    return { said: { kind: "error", error: wrongKind }, plan };
  }
  const { book } = store.state;
  const { events, answer } = decide(book, request, now);
  store.commit([...used, ...events], now);
  if (request.kind === "cancel") releaseHeld(store, merchant, request.outTradeNo, now);
  if (plan.refund === "stuck" && answer.kind === "refunded" && answer.moved === "now")
    stick(store, answer.trade.tradeNo, answer.refund.requestNo, now);
  if (plan.disguise !== null) {
    const { subCode, subMessage } = plan.disguise;
    return { said: { kind: "error", error: errorOf(subCode, subMessage) }, plan };
  }
  return { said: saidOf(store, request, answer, now), plan };
}

function saidOf(store: Store, request: BookRequest, answer: BookAnswer, now: Date): Said {
  if (answer.kind === "refused") {
    const error = errorFor(store.state.book, answer.reason, request, now.getTime());
    return answer.reason === "cancelTooEarly"
      ? { kind: "error", error, recall: "Y" }
      : { kind: "error", error };
  }
  // A reversal that finds nothing says so; elsewhere it would be an order that nobody placed.
  if (answer.kind === "cancelled" && answer.action === "none")
    return { kind: "error", error: errorOf("ORDERNOTEXIST") };
  if (answer.kind === "refundFound" && answer.refund === null)
    return { kind: "error", error: errorOf("REFUNDNOTEXIST") };
  return { kind: "done", answer };
}

/** Code pay is reversed and never closed; what was shown as a code is closed and never reversed. */
function kindRefusal(store: Store, merchant: Merchant, request: BookRequest): WechatError | null {
  if (request.kind !== "cancel" && request.kind !== "close") return null;
  const trade = findTrade(store.state.book, merchant, request);
  if (trade === null) return null;
  const byPayerCode = trade.authCode !== "";
  if (request.kind === "close" && byPayerCode)
    return errorOf("INVALID_REQUEST", "不允许普通关单，只能撤销", "268449641");
  return request.kind === "cancel" && !byPayerCode
    ? errorOf("INVALID_REQUEST", "非付款码支付订单不能撤销")
    : null;
}

/** The money of a refund stays on its way. */
function stick(store: Store, tradeNo: string, requestNo: string, now: Date): void {
  const trade = store.state.book.trades.get(tradeNo);
  const refund = trade?.refunds.find((each) => each.requestNo === requestNo);
  if (trade === undefined || refund?.state !== "processing") return;
  store.commit([settledEvent(trade, refund, "stuck", now.getTime())], now);
}

/** Whose money a request is about: the owner of the payer code, or the payer of the trade. */
function walletIdOf(store: Store, merchant: Merchant, request: BookRequest): string | null {
  const { book } = store.state;
  if (request.kind === "pay") return book.codes.get(request.authCode)?.walletId ?? null;
  if (request.kind === "precreate") return null;
  return findTrade(book, merchant, request)?.walletId ?? null;
}

function heldBack(request: BookRequest, plan: GatewayPlan, now: Date): WorldEvent[] {
  if (plan.delivery !== "afterCancel" || request.kind !== "pay") return [];
  const id = `${request.appId}/${request.outTradeNo}/${now.getTime()}`;
  return [{ kind: "requestHeld", held: { id, request, dueAtMs: now.getTime() + plan.heldMs } }];
}

/** Lets the held payment requests of one order through, after its reversal. Their answers reach nobody. */
function releaseHeld(store: Store, merchant: Merchant, outTradeNo: string, now: Date): void {
  for (const { id, request } of store.state.held.values()) {
    if (request.appId === merchant.appId && request.outTradeNo === outTradeNo) release(store, id, now);
  }
}

/** Lets through whatever was held back until now. */
export function releaseDue(store: Store, now: Date): void {
  for (const { id, dueAtMs } of store.state.held.values()) {
    if (dueAtMs <= now.getTime()) release(store, id, now);
  }
}

function release(store: Store, id: string, now: Date): void {
  const held = store.state.held.get(id);
  if (held === undefined) return;
  const { events } = decide(store.state.book, held.request, now);
  store.commit([{ kind: "requestReleased", id }, ...events], now);
}

/** The trade of a merchant that holds a refund of this number, the newest first; null where there is none. */
export function tradeOfRefund(
  store: Store,
  merchant: Merchant,
  named: (refund: Trade["refunds"][number]) => boolean,
): Trade | null {
  for (const trade of [...store.state.book.trades.values()].toReversed()) {
    if (trade.sellerId === merchant.sellerId && trade.refunds.some(named)) return trade;
  }
  return null;
}
