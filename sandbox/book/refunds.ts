// A refund and its query as decisions: how much goes back, under which number, and every reason why not.
import { merchantAccount, merchantAvailable, refundingAccount, transfer } from "./accounts.ts";
import type {
  Book,
  BookEvent,
  Decision,
  Merchant,
  Refund,
  RefundQueryRequest,
  RefundRequest,
  RefusalReason,
  Trade,
} from "./model.ts";
import { profileOf } from "./profile.ts";
import { aged, findTrade, givenBack } from "./trades.ts";

/**
 * Decides one refund at this moment. A number gives money back once: the same number with the same amount gets the same
 * answer without moving anything, with another amount it is refused. What goes back never exceeds what was paid.
 */
export function decideRefund(book: Book, request: RefundRequest, now: Date): Decision {
  const merchant = book.merchants.get(request.appId);
  const found = merchant === undefined ? null : findTrade(book, merchant, request);
  if (merchant === undefined || found === null) return refused("tradeUnknown", []);
  const nowMs = now.getTime();
  const profile = profileOf(book.network);
  const { trade, events } = aged(profile, found, nowMs);
  // A full refund may come without a number; then the order’s own number names it.
  const requestNo = request.requestNo || trade.outTradeNo;
  const before = trade.refunds.find((refund) => refund.requestNo === requestNo);
  if (before !== undefined) {
    return before.amountFen === request.amountFen
      ? { events, answer: { kind: "refunded", trade, refund: before, moved: "before" } }
      : refused("refundNumberReused", events);
  }
  const reason =
    stateRefusal(trade) ?? amountRefusal(trade, request) ?? accountRefusal(book, merchant, request);
  if (reason !== null) return refused(reason, events);
  if (trade.refunds.length >= profile.refundsMax) return refused("refundsTooMany", events);
  const { amountFen } = request;
  const refund = newRefund(book, trade, { ...request, requestNo }, nowMs);
  const { tradeNo } = trade;
  const postings =
    refund.state === "done"
      ? givenBack(trade, amountFen)
      : transfer(merchantAccount(trade.sellerId), refundingAccount(trade.sellerId), amountFen);
  const made: BookEvent = { kind: "refundMade", tradeNo, refund, postings };
  const after: Trade = { ...trade, refundedFen: trade.refundedFen + amountFen };
  return { events: [...events, made], answer: { kind: "refunded", trade: after, refund, moved: "now" } };
}

/** A refund as it is taken over now: done at once, or under way for as long as the network takes. */
function newRefund(book: Book, trade: Trade, request: RefundRequest, nowMs: number): Refund {
  const profile = profileOf(book.network);
  const { requestNo, amountFen, reason, notifyUrl = "", mode = trade.mode } = request;
  return {
    ...{ requestNo, amountFen, reason, notifyUrl, mode, atMs: nowMs },
    refundNo: profile.refundNo(nowMs, book.sequence + 1),
    state: profile.refundMs === 0 ? "done" : "processing",
    doneAtMs: nowMs + profile.refundMs,
  };
}

/** What became of a refund: found under its number, or not at all. */
export function decideRefundQuery(book: Book, request: RefundQueryRequest, now: Date): Decision {
  const merchant = book.merchants.get(request.appId);
  const found = merchant === undefined ? null : findTrade(book, merchant, request);
  if (found === null) return refused("tradeUnknown", []);
  const { trade, events } = aged(profileOf(book.network), found, now.getTime());
  const refund = trade.refunds.find(({ requestNo }) => requestNo === request.requestNo) ?? null;
  return { events, answer: { kind: "refundFound", trade, refund } };
}

/** Only what was paid and is neither finished nor given back in full can be refunded. */
function stateRefusal(trade: Trade): RefusalReason | null {
  if (trade.status === "TRADE_FINISHED") return "tradeFinished";
  if (trade.status === "TRADE_CLOSED") return "tradeClosedAlready";
  return trade.status === "WAIT_BUYER_PAY" ? "tradeNotPaid" : null;
}

function amountRefusal(trade: Trade, { amountFen, requestNo }: RefundRequest): RefusalReason | null {
  if (amountFen < 1n) return "refundAmountInvalid";
  if (amountFen > trade.amountFen - trade.refundedFen) return "refundExceedsRest";
  // Without a number a second part could not be told from a repetition of the first.
  return requestNo === "" && amountFen !== trade.amountFen ? "refundNumberMissing" : null;
}

function accountRefusal(book: Book, merchant: Merchant, { amountFen }: RefundRequest): RefusalReason | null {
  if (merchant.state === "blocked") return "merchantFrozen";
  return merchantAvailable(book, merchant) < amountFen ? "merchantBalanceShort" : null;
}

function refused(reason: RefusalReason, events: readonly BookEvent[]): Decision {
  return { events, answer: { kind: "refused", reason } };
}
