// Printed codes of a store: made and put out of use by the merchant, paid through by whoever opens the page behind one.
import type { ChannelCode, Localized } from "@huiyin/contract/words.ts";
import { channelWords } from "@huiyin/contract/words.ts";
import { writeMerchantCode } from "@huiyin/contract/emvco.ts";
import { assert } from "../../kernel/assert.ts";
import { yuanText, type Money } from "../../kernel/money.ts";
import { refuse, success, type Result } from "../../kernel/result.ts";
import type { World } from "../../kernel/world.ts";
import { sqlStateOf } from "../../platform/pg/errors.ts";
import type { Pg } from "../../platform/pg/pg.ts";
import type { Vault } from "../../platform/secrets.ts";
import type { EarlierPayment, FormKey } from "./earlier.ts";
import type { AskedThrough } from "./session.ts";
import type { StateInPage } from "./state.ts";
import { createTurns, type Turns } from "./turns.ts";
import {
  staticCodeAmountMax,
  tokenBytes,
  tokenOf,
  tokenPattern,
  typedYuan,
  type StoreCode,
} from "./model.ts";
import { changeState, countCodes, findByToken, insertCode, listCodes } from "./store.ts";

/** The shop as a payer reads it. */
export type Shop = Readonly<{ merchantNames: Localized; storeNames: Localized }>;

/** A payment that the payer makes by a code of the channel, which the page shows or opens; without an address, by its bridge. */
export type PayPage = Readonly<{ paymentId: string; url: string | null; expiresAt: Date }>;

/** A payer whom the wallet named to one account of the merchant. */
export type KnownPayer = AskedThrough & Readonly<{ payerId: string }>;

/** What the page of a payer is told of its payment. `call` is what the bridge takes, signed now, where it was asked for. */
export type PaymentInPage = Readonly<{
  state: StateInPage;
  call: Readonly<Record<string, string>> | null;
}>;

/** The state as it is known, the state after the channel was asked, or what the bridge is called with. */
export type PageWish = "state" | "asked" | "call";

/** A wallet that is asked who holds it: through which account, and where its browser goes to say so. */
export type WalletQuestion = AskedThrough & Readonly<{ authorizeUrl: string }>;

type InPage = Readonly<{ merchantId: string; storeId: string; channel: ChannelCode }>;

/** Paying on the phone that has the page open, for wallets that open no code from it. */
export type PagePayments = Readonly<{
  /** Asks through the account that routing chooses for this store; null where there is none, or its channel has no pages. */
  question(at: InPage, back: Readonly<{ returnUrl: string; state: string }>): Promise<WalletQuestion | null>;
  /** Whether the account through which the wallet was asked can take a payment at this moment. */
  serves(at: InPage, through: AskedThrough): Promise<"yes" | "no">;
  /** Refuses `payer_page_over`, `payer_page_code_spent`, `payer_page_account_wrong` and `payer_page_no_answer`. */
  payerOf(at: InPage, through: AskedThrough, code: string): Promise<Result<string>>;
  /** Null where the merchant has no such payment. */
  paymentOf(
    key: Readonly<{ merchantId: string; paymentId: string }>,
    wish: PageWish,
  ): Promise<PaymentInPage | null>;
}>;

export type WantedPayment = Readonly<{
  merchantId: string;
  storeId: string;
  amount: Money;
  channel: ChannelCode;
  /** The page’s own: sending the form twice is one payment. */
  idempotencyKey: string;
  /** Who pays on the phone that has the page open; absent where a code is made. */
  payer?: KnownPayer;
}>;

export type StoreCodeDeps = Readonly<{
  pg: Pg;
  world: World;
  /** So many random bytes, good for secrets. */
  randomBytes: (count: number) => Uint8Array;
  /** Where payers reach this platform, without a slash at the end. */
  publicUrl: () => string;
  /** Null where the merchant has no such store. */
  shopOf(key: Readonly<{ merchantId: string; storeId: string }>): Promise<Shop | null>;
  /** Wallets that this merchant can be paid by through a code that it shows. */
  walletsOf(merchantId: string): Promise<readonly ChannelCode[]>;
  createPayment(wanted: WantedPayment): Promise<Result<PayPage>>;
  /** The payment that a form began; null where it began none. */
  earlierPayment(key: FormKey): Promise<EarlierPayment | null>;
  /** Absent: every wallet pays by a code. */
  pages?: PagePayments;
  /** Seals what a phone remembers. */
  vault: Pick<Vault, "seal" | "open">;
}>;

export type StoreCodes = Readonly<{
  /** Refuses `not_found` (the store) and `store_codes_too_many`. */
  create(wanted: NewStoreCode): Promise<Result<StoreCode>>;
  change(
    key: Readonly<{ merchantId: string; codeId: string }>,
    state: StoreCode["state"],
  ): Promise<Result<StoreCode>>;
  /** In use or not; null where there is none with this token. */
  find(token: string): Promise<StoreCode | null>;
  /** What the page says before anything is paid. Refuses `not_found` and `store_code_disabled`. */
  open(token: string): Promise<Result<OpenedCode>>;
  /** What this form of the page began before, whatever became of the code since; null where it began nothing. */
  earlier(token: string, attempt: string): Promise<Earlier | null>;
  /** A payment of this amount by this wallet. Refuses what `open` refuses, and the amount, the wallet, too many at once. */
  pay(token: string, wanted: PageForm): Promise<Result<PayPage & Readonly<{ amount: Money }>>>;
}>;

export type NewStoreCode = Readonly<{
  merchantId: string;
  storeId: string;
  label: string;
  createdBy: string;
}>;

export type OpenedCode = Readonly<{ code: StoreCode; shop: Shop; wallets: readonly ChannelCode[] }>;

export type Earlier = Readonly<{ code: StoreCode; shop: Shop; payment: EarlierPayment }>;

export type PageForm = Readonly<{
  amountText: string;
  /** Null for an ordinary browser. */
  wallet: ChannelCode | null;
  attempt: string;
  payer: KnownPayer | null;
}>;

const codesPerStoreMax = 200;
const foreignKeyViolation = "23503";

export function createStoreCodes(deps: StoreCodeDeps): StoreCodes {
  const turns = createTurns(deps.world);
  return {
    create: (wanted) => create(deps, wanted),
    change: async (key, state) => {
      const at = deps.world.now();
      const changed = await deps.pg.transaction((tx) => changeState(tx, key, { state, at }));
      return changed === null ? refuse("not_found", { what: key.codeId }) : success(changed);
    },
    find: (token) => find(deps, token),
    open: (token) => open(deps, token),
    earlier: (token, attempt) => earlier(deps, token, attempt),
    pay: (token, form) => pay(deps, turns, token, form),
  };
}

/** The printed address. */
export function addressOf({ publicUrl }: Pick<StoreCodeDeps, "publicUrl">, { token }: StoreCode): string {
  return `${publicUrl()}/c/${token}`;
}

/**
 * The same code as EMVCo text: the network is ours, by the reversed name of the host, and the account is the token. What a
 * shop is, abroad as well: category 5999 (other retail), names in Latin letters first and in Chinese in the local field.
 */
export function merchantCodeOf(
  { publicUrl }: Pick<StoreCodeDeps, "publicUrl">,
  { token }: StoreCode,
  shop: Shop,
): string {
  const host = new URL(publicUrl()).hostname.split(".").reverse().join(".");
  return writeMerchantCode({
    initiation: "static",
    accounts: [
      { kind: "template", id: "26", network: host.slice(0, 32), fields: [{ id: "01", value: token }] },
    ],
    categoryCode: "5999",
    currency: "156",
    amountMinor: null,
    country: "CN",
    name: cut(shop.merchantNames.en, 25),
    city: "CN",
    postalCode: null,
    additional: { storeNo: cut(shop.storeNames.en, 25) },
    local: { language: "ZH", name: cut(shop.merchantNames.zh, 25), city: null },
    others: [],
  });
}

function cut(text: string, most: number): string {
  return [...text].slice(0, most).join("");
}

async function create(deps: StoreCodeDeps, wanted: NewStoreCode): Promise<Result<StoreCode>> {
  const { merchantId, storeId, label, createdBy } = wanted;
  const code: StoreCode = {
    id: deps.world.newId("scd"),
    ...{ merchantId, storeId, label: label.trim() },
    token: tokenOf(deps.randomBytes(tokenBytes)),
    state: "enabled",
    createdAt: deps.world.now(),
  };
  try {
    const written = await deps.pg.transaction(async (tx) => {
      if ((await countCodes(tx, merchantId, storeId)) >= codesPerStoreMax) return "tooMany" as const;
      await insertCode(tx, code, createdBy);
      return "written" as const;
    });
    return written === "written" ? success(code) : refuse("store_codes_too_many", { most: codesPerStoreMax });
  } catch (error) {
    if (sqlStateOf(error) === foreignKeyViolation) return refuse("not_found", { what: storeId });
    throw error;
  }
}

async function find(deps: StoreCodeDeps, token: string): Promise<StoreCode | null> {
  return tokenPattern.test(token) ? findByToken(deps.pg.batch, token) : null;
}

async function open(deps: StoreCodeDeps, token: string): Promise<Result<OpenedCode>> {
  const code = await find(deps, token);
  if (code === null) return refuse("not_found", { what: token.slice(0, 32) });
  if (code.state === "disabled") return refuse("store_code_disabled");
  const shop = await deps.shopOf(code);
  assert(shop !== null, `${code.id}: its store is gone`);
  return success({ code, shop, wallets: await deps.walletsOf(code.merchantId) });
}

async function earlier(deps: StoreCodeDeps, token: string, attempt: string): Promise<Earlier | null> {
  const code = await find(deps, token);
  if (code === null) return null;
  const { merchantId } = code;
  const payment = await deps.earlierPayment({ merchantId, idempotencyKey: keyOf(code, attempt) });
  if (payment === null) return null;
  const shop = await deps.shopOf(code);
  assert(shop !== null, `${code.id}: its store is gone`);
  return { code, shop, payment };
}

/** The same form is the same payment. */
function keyOf({ id }: StoreCode, attempt: string): string {
  return `${id}-${attempt}`;
}

async function pay(
  deps: StoreCodeDeps,
  turns: Turns,
  token: string,
  { amountText, wallet, attempt, payer }: PageForm,
): Promise<Result<PayPage & Readonly<{ amount: Money }>>> {
  const opened = await open(deps, token);
  if (!opened.ok) return opened;
  const { code, wallets } = opened.value;
  const limitYuan = yuanText(staticCodeAmountMax);
  const amount = typedYuan(amountText);
  if (amount === null || amount.minor <= 0n) return refuse("store_code_amount_wrong", { limitYuan });
  if (amount.minor > staticCodeAmountMax.minor) return refuse("store_code_limit", { limitYuan });
  if (wallet === null || !wallets.includes(wallet))
    return refuse("store_code_wallet_unknown", walletNames(wallets));
  if (turns.take(code.id) === "refused") return refuse("store_code_busy");
  const { merchantId, storeId } = code;
  const wanted = {
    ...{ merchantId, storeId, amount, channel: wallet },
    idempotencyKey: keyOf(code, attempt),
  };
  const created = await deps.createPayment(payer === null ? wanted : { ...wanted, payer });
  return created.ok ? success({ ...created.value, amount }) : created;
}

function walletNames(wallets: readonly ChannelCode[]): Record<string, string> {
  return {
    walletsZh: wallets.map((wallet) => channelWords[wallet].zh).join("、"),
    walletsEn: wallets.map((wallet) => channelWords[wallet].en).join(", "),
  };
}

/** The codes of a store. */
export function codesOf(
  deps: Pick<StoreCodeDeps, "pg">,
  merchantId: string,
  storeId: string,
): Promise<StoreCode[]> {
  return deps.pg.tenant(merchantId, (tx) => listCodes(tx, merchantId, storeId));
}
