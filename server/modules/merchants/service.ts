// Merchants, stores and fees: each change in one transaction, with its revision.
import type { ChannelCode, Localized } from "@huiyin/contract/words.ts";
import type { ChannelAccount, ChannelManifest, Probe } from "../../channels/port.ts";
import { addSeconds } from "../../kernel/time.ts";
import { refuse, success, type Result } from "../../kernel/result.ts";
import type { World } from "../../kernel/world.ts";
import type { Database, Pg, Tx } from "../../platform/pg/pg.ts";
import type { Vault } from "../../platform/secrets.ts";
import { addCapability } from "./capability/creation.ts";
import type { MerchantDirectory } from "./directory.ts";
import { merchantLimits } from "./limits.ts";
import {
  feeProducts,
  productsFromCreation,
  type FeeRate,
  type InstalmentTerm,
  type Merchant,
  type Product,
  type Store,
} from "./model.ts";
import type { ProductOffice } from "./productOffice.ts";
import type { AccountKey } from "./vault.ts";
import { insertFeeRate, insertMerchant, insertStore, lowestFreeNumber, touchMerchant } from "./store.ts";

export type MerchantDeps = Readonly<{
  pg: Pg;
  world: World;
  vault: Vault;
  directory: MerchantDirectory;
  office: ProductOffice;
  /** Has an application looked after until it is decided, from the COMMIT of its transaction on. */
  followApplication: (
    tx: Tx,
    application: Readonly<{ merchantId: string; product: Product }>,
  ) => Promise<void>;
  /** What each channel needs to know of an account. */
  manifests: ReadonlyMap<ChannelCode, ChannelManifest>;
  /** Asks a channel whether an account works. Only for channels that have a manifest. */
  probe: (channel: ChannelCode, account: ChannelAccount) => Promise<Probe>;
  /** Whether anything was ever paid, or may have been, through this account. Absent: nothing was. */
  hasPayments?: (tx: Tx | Database, key: AccountKey) => Promise<"yes" | "no">;
}>;

export type NewMerchant = Readonly<{
  /** 8 digits; the next free one where null. */
  number: string | null;
  names: Localized;
  mcc: string;
  region: string;
  /** The first rates. Where Huabei or another channel has none, the base rate holds; instalments without a rate are not offered. */
  feesBasisPoints: Readonly<
    { alipay: bigint; huabei: bigint | null } & Partial<
      Record<`huabeiInstalment${InstalmentTerm}` | "wechat" | "unionpay", bigint>
    >
  >;
}>;

/** Automatic numbers lie above this one. */
const numberFloor = "10000000";
const numberMax = "99999999";

/** Adds a merchant with its first rates and its products, not yet applied for. Refuses `merchant_number_used`. */
export async function createMerchant(
  deps: MerchantDeps,
  wanted: NewMerchant,
  actor: string,
): Promise<Result<Merchant>> {
  const at = deps.world.now();
  return deps.pg.transaction(async (tx) => {
    const form: Omit<Merchant, "number"> = {
      id: deps.world.newId("mer"),
      names: wanted.names,
      mcc: wanted.mcc,
      region: wanted.region,
      state: "active",
      creditAcceptance: "accepted",
      revision: 1n,
      createdAt: at,
    };
    const inserted = await insertNumbered(tx, form, wanted.number);
    if (!inserted.ok) return inserted;
    const merchant = inserted.value;
    for (const product of feeProducts) {
      const rateBasisPoints = wanted.feesBasisPoints[product] ?? null;
      if (rateBasisPoints === null) continue;
      await insertFeeRate(tx, merchant.id, { product, rateBasisPoints, validFrom: at, actor, createdAt: at });
    }
    for (const product of productsFromCreation)
      await addCapability(deps, tx, { merchantId: merchant.id, product, actor });
    return success(merchant);
  });
}

/**
 * Adds the merchant under the number wanted, else under the lowest free one: what operators chose is passed over and
 * ends nothing. Merchants created at once try the same number; whoever comes second waits for the first, then sees its
 * number taken and looks again. Each round means that somebody else got one, so this ends.
 */
async function insertNumbered(
  tx: Tx,
  form: Omit<Merchant, "number">,
  wanted: string | null,
): Promise<Result<Merchant>> {
  for (;;) {
    const number = wanted ?? (await lowestFreeNumber(tx, numberFloor));
    if (number === null) return refuse("merchant_number_used", { number: numberMax });
    const merchant = { ...form, number };
    if (await insertMerchant(tx, merchant)) return success(merchant);
    if (wanted !== null) return refuse("merchant_number_used", { number });
  }
}

/** Refuses `not_found` and `store_no_used`. */
export async function addStore(
  deps: MerchantDeps,
  merchantId: string,
  wanted: Readonly<{ no: string; names: Localized; address: string }>,
): Promise<Result<Store>> {
  const store: Store = { id: deps.world.newId("sto"), merchantId, ...wanted, createdAt: deps.world.now() };
  const result = await deps.pg.transaction(async (tx) => {
    if (!(await touchMerchant(tx, merchantId))) return noMerchant(merchantId);
    return (await insertStore(tx, store)) ? success(store) : refuse("store_no_used", { no: wanted.no });
  });
  deps.directory.forget(merchantId);
  return result;
}

/**
 * Adds a rate from a future moment on. Refuses `not_found`, `fee_valid_from_too_early` and `fee_rate_exists`.
 * The notice makes sure that every process knows the rate before it holds.
 */
export async function addFeeRate(
  deps: MerchantDeps,
  merchantId: string,
  rate: FeeRate,
  actor: string,
): Promise<Result<FeeRate>> {
  const at = deps.world.now();
  const earliest = addSeconds(at, merchantLimits.feeNoticeSeconds);
  if (rate.validFrom < earliest) {
    return refuse("fee_valid_from_too_early", { noticeSeconds: merchantLimits.feeNoticeSeconds });
  }
  const result = await deps.pg.transaction(async (tx) => {
    if (!(await touchMerchant(tx, merchantId))) return noMerchant(merchantId);
    return (await insertFeeRate(tx, merchantId, { ...rate, actor, createdAt: at }))
      ? success(rate)
      : refuse("fee_rate_exists", {});
  });
  deps.directory.forget(merchantId);
  return result;
}

function noMerchant(merchantId: string): Result<never> {
  return refuse("not_found", { what: merchantId });
}
