// The synchronous heart of the gateway: the faults, the books, and what is to be said.
import type { WireFields } from "@huiyin/server/channels/unionpay/codec.ts";
import { decide } from "../book.ts";
import type { BookAnswer, BookRequest, Merchant, Refund, Trade } from "../book/model.ts";
import { findTrade } from "../book/trades.ts";
import type { GatewayPlan } from "../faults/model.ts";
import { gatewayPlan } from "../faults/switches.ts";
import type { WorldEvent } from "../world/state.ts";
import type { Store } from "../world/store.ts";
import { fateOf, paymentFacts, refundFacts, type Facts } from "./facts.ts";
import {
  isPresent,
  malformedIn,
  missingIn,
  clearingDay,
  orderRequest,
  refundMarks,
  refundRequest,
  type UnionpayOperation,
} from "./reading.ts";
import { responseFor, responseOf } from "./refusals.ts";
import { dayOf, fileFacts } from "./settlements.ts";
import type { Clocks } from "./wire.ts";

export type Asked = Readonly<{ operation: UnionpayOperation; merchant: Merchant; fields: WireFields }>;
export type Carried = Readonly<{ says: Facts; plan: GatewayPlan }>;

/** Carries out one admitted request at this moment, with the faults that are on. */
export function carryOut(store: Store, asked: Asked, clocks: Clocks): Carried {
  const { now } = clocks;
  const { operation, merchant, fields } = asked;
  const call = {
    // What happens to refunds happens to voids: both give back.
    operation: operation === "void" ? "refund" : operation,
    appId: merchant.appId,
    walletId: walletIdOf(store, asked),
    network: "unionpay",
  } as const;
  const { plan, used } = gatewayPlan(store.state.switches, call, now);
  store.commit(used, now);
  const refused = (says: Facts): Carried => ({ says, plan });
  if (plan.refusal !== null) return refused(responseOf(plan.refusal.subCode, plan.refusal.subMessage));
  const missing = missingIn(operation, fields);
  if (missing !== null) return refused(responseOf("13", `报文交易要素缺失 ${missing}`));
  const malformed = malformedIn(operation, fields);
  if (malformed !== null) return refused(responseOf("10", `报文格式错误 ${malformed}`));
  if (plan.delivery !== "now") {
    store.commit(heldBack(asked, plan, clocks), now);
    return refused(responseOf("02"));
  }
  const says = done(store, asked, clocks, plan);
  if (plan.disguise === null) return refused(says);
  const { subCode, subMessage } = plan.disguise;
  // A defective success tells everything that a success tells; whatever else hides what happened tells nothing of it.
  const words = responseOf(subCode, subMessage);
  if (subCode !== "A6") return refused(words);
  return refused(says["respCode"] === "00" ? { ...says, ...words } : says);
}

function done(store: Store, asked: Asked, clocks: Clocks, plan: GatewayPlan): Facts {
  switch (asked.operation) {
    case "pay":
    case "precreate":
      return ordered(store, asked.operation, asked, clocks);
    case "query":
      return queried(store, asked, clocks.now);
    case "cancel":
      return reversed(store, asked, clocks.now);
    case "refund":
    case "void":
      return refunded(store, asked, clocks.now);
    case "bill":
      return filed(store, asked, clocks.now, plan);
  }
}

function ordered(store: Store, operation: "pay" | "precreate", asked: Asked, clocks: Clocks): Facts {
  const { merchant, fields } = asked;
  const { book } = store.state;
  if (!isPresent(fields.get("txnTime") ?? "", clocks)) return responseOf("10", "txnTime无效");
  const known = findTrade(book, merchant, { tradeNo: "", outTradeNo: fields.get("orderId") ?? "" });
  // The same payment sent twice is a duplicate, whatever became of the first.
  if (known !== null && operation === "pay") return responseOf("12");
  const answer = entered(store, orderRequest(operation, fields, merchant, clocks.now), clocks.now);
  if (answer.kind === "refused") return responseFor(answer.reason);
  if (answer.kind === "offered") return { ...responseOf("00"), qrCode: answer.offer.codeUrl };
  if (answer.kind !== "trade") return responseOf("99");
  const code = answer.trade.status === "WAIT_BUYER_PAY" ? "05" : "00";
  return { ...responseOf(code), ...paymentFacts(book, answer.trade) };
}

function queried(store: Store, { merchant, fields }: Asked, now: Date): Facts {
  const { book } = store.state;
  const [orderId, txnTime] = [fields.get("orderId") ?? "", fields.get("txnTime") ?? ""];
  const answer = entered(
    store,
    { kind: "query", appId: merchant.appId, tradeNo: "", outTradeNo: orderId },
    now,
  );
  if (answer.kind === "trade" && answer.trade.storeId === txnTime) {
    const fate = fateOf(answer.trade);
    return fate === null ? responseOf("34") : { ...fated(fate), ...paymentFacts(book, answer.trade) };
  }
  const found = refundBy(store, merchant, ({ requestNo, reason }) => {
    return requestNo === orderId && refundMarks(reason).txnTime === txnTime;
  });
  if (found !== null) return { ...fated("00"), ...refundFacts(found.trade, found.refund) };
  // A payment that was refused is a transaction all the same, and its refusal is what became of it.
  const refusal = book.refusals.findLast(
    (each) => each.outTradeNo === orderId && each.appId === merchant.appId,
  );
  if (refusal === undefined) return responseOf("34");
  const { respCode } = responseFor(refusal.reason);
  return { ...fated(respCode), txnAmt: String(refusal.amountFen), currencyCode: "156" };
}

function fated(code: string): Facts {
  const { respCode: origRespCode, respMsg: origRespMsg } = responseOf(code);
  return { ...responseOf("00"), origRespCode, origRespMsg };
}

function reversed(store: Store, { merchant, fields }: Asked, now: Date): Facts {
  const orderId = fields.get("orderId") ?? "";
  const trade = findTrade(store.state.book, merchant, { tradeNo: "", outTradeNo: orderId });
  // The reversal of what never arrived finds nothing, and what is still on its way may come after it.
  if (trade === null || trade.storeId !== fields.get("txnTime")) {
    releaseHeld(store, merchant, orderId, now);
    return responseOf("34");
  }
  if (trade.closedBy === "cancel") return responseOf("46");
  if (trade.refunds.length > 0) return responseOf("45");
  if (trade.status === "TRADE_CLOSED" || trade.status === "TRADE_FINISHED") return responseOf("35");
  const { appId } = merchant;
  const answer = entered(store, { kind: "cancel", appId, tradeNo: trade.tradeNo, outTradeNo: "" }, now);
  if (answer.kind === "refused") return responseFor(answer.reason);
  return { ...responseOf("00"), queryId: trade.tradeNo };
}

function refunded(store: Store, { operation, merchant, fields }: Asked, now: Date): Facts {
  const requestNo = fields.get("orderId") ?? "";
  if (refundBy(store, merchant, (refund) => refund.requestNo === requestNo) !== null) return responseOf("12");
  const { book } = store.state;
  const trade = findTrade(book, merchant, { tradeNo: fields.get("origQryId") ?? "", outTradeNo: "" });
  if (trade === null) return responseOf("35");
  if (trade.closedBy === "cancel") return responseOf("46");
  const refusal = operation === "void" ? voidRefusal(trade, fields, now) : null;
  if (refusal !== null) return responseOf(refusal);
  const answer = entered(store, refundRequest(fields, merchant), now);
  if (answer.kind === "refused") return responseFor(answer.reason);
  if (answer.kind !== "refunded") return responseOf("99");
  // Accepted: what became of it, a query or a notification tells.
  return { ...responseOf("00"), ...refundFacts(answer.trade, answer.refund) };
}

/** A void undoes all of a payment, of which nothing went back, on its clearing day. */
function voidRefusal(trade: Trade, fields: WireFields, now: Date): string | null {
  if (trade.refunds.length > 0) return "45";
  if (trade.paidAtMs === 0 || clearingDay(new Date(trade.paidAtMs)) !== clearingDay(now)) return "35";
  return BigInt(fields.get("txnAmt") ?? "0") === trade.amountFen ? null : "36";
}

function filed(store: Store, { merchant, fields }: Asked, now: Date, plan: GatewayPlan): Facts {
  const settleDate = fields.get("settleDate") ?? "";
  const day = dayOf(settleDate, now);
  const facts =
    day === null || plan.bill === "notReady" ? null : fileFacts(store.state.book, merchant, day, plan.bill);
  return { ...responseOf(facts === null ? "98" : "00"), settleDate, ...facts };
}

function entered(store: Store, request: BookRequest, now: Date): BookAnswer {
  const { events, answer } = decide(store.state.book, request, now);
  store.commit(events, now);
  return answer;
}

function refundBy(
  store: Store,
  merchant: Merchant,
  isMeant: (refund: Refund) => boolean,
): Readonly<{ trade: Trade; refund: Refund }> | null {
  for (const trade of store.state.book.trades.values()) {
    const refund = trade.sellerId === merchant.sellerId ? trade.refunds.find(isMeant) : undefined;
    if (refund !== undefined) return { trade, refund };
  }
  return null;
}

/** Whose money a request is about: the owner of the payer code, or the payer of the trade. */
function walletIdOf(store: Store, { operation, merchant, fields }: Asked): string | null {
  const { book } = store.state;
  if (operation === "pay") return book.codes.get(fields.get("qrNo") ?? "")?.walletId ?? null;
  const numbers = { tradeNo: fields.get("origQryId") ?? "", outTradeNo: fields.get("orderId") ?? "" };
  return findTrade(book, merchant, numbers)?.walletId ?? null;
}

function heldBack({ operation, merchant, fields }: Asked, plan: GatewayPlan, { now }: Clocks): WorldEvent[] {
  if (plan.delivery !== "afterCancel" || operation !== "pay") return [];
  const request = orderRequest("pay", fields, merchant, now);
  if (request.kind !== "pay") return [];
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
