// The books of a simulated network: pure and event-sourced, shared by the HTTP sandbox and the deterministic simulation.
// decide() reads and returns facts; apply() (book/apply.ts) enters them. Neither knows HTTP, keys, faults or the clock.
import { unreachable } from "@huiyin/server/kernel/assert.ts";
import { merchantAvailable } from "./book/accounts.ts";
import type { Book, BookRequest, Decision, RefusalReason, Trade, TradeNumbers } from "./book/model.ts";
import { decideOffer } from "./book/offers.ts";
import { decidePay } from "./book/pay.ts";
import { profileOf } from "./book/profile.ts";
import { decideRefund, decideRefundQuery } from "./book/refunds.ts";
import { aged, findTrade, refundedEvent } from "./book/trades.ts";

/** Decides one request of a merchant at this moment: the facts to enter and the answer to give. Changes nothing itself. */
export function decide(book: Book, request: BookRequest, now: Date): Decision {
  switch (request.kind) {
    case "pay":
      return decidePay(book, request, now);
    case "precreate":
      return decideOffer(book, request, now);
    case "query":
      return decideQuery(book, request, now);
    case "cancel":
      return decideCancel(book, request, now);
    case "close":
      return decideClose(book, request, now);
    case "refund":
      return decideRefund(book, request, now);
    case "refundQuery":
      return decideRefundQuery(book, request, now);
    default:
      return unreachable(request);
  }
}

function decideQuery(book: Book, request: TradeNumbers, now: Date): Decision {
  const found = tradeOf(book, request);
  if (found === null) return no("tradeUnknown");
  const { trade, events } = aged(profileOf(book.network), found, now.getTime());
  return { events, answer: { kind: "trade", trade } };
}

/**
 * A cancel closes what is unpaid and gives back what is paid. Of a trade that does not exist it says nothing (action "none"),
 * and it does not prevent that trade from being created afterwards by a request that is still on its way.
 */
function decideCancel(book: Book, request: TradeNumbers, now: Date): Decision {
  const found = tradeOf(book, request);
  const nowMs = now.getTime();
  if (found === null) {
    const { tradeNo, outTradeNo } = request;
    return { events: [], answer: { kind: "cancelled", action: "none", tradeNo, outTradeNo } };
  }
  const profile = profileOf(book.network);
  const { trade, events } = aged(profile, found, nowMs);
  if (nowMs - trade.createdAtMs < profile.cancelMsMin && trade.status !== "TRADE_CLOSED")
    return no("cancelTooEarly");
  switch (trade.status) {
    case "WAIT_BUYER_PAY": {
      const closed = { kind: "tradeClosed", tradeNo: trade.tradeNo, by: "cancel", atMs: nowMs } as const;
      return { events: [...events, closed], answer: cancelled(trade, "close") };
    }
    case "TRADE_SUCCESS":
      if (nowMs - trade.paidAtMs > profile.cancelMsMax) return no("cancelTooLate");
      if (merchantShort(book, trade))
        return { events, answer: { kind: "refused", reason: "merchantBalanceShort" } };
      return { events: [...events, refundedEvent(trade, nowMs)], answer: cancelled(trade, "refund") };
    case "TRADE_CLOSED":
      return { events, answer: cancelled(trade, trade.paidAtMs === 0 ? "close" : "refund") };
    case "TRADE_FINISHED":
      return { events, answer: { kind: "refused", reason: "tradeFinished" } };
    default:
      return unreachable(trade.status);
  }
}

/** A close ends what waits for its payer, and nothing else: what was paid stays paid. */
function decideClose(book: Book, request: TradeNumbers, now: Date): Decision {
  const found = tradeOf(book, request);
  if (found === null) return no("tradeUnknown");
  const nowMs = now.getTime();
  const { trade, events } = aged(profileOf(book.network), found, nowMs);
  if (trade.status !== "WAIT_BUYER_PAY")
    return { events, answer: { kind: "refused", reason: "tradeNotWaiting" } };
  const closed = { kind: "tradeClosed", tradeNo: trade.tradeNo, by: "merchant", atMs: nowMs } as const;
  return { events: [...events, closed], answer: { kind: "closed", trade } };
}

function tradeOf(book: Book, request: TradeNumbers): Trade | null {
  const merchant = book.merchants.get(request.appId);
  return merchant === undefined ? null : findTrade(book, merchant, request);
}

/** Whether the merchant’s account cannot give back what is still kept of a trade. */
function merchantShort(book: Book, trade: Trade): boolean {
  const merchant = book.merchants.get(trade.appId);
  return merchant === undefined || merchantAvailable(book, merchant) < trade.amountFen - trade.refundedFen;
}

function cancelled(trade: Trade, action: "close" | "refund"): Decision["answer"] {
  return { kind: "cancelled", action, tradeNo: trade.tradeNo, outTradeNo: trade.outTradeNo };
}

function no(reason: RefusalReason): Decision {
  return { events: [], answer: { kind: "refused", reason } };
}
