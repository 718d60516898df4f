// What each network tells its merchants about, and where: the facts of the books that bring about a notification.
import { unreachable } from "@huiyin/server/kernel/assert.ts";
import type { Book, BookEvent, Trade } from "../book/model.ts";
import type { News } from "./outbox.ts";

type FoundNews = Pick<News, "status" | "atMs" | "refund" | "url" | "mode">;

/** What a fact brings about that is notified, or null. `trade` is still as it was before the fact. */
export function newsOf(book: Book, event: BookEvent, trade: Trade): FoundNews | null {
  switch (book.network) {
    case "alipay":
      return wantedAtAlipay(book, alipayNews(event, trade), trade);
    case "wechat":
      return wechatNews(event, trade);
    case "unionpay":
      return unionpayNews(event, trade);
    default:
      return unreachable(book.network);
  }
}

/** Only where the order came with an address, and only the states that the merchant asked to be told. */
function wantedAtAlipay(book: Book, found: FoundNews | null, trade: Trade): FoundNews | null {
  if (found === null || trade.notifyUrl === "") return null;
  const wanted = book.merchants.get(trade.appId)?.notifyStates ?? [];
  return wanted.some((status) => status === found.status) ? found : null;
}

function alipayNews(event: BookEvent, trade: Trade): FoundNews | null {
  const place = { url: trade.notifyUrl, mode: trade.mode };
  switch (event.kind) {
    case "tradePaid":
      return { ...place, status: "TRADE_SUCCESS", atMs: event.atMs, refund: null };
    case "refundMade": {
      const { requestNo, amountFen, atMs } = event.refund;
      const refundedFen = trade.refundedFen + amountFen;
      const status = refundedFen === trade.amountFen ? "TRADE_CLOSED" : "TRADE_SUCCESS";
      return { ...place, status, atMs, refund: { requestNo, refundedFen, atMs } };
    }
    case "tradeClosed":
    case "tradeRefunded":
      return { ...place, status: "TRADE_CLOSED", atMs: event.atMs, refund: null };
    case "tradeFinished":
      return { ...place, status: "TRADE_FINISHED", atMs: event.atMs, refund: null };
    default:
      return null;
  }
}

/** WeChat tells of what was paid by scanning the merchant’s code, and of refunds that named an address, once they are over. */
function wechatNews(event: BookEvent, trade: Trade): FoundNews | null {
  if (event.kind === "tradePaid") {
    if (trade.authCode !== "" || trade.notifyUrl === "") return null;
    const { notifyUrl: url, mode } = trade;
    return { url, mode, status: "TRADE_SUCCESS", atMs: event.atMs, refund: null };
  }
  if (event.kind !== "refundSettled") return null;
  const refund = trade.refunds.find(({ requestNo }) => requestNo === event.requestNo);
  if (refund === undefined || refund.notifyUrl === "") return null;
  const { requestNo, notifyUrl: url, mode } = refund;
  const told = { requestNo, refundedFen: trade.refundedFen, atMs: event.atMs };
  return { url, mode, status: trade.status, atMs: event.atMs, refund: told };
}

/** UnionPay tells of payments and refunds that succeeded, at the address of the request. */
function unionpayNews(event: BookEvent, trade: Trade): FoundNews | null {
  if (event.kind === "tradePaid" && trade.notifyUrl !== "") {
    const { notifyUrl: url, mode } = trade;
    return { url, mode, status: "TRADE_SUCCESS", atMs: event.atMs, refund: null };
  }
  if (event.kind !== "refundMade") return null;
  const { requestNo, amountFen, atMs, notifyUrl: url, mode } = event.refund;
  if (url === "") return null;
  const refundedFen = trade.refundedFen + amountFen;
  const status = refundedFen === trade.amountFen ? "TRADE_CLOSED" : "TRADE_SUCCESS";
  return { url, mode, status, atMs, refund: { requestNo, refundedFen, atMs } };
}
