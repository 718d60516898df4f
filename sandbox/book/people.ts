// What people do outside the gateway: payers with their phones, merchants and their back office with their accounts.
// Each decision returns the facts to enter, or a declared refusal.
import { refuse, success, type Result } from "@huiyin/server/kernel/result.ts";
import {
  fundingAccount,
  held,
  merchantAccount,
  outsideAccount,
  payoutAccount,
  transfer,
} from "./accounts.ts";
import { cardOf, fundingRefusal } from "./funding.ts";
import { limits } from "./limits.ts";
import { profileOf } from "./profile.ts";
import { aged, paidEvent } from "./trades.ts";
import type {
  Book,
  BookEvent,
  Card,
  Funding,
  Merchant,
  PayerCode,
  Product,
  ProductState,
  RefusalReason,
  Trade,
  Wallet,
  WalletState,
} from "./model.ts";

export type Facts<T> = Result<Readonly<{ events: readonly BookEvent[]; value: T }>>;

export type NewWallet = Readonly<{
  name: string;
  balanceFen: bigint;
  huabeiLimitFen: bigint;
  huabeiUsedFen: bigint;
  huabeiState: "open" | "closed";
  cards: ReadonlyArray<Omit<Card, "id"> & { balanceFen: bigint }>;
  funding: Funding;
  state: WalletState;
  passwordAboveFen: bigint;
  password: string;
}>;

/** Opens a wallet and fills it from outside. Refuses a funding that names no card of this wallet. */
export function openWallet(book: Book, wanted: NewWallet, now: Date): Facts<Wallet> {
  if (book.wallets.size >= limits.walletsMax) return refuse("sandbox_full", { max: limits.walletsMax });
  const count = book.sequence + 1;
  const profile = profileOf(book.network);
  const wallet: Wallet = {
    id: profile.walletId(count),
    name: wanted.name,
    buyerUserId: profile.payerId(count),
    logonId: `138****${String(count).padStart(4, "0").slice(-4)}`,
    state: wanted.state,
    funding: wanted.funding,
    huabei: { state: wanted.huabeiState, limitFen: wanted.huabeiLimitFen, withheldFen: 0n },
    cards: wanted.cards.map(({ kind, bankName, tail, limitFen }, index) => {
      return { id: String(index + 1), kind, bankName, tail, limitFen };
    }),
    passwordAboveFen: wanted.passwordAboveFen,
    password: wanted.password,
    wrongPasswords: 0,
    openedAtMs: now.getTime(),
  };
  const refusal = fundingNames(wallet);
  if (refusal !== null) return refusal;
  const postings = [
    ...transfer(outsideAccount, fundingAccount(wallet.id, "balance"), wanted.balanceFen),
    ...transfer(fundingAccount(wallet.id, "huabei"), outsideAccount, wanted.huabeiUsedFen),
    ...wanted.cards.flatMap((card, index) => {
      return transfer(outsideAccount, fundingAccount(wallet.id, `card:${index + 1}`), card.balanceFen);
    }),
  ].filter((posting) => posting.amountFen !== 0n);
  return success({ events: [{ kind: "walletOpened", wallet, postings }], value: wallet });
}

export type WalletChanges = Readonly<{
  name?: string;
  state?: WalletState;
  funding?: Funding;
  huabeiState?: "open" | "closed";
  huabeiLimitFen?: bigint;
  huabeiWithheldFen?: bigint;
  passwordAboveFen?: bigint;
  password?: string;
  balanceFen?: bigint;
}>;

/** Changes a wallet; a new balance is reached by money from or to outside. A new password forgives wrong attempts. */
export function changeWallet(book: Book, walletId: string, changes: WalletChanges): Facts<Wallet> {
  const found = book.wallets.get(walletId);
  if (found === undefined) return refuse("not_found", { what: walletId });
  const wallet: Wallet = {
    ...found,
    name: changes.name ?? found.name,
    state: changes.state ?? found.state,
    funding: changes.funding ?? found.funding,
    huabei: {
      state: changes.huabeiState ?? found.huabei.state,
      limitFen: changes.huabeiLimitFen ?? found.huabei.limitFen,
      withheldFen: changes.huabeiWithheldFen ?? found.huabei.withheldFen,
    },
    passwordAboveFen: changes.passwordAboveFen ?? found.passwordAboveFen,
    password: changes.password ?? found.password,
    wrongPasswords: changes.password === undefined ? found.wrongPasswords : 0,
  };
  const refusal = fundingNames(wallet) ?? creditCovers(book, wallet);
  if (refusal !== null) return refusal;
  const account = fundingAccount(walletId, "balance");
  const differenceFen = changes.balanceFen === undefined ? 0n : changes.balanceFen - held(book, account);
  const postings = differenceFen === 0n ? [] : transfer(outsideAccount, account, differenceFen);
  return success({ events: [{ kind: "walletChanged", wallet, postings }], value: wallet });
}

function fundingNames(wallet: Wallet): Facts<never> | null {
  const { funding } = wallet;
  if (funding === "balance" || funding === "huabei" || cardOf(wallet, funding) !== undefined) return null;
  return refuse("not_found", { what: funding });
}

function creditCovers(book: Book, wallet: Wallet): Facts<never> | null {
  const lentFen = -held(book, fundingAccount(wallet.id, "huabei"));
  if (wallet.huabei.limitFen >= lentFen) return null;
  return refuse("sandbox_credit_below_use", { usedFen: Number(lentFen) });
}

/** Shows a payer code: digits in the network’s shape, drawn by the caller, good once and for a minute. */
export function issueCode(book: Book, walletId: string, digits: string, now: Date): Facts<PayerCode> {
  if (!book.wallets.has(walletId)) return refuse("not_found", { what: walletId });
  const issuedAtMs = now.getTime();
  const expiresAtMs = issuedAtMs + profileOf(book.network).payerCode.lifeMs;
  const code: PayerCode = { code: digits, walletId, issuedAtMs, expiresAtMs, state: "fresh" };
  return success({ events: [{ kind: "codeIssued", code }], value: code });
}

export type Approval =
  | Readonly<{ kind: "paid"; trade: Trade }>
  | Readonly<{ kind: "wrongPassword"; attemptsLeft: number }>
  /** The password was right, but the chosen means cannot pay; the payer may choose another and try again. */
  | Readonly<{ kind: "refused"; reason: RefusalReason }>;

/** The payer types the password for a trade that waits for it. */
export function approve(
  book: Book,
  approval: Readonly<{ walletId: string; tradeNo: string; password: string }>,
  now: Date,
): Facts<Approval> {
  const wallet = book.wallets.get(approval.walletId);
  const found = book.trades.get(approval.tradeNo);
  if (wallet === undefined) return refuse("not_found", { what: approval.walletId });
  if (found === undefined || found.walletId !== wallet.id)
    return refuse("not_found", { what: approval.tradeNo });
  const { trade } = aged(profileOf(book.network), found, now.getTime());
  if (trade.status !== "WAIT_BUYER_PAY")
    return refuse("sandbox_nothing_to_approve", { status: trade.status });
  if (wallet.wrongPasswords >= limits.wrongPasswordsMax) return refuse("sandbox_password_locked", {});
  if (approval.password !== wallet.password) return wrongPassword(wallet);
  const forgiven: Wallet = { ...wallet, wrongPasswords: 0 };
  const events: BookEvent[] = wallet.wrongPasswords === 0 ? [] : [changed(forgiven)];
  const merchant = book.merchants.get(trade.appId);
  if (merchant === undefined) return refuse("not_found", { what: trade.appId });
  const reason = fundingRefusal(book, { wallet, merchant, order: trade });
  if (reason !== null) return success({ events, value: { kind: "refused", reason } });
  const paidAtMs = now.getTime();
  const paid: Trade = { ...trade, status: "TRADE_SUCCESS", funding: wallet.funding, paidAtMs };
  const value: Approval = { kind: "paid", trade: paid };
  return success({ events: [...events, paidEvent(trade, wallet.funding, paidAtMs)], value });
}

function wrongPassword(wallet: Wallet): Facts<Approval> {
  const wrongPasswords = wallet.wrongPasswords + 1;
  const attemptsLeft = limits.wrongPasswordsMax - wrongPasswords;
  return success({
    events: [changed({ ...wallet, wrongPasswords })],
    value: { kind: "wrongPassword", attemptsLeft },
  });
}

function changed(wallet: Wallet): BookEvent {
  return { kind: "walletChanged", wallet, postings: [] };
}

/** A merchant to be: what is not said about its products is closed. */
export type NewMerchant = Readonly<
  Pick<Merchant, "name" | "publicKey" | "state" | "fundBill" | "notifyStates"> & {
    products: Readonly<Partial<Merchant["products"]>>;
    keys?: Merchant["keys"];
    providerId?: string;
  }
>;

/** Registers a merchant at the simulated network. */
export function registerMerchant(book: Book, wanted: NewMerchant, now: Date): Facts<Merchant> {
  if (book.merchants.size >= limits.merchantsMax) return refuse("sandbox_full", { max: limits.merchantsMax });
  const registeredAtMs = now.getTime();
  const { name, publicKey, state, fundBill, notifyStates, keys = {}, providerId = "" } = wanted;
  const merchant: Merchant = {
    ...{ name, publicKey, keys, providerId, state, fundBill, notifyStates, registeredAtMs },
    products: { facePay: "closed", huabei: "closed", huabeiInstalment: "closed", ...wanted.products },
    withheldFen: 0n,
    ...profileOf(book.network).merchant(book.sequence + 1),
  };
  return success({ events: [{ kind: "merchantRegistered", merchant }], value: merchant });
}

export type MerchantChanges = Readonly<
  Partial<Pick<Merchant, "state" | "publicKey" | "keys" | "fundBill" | "notifyStates" | "withheldFen">> & {
    product?: Readonly<{ code: Product; state: ProductState }>;
    /** What is to be on the account: the difference is paid out to the merchant’s bank, or topped up from it. */
    balanceFen?: bigint;
  }
>;

/** Changes what the network holds about a merchant: a product opened or closed, the account blocked or freed, the key, the balance. */
export function changeMerchant(book: Book, appId: string, changes: MerchantChanges): Facts<Merchant> {
  const found = book.merchants.get(appId);
  if (found === undefined) return refuse("not_found", { what: appId });
  const { product, balanceFen, ...rest } = changes;
  const opened =
    product === undefined ? found.products : { ...found.products, [product.code]: product.state };
  const merchant: Merchant = { ...found, ...rest, products: opened };
  const account = merchantAccount(found.sellerId);
  const differenceFen = balanceFen === undefined ? 0n : balanceFen - held(book, account);
  const postings =
    differenceFen === 0n ? [] : transfer(payoutAccount(found.sellerId), account, differenceFen);
  return success({ events: [{ kind: "merchantChanged", merchant, postings }], value: merchant });
}
