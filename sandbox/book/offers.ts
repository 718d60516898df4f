// Codes that the merchant shows (precreate), and what a payer’s scan makes of them. Until somebody scans, Alipay knows
// no trade: a query or a close finds nothing, and the code goes on living. Elsewhere the trade is there from the start.
import { refuse, success } from "@huiyin/server/kernel/result.ts";
import { orderKey } from "./apply.ts";
import type {
  Book,
  BookEvent,
  Decision,
  Merchant,
  Offer,
  OfferRequest,
  RefusalReason,
  Trade,
} from "./model.ts";
import { merchantRefusal, orderDifference } from "./pay.ts";
import { limits } from "./limits.ts";
import type { Facts } from "./people.ts";
import { profileOf } from "./profile.ts";
import { aged, findTrade, newTrade, orderIn, refusedEvent } from "./trades.ts";

/** Decides one request for a code. The same order again gets the same code while it lives. */
export function decideOffer(book: Book, request: OfferRequest, now: Date): Decision {
  const nowMs = now.getTime();
  const merchant = book.merchants.get(request.appId);
  if (merchant === undefined) return refused("sellerUnknown", [], request, nowMs);
  const events: BookEvent[] = [];
  const trade = findTrade(book, merchant, { tradeNo: "", outTradeNo: request.outTradeNo });
  const profile = profileOf(book.network);
  const current = trade === null ? null : aged(profile, trade, nowMs);
  if (current !== null) events.push(...current.events);
  const offer = livingOffer(book, merchant, request.outTradeNo, nowMs);
  const reason =
    merchantRefusal(merchant, request) ??
    (request.expiresAtMs <= nowMs ? "expiryPassed" : null) ??
    (current === null ? null : tradeRefusal(current.trade)) ??
    differenceFrom(offer?.order ?? current?.trade ?? null, request);
  if (reason !== null) return refused(reason, events, request, nowMs);
  if (offer !== null) return { events, answer: { kind: "offered", offer } };
  const order = { ...orderIn(request), sellerId: merchant.sellerId };
  let tradeNo = current?.trade.tradeNo ?? "";
  if (tradeNo === "" && profile.tradeOfCode === "atOnce") {
    const created = newTrade(book, order, { walletId: "", authCode: "" }, nowMs);
    events.push({ kind: "tradeCreated", trade: created });
    tradeNo = created.tradeNo;
  }
  const made: Offer = {
    codeUrl: profile.codeUrl(nowMs, book.sequence + 1),
    order,
    createdAtMs: nowMs,
    expiresAtMs: Math.min(request.codeExpiresAtMs, request.expiresAtMs, nowMs + limits.offerMsMax),
    tradeNo,
  };
  return {
    events: [...events, { kind: "offerMade", offer: made }],
    answer: { kind: "offered", offer: made },
  };
}

/** Why a code makes no sense any more for an order that is a trade already, or null. */
function tradeRefusal(trade: Trade): RefusalReason | null {
  if (trade.status === "TRADE_CLOSED") return "alreadyClosed";
  return trade.status === "WAIT_BUYER_PAY" ? null : "alreadyPaid";
}

function differenceFrom(known: Offer["order"] | null, request: OfferRequest): RefusalReason | null {
  return known === null ? null : orderDifference(known, request);
}

function livingOffer(book: Book, merchant: Merchant, outTradeNo: string, nowMs: number): Offer | null {
  const codeUrl = book.offerOfOrder.get(orderKey(merchant.sellerId, outTradeNo));
  const offer = codeUrl === undefined ? undefined : book.offers.get(codeUrl);
  return offer === undefined || offer.expiresAtMs <= nowMs ? null : offer;
}

/** Codes that can be scanned now and nobody has scanned yet, the newest first. */
export function openOffers(book: Book, nowMs: number): readonly Offer[] {
  return (
    [...book.offers.values()]
      .filter((offer) => offer.expiresAtMs > nowMs && nobodyScanned(book, offer))
      // An order in a page has no code.
      .filter(({ order }) => order.payerUserId === undefined)
      .toReversed()
  );
}

function nobodyScanned(book: Book, { tradeNo }: Offer): boolean {
  const trade = tradeNo === "" ? undefined : book.trades.get(tradeNo);
  return tradeNo === "" || (trade?.walletId === "" && trade.status === "WAIT_BUYER_PAY");
}

/**
 * A payer scans a code: now there is a trade, and it waits for this payer to confirm. Scanning again finds the same one.
 * Refuses codes that are unknown or expired, another payer’s, and what has been paid or closed meanwhile.
 */
export function scanOffer(
  book: Book,
  scan: Readonly<{ walletId: string; codeUrl: string }>,
  now: Date,
): Facts<Trade> {
  const { walletId, codeUrl } = scan;
  const nowMs = now.getTime();
  const wallet = book.wallets.get(walletId);
  if (wallet === undefined) return refuse("not_found", { what: walletId });
  const offer = book.offers.get(codeUrl);
  if (offer === undefined || offer.expiresAtMs <= nowMs) return refuse("sandbox_scan_unknown", {});
  const { order } = offer;
  if (order.payerUserId !== undefined && order.payerUserId !== wallet.buyerUserId)
    return refuse("sandbox_scan_taken", {});
  const tradeNo = offer.tradeNo || book.tradeNoOfOrder.get(orderKey(order.sellerId, order.outTradeNo));
  const known = tradeNo === undefined ? undefined : book.trades.get(tradeNo);
  if (known === undefined) {
    const trade = newTrade(book, order, { walletId, authCode: "" }, nowMs);
    const created: BookEvent = { kind: "tradeCreated", trade };
    const taken: BookEvent = { kind: "offerTaken", codeUrl, tradeNo: trade.tradeNo };
    return success({ events: [created, taken], value: trade });
  }
  if (known.walletId !== "" && known.walletId !== walletId) return refuse("sandbox_scan_taken", {});
  const { trade, events } = aged(profileOf(book.network), known, nowMs);
  if (trade.status === "WAIT_BUYER_PAY") {
    const taken: BookEvent = { kind: "tradeTaken", tradeNo: trade.tradeNo, walletId };
    return success({ events: known.walletId === "" ? [taken] : events, value: { ...trade, walletId } });
  }
  return refuse("sandbox_nothing_to_approve", { status: trade.status });
}

function refused(
  reason: RefusalReason,
  events: readonly BookEvent[],
  request: OfferRequest,
  atMs: number,
): Decision {
  const { outTradeNo, appId, amountFen } = request;
  const record = refusedEvent({ outTradeNo, appId, walletId: "", amountFen, reason, atMs });
  return { events: [...events, record], answer: { kind: "refused", reason } };
}
