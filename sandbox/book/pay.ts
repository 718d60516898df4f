// Paying with a payer’s code as a decision: who pays what with which code, and every reason why not.
import { aged, findTrade, newTrade, orderIn, paidEvent, refusedEvent } from "./trades.ts";
import { fundingRefusal } from "./funding.ts";
import { profileOf } from "./profile.ts";
import { sameTerms } from "./instalments.ts";
import { limits } from "./limits.ts";
import type {
  Book,
  BookEvent,
  Decision,
  Merchant,
  Order,
  PayRequest,
  RefusalReason,
  Trade,
  Wallet,
} from "./model.ts";

/** Decides one payment at this moment. The same order again with the same content gets the same answer and moves nothing. */
export function decidePay(book: Book, request: PayRequest, now: Date): Decision {
  const nowMs = now.getTime();
  const merchant = book.merchants.get(request.appId);
  if (merchant === undefined) return refused("sellerUnknown", [], request, "", nowMs);
  const merchantReason = merchantRefusal(merchant, request);
  if (merchantReason !== null) return refused(merchantReason, [], request, "", nowMs);
  const existing = findTrade(book, merchant, { tradeNo: "", outTradeNo: request.outTradeNo });
  if (existing !== null)
    return decideAgain(book, request, { merchant, ...aged(profileOf(book.network), existing, nowMs) }, nowMs);
  if (request.expiresAtMs <= nowMs) return refused("expiryPassed", [], request, "", nowMs);
  const wallet = walletOfCode(book, request);
  if (wallet === null) return refused("codeInvalid", [], request, "", nowMs);
  const spent: BookEvent = { kind: "codeSpent", code: request.authCode, atMs: nowMs };
  const reason = fundingRefusal(book, { wallet, merchant, order: request });
  if (reason !== null) return refused(reason, [spent], request, wallet.id, nowMs);
  return createTrade(book, request, { merchant, wallet, spent }, nowMs);
}

/** Why this merchant may not be paid this order, or null. */
export function merchantRefusal(merchant: Merchant, request: Order): RefusalReason | null {
  if (request.sellerId !== "" && request.sellerId !== merchant.sellerId) return "sellerUnknown";
  if (merchant.state === "blocked") return "merchantBlocked";
  if (merchant.products.facePay === "closed") return "facePayNotOpen";
  if (request.amountFen > limits.amountFenMax) return "amountTooLarge";
  return null;
}

/** The wallet behind a fresh payer code, or null: unknown, spent and expired codes look alike from outside. */
function walletOfCode(book: Book, request: PayRequest): Wallet | null {
  const code = book.codes.get(request.authCode);
  if (code === undefined || code.state === "spent" || code.expiresAtMs <= request.admittedAtMs) return null;
  return book.wallets.get(code.walletId) ?? null;
}

type Party = Readonly<{ merchant: Merchant; wallet: Wallet; spent: BookEvent }>;

function createTrade(book: Book, request: PayRequest, party: Party, nowMs: number): Decision {
  const { merchant, wallet, spent } = party;
  const order = { ...orderIn(request), sellerId: merchant.sellerId };
  const trade = newTrade(book, order, { walletId: wallet.id, authCode: request.authCode }, nowMs);
  const created: BookEvent = { kind: "tradeCreated", trade };
  if (request.amountFen > wallet.passwordAboveFen)
    return { events: [spent, created], answer: { kind: "trade", trade } };
  const paid: Trade = { ...trade, status: "TRADE_SUCCESS", funding: wallet.funding, paidAtMs: nowMs };
  return {
    events: [spent, created, paidEvent(trade, wallet.funding, nowMs)],
    answer: { kind: "trade", trade: paid },
  };
}

type Existing = Readonly<{ merchant: Merchant; trade: Trade; events: readonly BookEvent[] }>;

/** The order number is known already: a repeat, another attempt to pay the same order, or a different order under its name. */
function decideAgain(book: Book, request: PayRequest, existing: Existing, nowMs: number): Decision {
  const { trade, events } = existing;
  const difference = orderDifference(trade, request);
  if (difference !== null) return refused(difference, events, request, "", nowMs);
  if (trade.status === "TRADE_CLOSED") return refused("alreadyClosed", events, request, "", nowMs);
  if (trade.authCode === request.authCode) return { events, answer: { kind: "trade", trade } };
  if (trade.status !== "WAIT_BUYER_PAY") return refused("alreadyPaid", events, request, "", nowMs);
  const wallet = walletOfCode(book, request);
  if (wallet === null) return refused("codeInvalid", events, request, "", nowMs);
  if (wallet.id !== trade.walletId) return refused("payerDiffers", events, request, wallet.id, nowMs);
  // The payer shows a fresh code for an order that waits for the password: the order goes on waiting.
  const spent: BookEvent = { kind: "codeSpent", code: request.authCode, atMs: nowMs };
  return { events: [...events, spent], answer: { kind: "trade", trade } };
}

/** How an order differs from what its number stands for already, or null. */
export function orderDifference(known: Order, request: Order): RefusalReason | null {
  if (!sameTerms(known.instalments, request.instalments)) return "creditTermsDiffer";
  const same =
    known.amountFen === request.amountFen &&
    known.subject === request.subject &&
    known.body === request.body &&
    known.storeId === request.storeId &&
    known.payerUserId === request.payerUserId;
  return same ? null : "contentDiffers";
}

function refused(
  reason: RefusalReason,
  events: readonly BookEvent[],
  request: PayRequest,
  walletId: string,
  atMs: number,
): Decision {
  const { outTradeNo, appId, amountFen } = request;
  const record = refusedEvent({ outTradeNo, appId, walletId, amountFen, reason, atMs });
  return { events: [...events, record], answer: { kind: "refused", reason } };
}
