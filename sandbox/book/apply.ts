// The one door through which the books change. Deterministic: the same events in the same order give the same books.
import { assert, unreachable } from "@huiyin/server/kernel/assert.ts";
import { post } from "./accounts.ts";
import { limits } from "./limits.ts";
import type { Book, BookEvent, Merchant, Offer, PayerCode, Refund, Trade } from "./model.ts";

/** Books in which nothing has happened yet. */
export function emptyBook(): Book {
  return {
    accounts: new Map(),
    wallets: new Map(),
    merchants: new Map(),
    codes: new Map(),
    trades: new Map(),
    tradeNoOfOrder: new Map(),
    offers: new Map(),
    offerOfOrder: new Map(),
    waiting: new Set(),
    refusals: [],
    sequence: 0,
  };
}

/** The key under which a merchant’s own order number is found. */
export function orderKey(sellerId: string, outTradeNo: string): string {
  return `${sellerId}/${outTradeNo}`;
}

/** Enters one event. Asserts what decisions promise; never refuses. */
export function apply(book: Book, event: BookEvent): void {
  switch (event.kind) {
    case "walletOpened":
      book.sequence += 1;
      book.wallets.set(event.wallet.id, event.wallet);
      return post(book, event.postings);
    case "walletChanged":
      book.wallets.set(event.wallet.id, event.wallet);
      return post(book, event.postings);
    case "merchantRegistered":
      book.sequence += 1;
      book.merchants.set(event.merchant.appId, wholeMerchant(event.merchant));
      return;
    case "merchantChanged":
      book.merchants.set(event.merchant.appId, wholeMerchant(event.merchant));
      return post(book, event.postings ?? []);
    case "offerMade":
      return enterOffer(book, event.offer);
    case "offerTaken":
      book.offers.set(event.codeUrl, { ...offerIn(book, event.codeUrl), tradeNo: event.tradeNo });
      return;
    case "codeIssued":
      forgetExpiredCodes(book, event.code.issuedAtMs);
      book.codes.set(event.code.code, event.code);
      return;
    case "codeSpent":
      book.codes.set(event.code, { ...codeIn(book, event.code), state: "spent" });
      return;
    case "payRefused":
      book.refusals.push(event.refused);
      if (book.refusals.length > limits.refusalsMax) book.refusals.shift();
      return;
    case "tradeCreated":
    case "tradePaid":
    case "tradeClosed":
    case "tradeRefunded":
    case "refundMade":
    case "tradeFinished":
      return applyToTrade(book, event);
    default:
      return unreachable(event);
  }
}

type TradeEvent = Extract<BookEvent, { kind: `trade${string}` | "refundMade" }>;

function applyToTrade(book: Book, event: TradeEvent): void {
  switch (event.kind) {
    case "tradeCreated": {
      const trade = wholeTrade(event.trade);
      book.sequence += 1;
      assert(!book.trades.has(trade.tradeNo), `trade ${trade.tradeNo} exists already`);
      book.trades.set(trade.tradeNo, trade);
      book.tradeNoOfOrder.set(orderKey(trade.sellerId, trade.outTradeNo), trade.tradeNo);
      book.waiting.add(trade.tradeNo);
      return;
    }
    case "tradePaid":
      change(book, event, { status: "TRADE_SUCCESS", funding: event.funding, paidAtMs: event.atMs });
      return post(book, event.postings);
    case "tradeClosed":
      return change(book, event, { status: "TRADE_CLOSED", closedBy: event.by, closedAtMs: event.atMs });
    case "tradeRefunded": {
      const { amountFen, refundedFen } = tradeIn(book, event.tradeNo);
      const rest: Refund = {
        requestNo: "",
        amountFen: amountFen - refundedFen,
        reason: "",
        atMs: event.atMs,
      };
      change(book, event, giveBack(book, event.tradeNo, rest, "cancel"));
      return post(book, event.postings);
    }
    case "refundMade":
      change(book, event, giveBack(book, event.tradeNo, event.refund, "refund"));
      return post(book, event.postings);
    case "tradeFinished":
      return change(book, event, { status: "TRADE_FINISHED" });
    default:
      return unreachable(event);
  }
}

/** The states from which each event may come. */
const from = new Map<TradeEvent["kind"], Trade["status"]>([
  ["tradePaid", "WAIT_BUYER_PAY"],
  ["tradeClosed", "WAIT_BUYER_PAY"],
  ["tradeRefunded", "TRADE_SUCCESS"],
  ["refundMade", "TRADE_SUCCESS"],
  ["tradeFinished", "TRADE_SUCCESS"],
]);

function change(
  book: Book,
  event: Exclude<TradeEvent, { kind: "tradeCreated" }>,
  changes: Partial<Trade>,
): void {
  const trade = tradeIn(book, event.tradeNo);
  assert(trade.status === from.get(event.kind), `${event.kind} on ${trade.tradeNo} in ${trade.status}`);
  book.trades.set(trade.tradeNo, { ...trade, ...changes });
  book.waiting.delete(trade.tradeNo);
}

/** What a refund changes about its trade: given back in full, it closes, and keeps the moment at which it was paid. */
function giveBack(book: Book, tradeNo: string, refund: Refund, by: "cancel" | "refund"): Partial<Trade> {
  const trade = tradeIn(book, tradeNo);
  const refundedFen = trade.refundedFen + refund.amountFen;
  assert(refundedFen <= trade.amountFen, `${tradeNo}: ${refundedFen} fen given back of ${trade.amountFen}`);
  const refunds = [...trade.refunds, refund];
  if (refundedFen < trade.amountFen) return { refundedFen, refunds };
  return { refundedFen, refunds, status: "TRADE_CLOSED", closedBy: by, closedAtMs: refund.atMs };
}

function enterOffer(book: Book, offer: Offer): void {
  forgetExpiredOffers(book, offer.createdAtMs);
  book.sequence += 1;
  book.offers.set(offer.codeUrl, offer);
  book.offerOfOrder.set(orderKey(offer.order.sellerId, offer.order.outTradeNo), offer.codeUrl);
}

function offerIn(book: Book, codeUrl: string): Offer {
  const offer = book.offers.get(codeUrl);
  assert(offer !== undefined, "a code that was never shown was scanned");
  return offer;
}

/** An expired code answers like an unknown one. Offers are kept in the order in which they were made. */
function forgetExpiredOffers(book: Book, nowMs: number): void {
  for (const [codeUrl, { createdAtMs, order }] of book.offers) {
    if (createdAtMs > nowMs - limits.offerMsMax * 2) return;
    book.offers.delete(codeUrl);
    const key = orderKey(order.sellerId, order.outTradeNo);
    if (book.offerOfOrder.get(key) === codeUrl) book.offerOfOrder.delete(key);
  }
}

/** A merchant as earlier versions recorded it, with what has been added since. */
export function wholeMerchant(merchant: Merchant): Merchant {
  const products = { ...merchant.products, huabeiInstalment: merchant.products.huabeiInstalment ?? "closed" };
  return { ...merchant, products, withheldFen: merchant.withheldFen ?? 0n };
}

/** A trade as earlier versions recorded it, with what has been added since: they gave back everything or nothing. */
export function wholeTrade(trade: Trade): Trade {
  const { refundedFen: amountFen, closedAtMs: atMs } = trade;
  const refunds = amountFen === 0n ? [] : [{ requestNo: "", amountFen, reason: "", atMs }];
  return { ...orderAdditions, ...trade, refunds: trade.refunds ?? refunds };
}

/** What has been added to orders since their first version. */
export const orderAdditions = { enabledChannels: [], instalments: null, mode: "key" } as const;

function tradeIn(book: Book, tradeNo: string): Trade {
  const trade = book.trades.get(tradeNo);
  assert(trade !== undefined, `no trade ${tradeNo}`);
  return trade;
}

function codeIn(book: Book, code: string): PayerCode {
  const found = book.codes.get(code);
  assert(found !== undefined, "a payer code that was never issued was spent");
  return found;
}

/** Expired codes answer like unknown ones, so they need not be remembered. Codes are kept in order of issue. */
function forgetExpiredCodes(book: Book, nowMs: number): void {
  for (const [text, code] of book.codes) {
    if (code.expiresAtMs > nowMs - limits.payerCodeMsMax * 10) return;
    book.codes.delete(text);
  }
}
