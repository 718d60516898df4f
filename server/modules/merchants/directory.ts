// What every payment asks of its merchant, from memory: profile, channel account, fee. Correct after a change, because
// each entry carries the merchant's revision and is held against it again after a moment.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { ChannelAccount, CreditTerms } from "../../channels/port.ts";
import { assert } from "../../kernel/assert.ts";
import type { World } from "../../kernel/world.ts";
import type { Pg } from "../../platform/pg/pg.ts";
import type { Vault } from "../../platform/secrets.ts";
import { findAccount, listRoutes } from "./account/store.ts";
import { listCapabilities } from "./capability/store.ts";
import { creditObstacle, type CreditObstacle } from "./credit/decide.ts";
import { openAccount } from "./vault.ts";
import { merchantLimits } from "./limits.ts";
import {
  mainRoute,
  type FeeProduct,
  type FeeRate,
  type Merchant,
  type Product,
  type RouteStanding,
  type Store,
} from "./model.ts";
import { findMerchant, findMerchantByNumber, listFeeRates, listStores, revisionsOf } from "./store.ts";

export type MerchantProfile = Merchant & Readonly<{ stores: readonly Store[] }>;

/** One of the accounts of a merchant at a channel. */
export type AccountRoute = RouteStanding & Readonly<{ account: ChannelAccount; version: number }>;

export type MerchantDirectory = Readonly<{
  /** The merchant with its stores, or null where there is none. */
  merchantProfile(merchantId: string): Promise<MerchantProfile | null>;
  /** By 商户编号, 8 digits: how a channel order number leads to its merchant. */
  merchantByNumber(number: string): Promise<MerchantProfile | null>;
  /** The decrypted first account, or null where the merchant has none or switched it off. Never log it. */
  channelAccount(merchantId: string, channel: ChannelCode): Promise<ChannelAccount | null>;
  /** The same account whether switched on or off: a callback or a query of an earlier payment still needs its keys. */
  channelAccountEvenIfDisabled(merchantId: string, channel: ChannelCode): Promise<ChannelAccount | null>;
  /** Every decrypted account of the merchant at the channel, switched on or off, the first one first. Never log them. */
  accountRoutes(merchantId: string, channel: ChannelCode): Promise<readonly AccountRoute[]>;
  /**
   * Rate in basis points that holds for the product at that moment. A product without a rate of its own costs the base
   * rate of the merchant, that of Alipay. The merchant must exist; its creation demands a base rate. Instalments at
   * the merchant’s expense have a rate wherever `creditObstacle` lets them pass.
   */
  feeRateBasisPoints(merchantId: string, product: FeeProduct | Product, at: Date): Promise<bigint>;
  /** Why the merchant cannot take these instalments at that moment, or null. The merchant must exist. */
  creditObstacle(merchantId: string, terms: CreditTerms, at: Date): Promise<CreditObstacle | null>;
  /** Called after every change made by this process: the next question is answered from the database. */
  forget(merchantId: string): void;
}>;

type Snapshot = Readonly<{
  profile: MerchantProfile;
  fees: readonly FeeRate[];
  openProducts: ReadonlySet<Product>;
  accounts: ReadonlyMap<ChannelCode, readonly AccountRoute[]>;
}>;
type Entry = {
  snapshot: Promise<Snapshot | null>;
  checkedAt: Date;
  /** Its revision is being asked for; null where nobody asks. */
  checking: Promise<void> | null;
};

export type DirectoryDeps = Readonly<{ pg: Pg; world: World; vault: Vault }>;

/** One directory a process. Keeps the most recently used merchants, at most `directoryMerchantsMax`. */
export function createMerchantDirectory(deps: DirectoryDeps): MerchantDirectory {
  const entries = new Map<string, Entry>();
  const numbers = new Map<string, string>();

  const snapshotOf = async (merchantId: string): Promise<Snapshot | null> => {
    const entry = await freshEntry(deps, entries, merchantId);
    const snapshot = await entry.snapshot;
    // A merchant that is not there may be created a moment later: absence is never remembered.
    if (snapshot === null && entries.get(merchantId) === entry) entries.delete(merchantId);
    return snapshot;
  };

  const accountRoutes = async (merchantId: string, channel: ChannelCode) =>
    (await snapshotOf(merchantId))?.accounts.get(channel) ?? [];
  const accountOf = async (merchantId: string, channel: ChannelCode) =>
    (await accountRoutes(merchantId, channel)).find(({ route }) => route === mainRoute);

  return {
    merchantProfile: async (merchantId) => (await snapshotOf(merchantId))?.profile ?? null,
    merchantByNumber: async (number) => {
      const merchantId = numbers.get(number) ?? (await findMerchantByNumber(deps.pg.batch, number))?.id;
      if (merchantId === undefined) return null;
      if (numbers.size >= merchantLimits.directoryMerchantsMax) numbers.clear();
      numbers.set(number, merchantId); // a number never moves to another merchant
      return (await snapshotOf(merchantId))?.profile ?? null;
    },
    channelAccount: async (merchantId, channel) => {
      const found = await accountOf(merchantId, channel);
      return found?.state === "active" ? found.account : null;
    },
    channelAccountEvenIfDisabled: async (merchantId, channel) =>
      (await accountOf(merchantId, channel))?.account ?? null,
    accountRoutes,
    feeRateBasisPoints: async (merchantId, product, at) => {
      const snapshot = await snapshotOf(merchantId);
      assert(snapshot !== null, `no fee without a merchant: ${merchantId}`);
      return rateAt(snapshot.fees, product, at);
    },
    creditObstacle: async (merchantId, terms, at) => {
      const snapshot = await snapshotOf(merchantId);
      assert(snapshot !== null, `no credit without a merchant: ${merchantId}`);
      const { profile, fees, openProducts } = snapshot;
      return creditObstacle({ creditAcceptance: profile.creditAcceptance, fees, openProducts }, terms, at);
    },
    forget: (merchantId) => void entries.delete(merchantId),
  };
}

/** The rate that holds at a moment: the latest row that has begun; the first one for moments before all of them. */
export function rateAt(fees: readonly FeeRate[], product: FeeProduct | Product, at: Date): bigint {
  const own = fees.filter((rate) => rate.product === product);
  const rates = own.length > 0 ? own : fees.filter((rate) => rate.product === "alipay");
  const sorted = rates.toSorted((left, right) => left.validFrom.getTime() - right.validFrom.getTime());
  const rate = sorted.findLast((candidate) => candidate.validFrom <= at) ?? sorted[0];
  assert(rate !== undefined, "a merchant has a base rate from its creation on");
  return rate.rateBasisPoints;
}

/**
 * The cached entry where its revision still holds, else one that is being loaded. Callers at the same time share one
 * question, and one load.
 */
async function freshEntry(
  deps: DirectoryDeps,
  entries: Map<string, Entry>,
  merchantId: string,
): Promise<Entry> {
  const now = deps.world.now();
  const cached = entries.get(merchantId);
  if (cached) {
    if (isFresh(cached, now)) return cached;
    await (cached.checking ?? checkRevisions(deps, entries, [merchantId, cached]));
    if (isFresh(cached, now) && entries.get(merchantId) === cached) return cached;
  }
  const newer = entries.get(merchantId);
  if (newer && newer !== cached) return newer;
  const entry: Entry = { snapshot: load(deps, merchantId), checkedAt: now, checking: null };
  entries.delete(merchantId);
  entries.set(merchantId, entry);
  entry.snapshot.catch(() => entries.get(merchantId) === entry && entries.delete(merchantId));
  const oldest = entries.keys().next();
  if (entries.size > merchantLimits.directoryMerchantsMax && !oldest.done) entries.delete(oldest.value);
  return entry;
}

function isFresh({ checkedAt }: Entry, now: Date): boolean {
  const ageMs = now.getTime() - checkedAt.getTime();
  return ageMs >= 0 && ageMs <= merchantLimits.directoryStaleMsMax;
}

/**
 * Asks for the revision of an entry, and with the same statement for those of others that will be asked about soon.
 * Believed are those whose revision still holds.
 */
async function checkRevisions(
  deps: DirectoryDeps,
  entries: ReadonlyMap<string, Entry>,
  wanted: readonly [merchantId: string, entry: Entry],
): Promise<void> {
  const now = deps.world.now();
  const soonMs = now.getTime() - merchantLimits.directoryStaleMsMax / 2;
  const asked = new Map([wanted]);
  for (const [merchantId, entry] of entries) {
    if (asked.size >= merchantLimits.directoryCheckedTogetherMax) break;
    if (entry.checking === null && entry.checkedAt.getTime() < soonMs) asked.set(merchantId, entry);
  }
  const answered = (async (): Promise<void> => {
    const revisions = await revisionsOf(deps.pg.batch, [...asked.keys()]);
    const compared = [...asked].map(async ([merchantId, entry]) => {
      // One that cannot be loaded is its own callers’ trouble.
      const snapshot = await entry.snapshot.catch(() => null);
      if (snapshot !== null && snapshot.profile.revision === revisions.get(merchantId)) entry.checkedAt = now;
    });
    // Others may still be loading: nobody here waits for them.
    await compared[0];
  })();
  for (const entry of asked.values()) entry.checking = answered;
  const ended = (): void => {
    for (const entry of asked.values()) entry.checking = null;
  };
  await answered.finally(ended);
}

/** The revision is read first: a change that slips in between makes the entry look older than it is, never newer. */
async function load(deps: DirectoryDeps, merchantId: string): Promise<Snapshot | null> {
  const { batch } = deps.pg;
  const merchant = await findMerchant(batch, merchantId);
  if (merchant === null) return null;
  const [stores, fees, summaries, capabilities] = await Promise.all([
    listStores(batch, merchantId, merchantLimits.storesPerMerchantMax),
    listFeeRates(batch, merchantId),
    listRoutes(batch, merchantId),
    listCapabilities(batch, merchantId),
  ]);
  const accounts = new Map<ChannelCode, AccountRoute[]>();
  for (const { channel, route } of summaries) {
    const key = { merchantId, channel, route };
    const sealed = await findAccount(batch, key);
    if (sealed === null) continue;
    const { state, version, configSealed } = sealed;
    const one = { route, state, version, account: openAccount(deps.vault, key, configSealed) };
    accounts.set(channel, [...(accounts.get(channel) ?? []), one]);
  }
  const open = capabilities.filter(({ state }) => state === "enabled").map(({ product }) => product);
  return { profile: { ...merchant, stores }, fees, accounts, openProducts: new Set(open) };
}
