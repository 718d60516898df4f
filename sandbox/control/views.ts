// What the control calls answer: wallets, trades and books in the shapes of our own contract. Amounts are fen.
import { rfc3339 } from "@huiyin/server/kernel/time.ts";
import type { World } from "../world/model.ts";
import type { Finished, Notification } from "../world/outbox.ts";
import {
  cardAvailable,
  fundingAccount,
  held,
  huabeiAvailable,
  merchantAccount,
  merchantAvailable,
} from "../book/accounts.ts";
import { planOf } from "../book/instalments.ts";
import { limits } from "../book/limits.ts";
import type { Book, Merchant, Refused, Trade, Wallet } from "../book/model.ts";
import type { FaultView } from "../faults/panel.ts";

const currency = "CNY";

/** A moment, or null where 0 stands for “not yet”. */
function at(ms: number): string | null {
  return ms === 0 ? null : rfc3339(new Date(ms));
}

/** One payer’s wallet as its owner sees it, with the trades that wait for the password. */
export function walletView(book: Book, wallet: Wallet): Readonly<Record<string, unknown>> {
  // An order in a page is paid on that page: its own sheet asks for the password.
  const waiting = [...book.waiting]
    .map((tradeNo) => book.trades.get(tradeNo))
    .filter((trade): trade is Trade => trade?.walletId === wallet.id && trade.payerUserId === undefined);
  return {
    id: wallet.id,
    channel: book.network,
    name: wallet.name,
    account: wallet.logonId,
    buyerUserId: wallet.buyerUserId,
    state: wallet.state,
    funding: wallet.funding,
    currency,
    balance: Number(held(book, fundingAccount(wallet.id, "balance"))),
    huabei: {
      state: wallet.huabei.state,
      limit: Number(wallet.huabei.limitFen),
      used: Number(-held(book, fundingAccount(wallet.id, "huabei"))),
      available: Number(huabeiAvailable(book, wallet)),
    },
    cards: wallet.cards.map((card) => ({
      id: card.id,
      kind: card.kind,
      bank: card.bankName,
      tail: card.tail,
      available: Number(cardAvailable(book, wallet, card)),
    })),
    passwordAbove: Number(wallet.passwordAboveFen),
    passwordState: wallet.wrongPasswords >= limits.wrongPasswordsMax ? "locked" : "normal",
    waiting: waiting.map((trade) => tradeView(book, trade)),
  };
}

/** One trade as the books hold it. */
export function tradeView(book: Book, trade: Trade): Readonly<Record<string, unknown>> {
  return {
    channel: book.network,
    tradeNo: trade.tradeNo,
    outTradeNo: trade.outTradeNo,
    appId: trade.appId,
    sellerId: trade.sellerId,
    merchantName: book.merchants.get(trade.appId)?.name ?? "",
    walletId: trade.walletId === "" ? null : trade.walletId,
    status: trade.status,
    amount: Number(trade.amountFen),
    refunded: Number(trade.refundedFen),
    currency,
    refunds: trade.refunds.map(({ requestNo, amountFen, reason, atMs, state }) => ({
      requestNo: requestNo === "" ? null : requestNo,
      state,
      amount: Number(amountFen),
      reason: reason === "" ? null : reason,
      at: at(atMs),
    })),
    funding: trade.funding === "" ? null : trade.funding,
    instalments: instalmentsView(trade),
    subject: trade.subject,
    /** Whose code was scanned. */
    shownBy: trade.authCode === "" ? "merchant" : "payer",
    createdAt: at(trade.createdAtMs),
    expiresAt: at(trade.expiresAtMs),
    paidAt: at(trade.paidAtMs),
    closedAt: at(trade.closedAtMs),
    closedBy: trade.closedBy === "" ? null : trade.closedBy,
  };
}

/** The instalments that an order asks for, with what they cost the payer on what is still owed; null where it asks for none. */
function instalmentsView(trade: Trade): Readonly<Record<string, unknown>> | null {
  if (trade.instalments === null) return null;
  const plan = planOf(trade.amountFen - trade.refundedFen, trade.instalments);
  const { months, feeBearer, feeFen, monthlyFen, lastMonthFen } = plan;
  return {
    months,
    feeBearer,
    fee: Number(feeFen),
    monthly: Number(monthlyFen),
    lastMonth: Number(lastMonthFen),
  };
}

/** A merchant as its network knows it. */
export function merchantView(book: Book, merchant: Merchant): Readonly<Record<string, unknown>> {
  return {
    channel: book.network,
    appId: merchant.appId,
    sellerId: merchant.sellerId,
    name: merchant.name,
    state: merchant.state,
    products: merchant.products,
    /** What is on its account at the network; what was paid out to its bank is not. */
    received: Number(held(book, merchantAccount(merchant.sellerId))),
    available: Number(merchantAvailable(book, merchant)),
    notifyStates: merchant.notifyStates,
    providerId: merchant.providerId === "" ? null : merchant.providerId,
    verifyBy: merchant.keys["verifyBy"] ?? null,
    currency,
  };
}

/** What a payer has paid or was asked to pay, and what was refused with the reason the phone shows; newest first. */
export function paymentsOf(book: Book, walletId: string, limit: number): Readonly<Record<string, unknown>> {
  const mine = (record: Readonly<{ walletId: string }>): boolean => record.walletId === walletId;
  const filter = { outTradeNo: null, appId: null, newest: limit };
  const refusals = cut(filter, book.refusals.filter(mine));
  return {
    items: cut(filter, [...book.trades.values()].filter(mine)).map((trade) => tradeView(book, trade)),
    refusals: refusals.map((refused) => ({
      ...refusedView(refused),
      merchantName: book.merchants.get(refused.appId)?.name ?? "",
    })),
  };
}

export type BooksFilter = Readonly<{
  outTradeNo: string | null;
  appId: string | null;
  /** So many of each list, newest first; null for everything in the order it happened. */
  newest: number | null;
}>;

/** The whole book of the channel, or the part that a filter names: the oracle. */
export function booksView(world: World, filter: BooksFilter, now: Date): Readonly<Record<string, unknown>> {
  const { book, state } = world;
  const problems = world.problems();
  const trades = [...book.trades.values()].filter((trade) => covers(filter, trade));
  return {
    channel: book.network,
    at: rfc3339(now),
    state: problems.length === 0 ? "sound" : "unsound",
    problems,
    currency,
    counts: { trades: book.trades.size, refusals: book.refusals.length, pending: state.outbox.pending.size },
    merchants: [...book.merchants.values()].map((merchant) => merchantView(book, merchant)),
    accounts: [...book.accounts].map(([account, amountFen]) => ({ account, amount: Number(amountFen) })),
    trades: cut(filter, trades).map((trade) => tradeView(book, trade)),
    refusals: cut(
      filter,
      book.refusals.filter((refused) => covers(filter, refused)),
    ).map(refusedView),
    notifications: {
      pending: world.pendingNotifications().map(notificationView),
      finished: cut(filter, state.outbox.finished).map(finishedView),
    },
  };
}

function cut<T>(filter: BooksFilter, list: readonly T[]): readonly T[] {
  return filter.newest === null ? list : list.slice(-filter.newest).toReversed();
}

function covers(filter: BooksFilter, record: Readonly<{ outTradeNo: string; appId: string }>): boolean {
  return (
    (filter.outTradeNo === null || filter.outTradeNo === record.outTradeNo) &&
    (filter.appId === null || filter.appId === record.appId)
  );
}

function refusedView(refused: Refused): Readonly<Record<string, unknown>> {
  const { outTradeNo, appId, walletId, amountFen, reason, atMs } = refused;
  return {
    outTradeNo,
    appId,
    walletId: walletId || null,
    amount: Number(amountFen),
    currency,
    reason,
    at: at(atMs),
  };
}

function notificationView(notification: Notification): Readonly<Record<string, unknown>> {
  const { notifyId, tradeNo, status, sender, attempts, url, queuedAtMs, dueAtMs } = notification;
  return { notifyId, tradeNo, status, sender, attempts, url, queuedAt: at(queuedAtMs), dueAt: at(dueAtMs) };
}

function finishedView(finished: Finished): Readonly<Record<string, unknown>> {
  const { notification, result, atMs } = finished;
  const { notifyId, tradeNo, status, sender, attempts } = notification;
  return { notifyId, tradeNo, status, sender, attempts, result, endedAt: at(atMs) };
}

/** One fault with its switch. */
export function faultView(fault: FaultView): Readonly<Record<string, unknown>> {
  const { scope, ...rest } = fault;
  if (scope === null) return { ...rest, scope: null };
  const { appId, walletId, operations, remaining, delayMs, untilMs } = scope;
  return {
    ...rest,
    scope: {
      appId,
      walletId,
      operations,
      nextRequests: remaining,
      delaySeconds: delayMs === null ? null : delayMs / 1_000,
      until: untilMs === null ? null : at(untilMs),
    },
  };
}
