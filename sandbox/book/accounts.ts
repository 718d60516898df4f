// Double entry inside the sandbox’s books: every fact moves money between named accounts and adds up to zero.
import { assert } from "@huiyin/server/kernel/assert.ts";
import type { Book, Card, Funding, Merchant, Posting, Trade, Wallet } from "./model.ts";

/** Where money comes from when a wallet is filled, and where it goes when it is emptied. */
export const outsideAccount = "world:outside";

/** The account behind a means of payment: below zero for what Huabei or a credit card has lent. */
export function fundingAccount(walletId: string, funding: Funding): string {
  return `wallet:${walletId}:${funding}`;
}

/** The account on which a merchant receives. */
export function merchantAccount(sellerId: string): string {
  return `merchant:${sellerId}`;
}

/** Where a merchant’s money goes when it is paid out to its bank, and where it comes from when the merchant tops up. */
export function payoutAccount(sellerId: string): string {
  return `payout:${sellerId}`;
}

/** Refunds that have left the merchant and not yet reached their payers. */
export function refundingAccount(sellerId: string): string {
  return `refunding:${sellerId}`;
}

/** What a merchant can give back from now, in fen; never below zero. */
export function merchantAvailable(book: Book, merchant: Merchant): bigint {
  const free = held(book, merchantAccount(merchant.sellerId)) - merchant.withheldFen;
  return free > 0n ? free : 0n;
}

/** What is on an account now, in fen; 0 where nothing was ever posted. */
export function held(book: Book, account: string): bigint {
  return book.accounts.get(account) ?? 0n;
}

/** The two postings that carry an amount from one account to another. */
export function transfer(from: string, to: string, amountFen: bigint): readonly Posting[] {
  return [
    { account: from, amountFen: -amountFen },
    { account: to, amountFen },
  ];
}

/** Books the postings of one fact. Asserts that they add up to zero: money is moved, never made. */
export function post(book: Book, postings: readonly Posting[]): void {
  const sum = postings.reduce((total, posting) => total + posting.amountFen, 0n);
  assert(sum === 0n, `sandbox postings add up to ${sum} fen`);
  for (const { account, amountFen } of postings) book.accounts.set(account, held(book, account) + amountFen);
}

/** Huabei credit that can still be used, in fen; never below zero. */
export function huabeiAvailable(book: Book, wallet: Wallet): bigint {
  const lent = -held(book, fundingAccount(wallet.id, "huabei"));
  const free = wallet.huabei.limitFen - wallet.huabei.withheldFen - lent;
  return free > 0n ? free : 0n;
}

/** What a card can still pay, in fen. */
export function cardAvailable(book: Book, wallet: Wallet, card: Card): bigint {
  return card.limitFen + held(book, fundingAccount(wallet.id, `card:${card.id}`));
}

/**
 * Everything that does not add up in the books, one sentence each; empty when they are sound.
 * The sum of all accounts is zero, nobody has overdrawn, each merchant holds (or was paid out) exactly what its trades
 * say, and no trade has given back more than it took.
 */
export function booksProblems(book: Book): string[] {
  const problems: string[] = [];
  const sum = [...book.accounts.values()].reduce((total, amount) => total + amount, 0n);
  if (sum !== 0n) problems.push(`all accounts together hold ${sum} fen instead of 0`);
  for (const wallet of book.wallets.values()) problems.push(...walletProblems(book, wallet));
  const receipts = new Map<string, bigint>();
  const underWay = new Map<string, bigint>();
  for (const trade of book.trades.values()) {
    receipts.set(trade.sellerId, (receipts.get(trade.sellerId) ?? 0n) + kept(trade));
    underWay.set(trade.sellerId, (underWay.get(trade.sellerId) ?? 0n) + onItsWay(trade));
    problems.push(...refundProblems(trade));
  }
  for (const { sellerId } of book.merchants.values()) {
    const balance = held(book, merchantAccount(sellerId));
    const [says, holds] = [receipts.get(sellerId) ?? 0n, balance + held(book, payoutAccount(sellerId))];
    if (says !== holds) problems.push(`merchant ${sellerId} holds ${holds} fen, its trades say ${says}`);
    if (balance < 0n) problems.push(`merchant ${sellerId}: balance ${balance} fen`);
    const [sent, travels] = [underWay.get(sellerId) ?? 0n, held(book, refundingAccount(sellerId))];
    if (sent !== travels)
      problems.push(`merchant ${sellerId}: refunds of ${sent} fen under way, not ${travels}`);
  }
  return problems;
}

function refundProblems(trade: Trade): string[] {
  const { tradeNo, amountFen, refundedFen, refunds } = trade;
  const problems: string[] = [];
  const sum = refunds.reduce((total, refund) => total + refund.amountFen, 0n);
  if (sum !== refundedFen) problems.push(`${tradeNo}: refunds of ${sum} fen, refunded ${refundedFen}`);
  if (refundedFen > amountFen) problems.push(`${tradeNo}: refunded ${refundedFen} of ${amountFen} fen`);
  if (refundedFen > 0n && trade.paidAtMs === 0)
    problems.push(`${tradeNo}: refunded without having been paid`);
  const whole = refundedFen === amountFen;
  if (refundedFen > 0n && whole !== (trade.status === "TRADE_CLOSED")) {
    problems.push(`${tradeNo}: refunded ${refundedFen} of ${amountFen} fen and ${trade.status}`);
  }
  return problems;
}

function walletProblems(book: Book, wallet: Wallet): string[] {
  const problems: string[] = [];
  const balance = held(book, fundingAccount(wallet.id, "balance"));
  if (balance < 0n) problems.push(`${wallet.id}: balance ${balance} fen`);
  if (-held(book, fundingAccount(wallet.id, "huabei")) > wallet.huabei.limitFen) {
    problems.push(`${wallet.id}: Huabei lent more than its limit`);
  }
  for (const card of wallet.cards) {
    if (cardAvailable(book, wallet, card) < 0n) problems.push(`${wallet.id}: card ${card.id} is overdrawn`);
  }
  return problems;
}

/** What has left the merchant and not reached the payer. */
function onItsWay({ refunds }: Trade): bigint {
  return refunds.reduce((sum, { state, amountFen }) => (state === "done" ? sum : sum + amountFen), 0n);
}

function kept(trade: Trade): bigint {
  return trade.paidAtMs === 0 ? 0n : trade.amountFen - trade.refundedFen;
}
