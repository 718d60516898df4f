// What time alone does to a trade, how trades are found and numbered, and how a paid one moves money.
import { fundingAccount, merchantAccount, refundingAccount, transfer } from "./accounts.ts";
import { orderKey } from "./apply.ts";
import type { Book, BookEvent, Funding, Merchant, Order, Posting, Refund, Refused, Trade } from "./model.ts";
import { profileOf, type BookProfile } from "./profile.ts";

/** A trade as it stands at this moment, with the events that time owes it: unpaid ones close at their expiry. */
export function aged(
  profile: Pick<BookProfile, "refundMsMax">,
  trade: Trade,
  nowMs: number,
): Readonly<{ trade: Trade; events: readonly BookEvent[] }> {
  if (trade.status === "WAIT_BUYER_PAY" && trade.expiresAtMs <= nowMs) {
    const atMs = trade.expiresAtMs;
    return {
      trade: { ...trade, status: "TRADE_CLOSED", closedBy: "expiry", closedAtMs: atMs },
      events: [{ kind: "tradeClosed", tradeNo: trade.tradeNo, by: "expiry", atMs }],
    };
  }
  if (trade.status === "TRADE_SUCCESS" && trade.paidAtMs + profile.refundMsMax <= nowMs) {
    const atMs = trade.paidAtMs + profile.refundMsMax;
    return {
      trade: { ...trade, status: "TRADE_FINISHED" },
      events: [{ kind: "tradeFinished", tradeNo: trade.tradeNo, atMs }],
    };
  }
  return { trade, events: [] };
}

/** Every expiry that is due in the whole book: what is entered before the books are read as a whole. */
export function passTime(book: Book, now: Date): readonly BookEvent[] {
  const events: BookEvent[] = [];
  for (const tradeNo of book.waiting) {
    const trade = book.trades.get(tradeNo);
    if (trade !== undefined) events.push(...aged(profileOf(book.network), trade, now.getTime()).events);
  }
  for (const tradeNo of book.refunding) {
    const trade = book.trades.get(tradeNo);
    if (trade !== undefined) events.push(...arrivedRefunds(trade, now.getTime()));
  }
  return events;
}

/** The refunds of a trade whose money reaches the payer by this moment. */
function arrivedRefunds(trade: Trade, nowMs: number): readonly BookEvent[] {
  return trade.refunds
    .filter(({ state, doneAtMs }) => state === "processing" && doneAtMs <= nowMs)
    .map((refund) => settledEvent(trade, refund, "done", refund.doneAtMs));
}

/** The event that ends a refund which was under way: the money arrives, or stays where the merchant has to decide about it. */
export function settledEvent(trade: Trade, refund: Refund, state: "done" | "stuck", atMs: number): BookEvent {
  const payer = fundingAccount(trade.walletId, paidTrade(trade).funding);
  const postings =
    state === "done" ? transfer(refundingAccount(trade.sellerId), payer, refund.amountFen) : [];
  const { tradeNo } = trade;
  return { kind: "refundSettled", tradeNo, requestNo: refund.requestNo, state, atMs, postings };
}

/** The trade a merchant means by Alipay’s number or by its own; null where there is none of this merchant. */
export function findTrade(
  book: Book,
  merchant: Merchant,
  numbers: Readonly<{ tradeNo: string; outTradeNo: string }>,
): Trade | null {
  const tradeNo = numbers.tradeNo || book.tradeNoOfOrder.get(orderKey(merchant.sellerId, numbers.outTradeNo));
  const trade = tradeNo === undefined ? undefined : book.trades.get(tradeNo);
  return trade === undefined || trade.sellerId !== merchant.sellerId ? null : trade;
}

/** The part of a request, an offer or a trade that is the merchant’s order. */
export function orderIn(source: Order): Order {
  const { outTradeNo, appId, sellerId, amountFen, subject, body, storeId, terminalId } = source;
  const { notifyUrl, disabledChannels, enabledChannels, instalments, mode, expiresAtMs, payerUserId } =
    source;
  const who = { outTradeNo, appId, sellerId, amountFen, subject, body, storeId, terminalId };
  const alone = payerUserId === undefined ? {} : { payerUserId };
  return { ...who, notifyUrl, disabledChannels, enabledChannels, instalments, mode, expiresAtMs, ...alone };
}

/** A trade that waits for this payer. */
export function newTrade(
  book: Book,
  order: Order,
  payer: Readonly<{ walletId: string; authCode: string }>,
  nowMs: number,
): Trade {
  return {
    ...order,
    ...payer,
    tradeNo: profileOf(book.network).tradeNo(nowMs, book.sequence + 1),
    status: "WAIT_BUYER_PAY",
    funding: "",
    createdAtMs: nowMs,
    paidAtMs: 0,
    closedAtMs: 0,
    closedBy: "",
    refundedFen: 0n,
    refunds: [],
  };
}

/** The event that pays a waiting trade out of the given means. */
export function paidEvent(trade: Trade, funding: Funding, atMs: number): BookEvent {
  const payer = fundingAccount(trade.walletId, funding);
  const postings = transfer(payer, merchantAccount(trade.sellerId), trade.amountFen);
  return { kind: "tradePaid", tradeNo: trade.tradeNo, funding, atMs, postings };
}

/** A trade that was paid: it names the means it was paid with. Throws where it does not. */
export function paidTrade(trade: Trade): Trade & { funding: Funding } {
  const { funding } = trade;
  if (funding === "") throw new TypeError(`paid trade ${trade.tradeNo} names no funding`);
  return { ...trade, funding };
}

/** The postings that give an amount back to the means it came from: a purse is filled, a credit is free again. */
export function givenBack(trade: Trade, amountFen: bigint): readonly Posting[] {
  const payer = fundingAccount(trade.walletId, paidTrade(trade).funding);
  return transfer(merchantAccount(trade.sellerId), payer, amountFen);
}

/** The event with which a cancel gives back what is still kept of a paid trade. */
export function refundedEvent(trade: Trade, atMs: number): BookEvent {
  const postings = givenBack(trade, trade.amountFen - trade.refundedFen);
  return { kind: "tradeRefunded", tradeNo: trade.tradeNo, atMs, postings };
}

/** The record of a refusal with its true reason. */
export function refusedEvent(refused: Refused): BookEvent {
  return { kind: "payRefused", refused };
}
