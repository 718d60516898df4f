// The merchant that a fresh platform comes with, so that the first payment needs no set-up.
import { assert } from "../../kernel/assert.ts";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { ChannelAccount } from "../../channels/port.ts";
import { unwrap } from "../../kernel/result.ts";
import { refreshCapability } from "./capability/service.ts";
import { addSeconds } from "../../kernel/time.ts";
import { merchantLimits } from "./limits.ts";
import {
  instalmentFeeProduct,
  instalmentTerms,
  productsFromCreation,
  type FeeProduct,
  type Merchant,
  type Store,
} from "./model.ts";
import { putChannelAccount } from "./account/service.ts";
import { addFeeRate, addStore, createMerchant, type MerchantDeps } from "./service.ts";
import { findMerchantByNumber, listFeeRates, listStores } from "./store.ts";

/** 商户编号 of the demo merchant. */
export const demoMerchantNumber = "10000001";
const actor = "demo";

export type DemoMerchant = Readonly<{ merchant: Merchant; store: Store }>;

/**
 * Makes sure that 回音咖啡 exists with its store, the given accounts in force, and the products that the channels say are
 * open. Safe to call at every start: what is there already stays, a changed account becomes a new version.
 * @param credentials every field of the Alipay account, with productOfficeUrl and productOfficeToken
 * @param others every field of the accounts at other channels; the shop has none where there is no entry
 */
export async function ensureDemoMerchant(
  deps: MerchantDeps,
  {
    credentials,
    others = new Map(),
  }: Readonly<{ credentials: ChannelAccount; others?: ReadonlyMap<ChannelCode, ChannelAccount> }>,
): Promise<DemoMerchant> {
  const present = await findMerchantByNumber(deps.pg.batch, demoMerchantNumber);
  const merchant = present ?? unwrap(await createMerchant(deps, demoMerchant, actor));
  const [first] = await listStores(deps.pg.batch, merchant.id, 1);
  const store = first ?? unwrap(await addStore(deps, merchant.id, demoStore));
  await putDemoAccount(deps, merchant.id, { channel: "alipay", credentials });
  for (const product of productsFromCreation)
    unwrap(await refreshCapability(deps, { merchantId: merchant.id, product }));
  for (const [channel, account] of others)
    await putDemoAccount(deps, merchant.id, { channel, credentials: account });
  await addMissingRates(deps, merchant.id, [...others.keys()]);
  return { merchant, store };
}

// Where one of these differs the world behind the account is another one, and its keys are too.
const identifyingKeys = ["appId", "privateKeyPem", "mchId", "merId"];

/**
 * Brings the account in line with the channel of this start: its address may be another one. Whoever moved the shop to
 * another mode of keys keeps it. A channel that is out of order at the moment must not keep the platform from starting.
 */
async function putDemoAccount(
  deps: MerchantDeps,
  merchantId: string,
  { channel, credentials }: Readonly<{ channel: ChannelCode; credentials: ChannelAccount }>,
): Promise<void> {
  const present = await deps.directory.channelAccountEvenIfDisabled(merchantId, channel);
  const modes = deps.manifests.get(channel)?.configModes ?? [];
  const modeKeys = modes.flatMap(({ fields }) => fields);
  const sameKeys = identifyingKeys.every((key) => present?.[key] === credentials[key]);
  const config = Object.fromEntries([
    ...(sameKeys ? [] : modeKeys.map((key) => [key, ""] as const)),
    ...Object.entries(credentials).filter(([key]) => !sameKeys || !modeKeys.includes(key)),
  ]);
  const account = { channel, state: null, config, actor, reason: "演示商户" } as const;
  const result = await putChannelAccount(deps, merchantId, account);
  if (!result.ok && (present === null || result.refusal.code !== "channel_probe_refused")) unwrap(result);
}

/** A demo shop that is older than a product gets its rate, announced ahead like every rate. */
async function addMissingRates(
  deps: MerchantDeps,
  merchantId: string,
  channels: readonly ChannelCode[],
): Promise<void> {
  const known = new Set((await listFeeRates(deps.pg.batch, merchantId)).map(({ product }) => product));
  const validFrom = addSeconds(deps.world.now(), merchantLimits.feeNoticeSeconds);
  const wanted: FeeProduct[] = instalmentTerms.map(instalmentFeeProduct);
  for (const channel of channels) if (channel !== "alipay") wanted.push(channel);
  for (const product of wanted) {
    if (known.has(product)) continue;
    const rateBasisPoints = demoMerchant.feesBasisPoints[product];
    assert(rateBasisPoints !== null, `no rate of ${product} for the demo merchant`);
    unwrap(await addFeeRate(deps, merchantId, { product, rateBasisPoints, validFrom }, actor));
  }
}

const demoMerchant = {
  number: demoMerchantNumber,
  names: { zh: "回音咖啡", en: "Echo Coffee" },
  mcc: "5814",
  region: "310106",
  feesBasisPoints: {
    alipay: 38n,
    huabei: null,
    huabeiInstalment3: 180n,
    huabeiInstalment6: 450n,
    huabeiInstalment12: 750n,
    wechat: 38n,
    unionpay: 35n,
  },
} as const;

const demoStore = {
  no: "S0001",
  names: { zh: "南京西路店", en: "Nanjing West Road" },
  address: "上海市静安区南京西路 1266 号",
} as const;
