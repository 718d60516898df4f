// The one door through which the books change. Deterministic: the same events in the same order give the same books.
import { assert, unreachable } from "@huiyin/server/kernel/assert.ts";
import { post } from "./accounts.ts";
import { limits } from "./limits.ts";
import type { Book, BookEvent, Merchant, Offer, PayerCode, Refund, Trade } from "./model.ts";
import type { Network } from "./network.ts";
import { profileOf } from "./profile.ts";

/** Books of a network in which nothing has happened yet. */
export function emptyBook(network: Network = "alipay"): Book {
  return {
    network,
    accounts: new Map(),
    wallets: new Map(),
    merchants: new Map(),
    codes: new Map(),
    trades: new Map(),
    tradeNoOfOrder: new Map(),
    offers: new Map(),
    offerOfOrder: new Map(),
    waiting: new Set(),
    refunding: new Set(),
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
    case "tradeTaken":
    case "tradePaid":
    case "tradeClosed":
    case "tradeRefunded":
    case "refundMade":
    case "refundSettled":
    case "tradeFinished":
      return applyToTrade(book, event);
    default:
      return unreachable(event);
  }
}

type TradeEvent = Extract<BookEvent, { kind: `trade${string}` | `refund${string}` }>;

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
    case "tradeTaken":
      book.trades.set(event.tradeNo, { ...tradeIn(book, event.tradeNo), walletId: event.walletId });
      return;
    case "tradePaid":
      change(book, event, { status: "TRADE_SUCCESS", funding: event.funding, paidAtMs: event.atMs });
      return post(book, event.postings);
    case "tradeClosed":
      return change(book, event, { status: "TRADE_CLOSED", closedBy: event.by, closedAtMs: event.atMs });
    case "tradeRefunded": {
      const { amountFen, refundedFen } = tradeIn(book, event.tradeNo);
      const rest: Refund = {
        ...refundAdditions(event.atMs),
        requestNo: "",
        amountFen: amountFen - refundedFen,
        reason: "",
        atMs: event.atMs,
      };
      change(book, event, giveBack(book, event.tradeNo, rest, "cancel"));
      return post(book, event.postings);
    }
    case "refundMade":
      change(book, event, giveBack(book, event.tradeNo, wholeRefund(event.refund), "refund"));
      if (event.refund.state === "processing") book.refunding.add(event.tradeNo);
      // Whatever the network numbers itself must not come twice.
      book.sequence += event.refund.refundNo === "" ? 0 : 1;
      return post(book, event.postings);
    case "refundSettled":
      return settle(book, event);
    case "tradeFinished":
      return change(book, event, { status: "TRADE_FINISHED" });
    default:
      return unreachable(event);
  }
}

function settle(book: Book, event: Extract<TradeEvent, { kind: "refundSettled" }>): void {
  const trade = tradeIn(book, event.tradeNo);
  const refunds = trade.refunds.map((refund) => {
    if (refund.requestNo !== event.requestNo) return refund;
    assert(refund.state !== "done", `refund ${refund.requestNo} of ${trade.tradeNo} is done already`);
    return { ...refund, state: event.state, doneAtMs: event.atMs };
  });
  book.trades.set(trade.tradeNo, { ...trade, refunds });
  if (refunds.every(({ state }) => state !== "processing")) book.refunding.delete(trade.tradeNo);
  post(book, event.postings);
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
  event: Exclude<TradeEvent, { kind: "tradeCreated" | "tradeTaken" | "refundSettled" }>,
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
  const keptMs = limits.offerMsMax * 2;
  for (const [codeUrl, { createdAtMs, order }] of book.offers) {
    if (createdAtMs > nowMs - keptMs) return;
    book.offers.delete(codeUrl);
    const key = orderKey(order.sellerId, order.outTradeNo);
    if (book.offerOfOrder.get(key) === codeUrl) book.offerOfOrder.delete(key);
  }
}

/** A merchant as earlier versions recorded it, with what has been added since. */
export function wholeMerchant(merchant: Merchant): Merchant {
  const products = { ...merchant.products, huabeiInstalment: merchant.products.huabeiInstalment ?? "closed" };
  const { keys = {}, providerId = "", withheldFen = 0n } = merchant;
  return { ...merchant, products, keys, providerId, withheldFen };
}

/** A trade as earlier versions recorded it, with what has been added since: they gave back everything or nothing. */
export function wholeTrade(trade: Trade): Trade {
  const { refundedFen: amountFen, closedAtMs: atMs } = trade;
  const whole = { ...refundAdditions(atMs), requestNo: "", amountFen, reason: "", atMs };
  const refunds = trade.refunds?.map(wholeRefund) ?? (amountFen === 0n ? [] : [whole]);
  return { ...orderAdditions, ...trade, refunds };
}

/** A refund as earlier versions recorded it: done at once, at Alipay. */
function wholeRefund(refund: Refund): Refund {
  return { ...refundAdditions(refund.atMs), ...refund };
}

function refundAdditions(atMs: number) {
  return { refundNo: "", state: "done", doneAtMs: atMs, notifyUrl: "", mode: "key" } as const;
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
  const keptMs = profileOf(book.network).payerCode.lifeMs * 10;
  for (const [text, code] of book.codes) {
    if (code.expiresAtMs > nowMs - keptMs) return;
    book.codes.delete(text);
  }
}
