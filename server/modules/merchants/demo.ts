// The merchant that a fresh platform comes with, so that the first payment needs no set-up.
import type { ChannelAccount } from "../../channels/port.ts";
import { unwrap } from "../../kernel/result.ts";
import { refreshCapability } from "./capability/service.ts";
import { addSeconds } from "../../kernel/time.ts";
import { merchantLimits } from "./limits.ts";
import { instalmentFeeProduct, instalmentTerms, products, type Merchant, type Store } from "./model.ts";
import { putChannelAccount } from "./account/service.ts";
import { addFeeRate, addStore, createMerchant, type MerchantDeps } from "./service.ts";
import { findMerchantByNumber, listFeeRates, listStores } from "./store.ts";

/** 商户编号 of the demo merchant. */
export const demoMerchantNumber = "10000001";
const actor = "demo";

export type DemoMerchant = Readonly<{ merchant: Merchant; store: Store }>;

/**
 * Makes sure that 回音咖啡 exists with its store, the given Alipay account in force, and the products that the channel
 * says are open. Safe to call at every start: what is there already stays, a changed account becomes a new version.
 * @param credentials every field of the Alipay account, with productOfficeUrl and productOfficeToken
 */
export async function ensureDemoMerchant(
  deps: MerchantDeps,
  { credentials }: Readonly<{ credentials: ChannelAccount }>,
): Promise<DemoMerchant> {
  const present = await findMerchantByNumber(deps.pg.batch, demoMerchantNumber);
  const merchant = present ?? unwrap(await createMerchant(deps, demoMerchant, actor));
  const [first] = await listStores(deps.pg.batch, merchant.id, 1);
  const store = first ?? unwrap(await addStore(deps, merchant.id, demoStore));
  await putDemoAccount(deps, merchant.id, credentials);
  for (const product of products) unwrap(await refreshCapability(deps, { merchantId: merchant.id, product }));
  await addMissingRates(deps, merchant.id);
  return { merchant, store };
}

/**
 * Brings the account in line with the channel of this start: its address may be another one. Whoever moved the shop to
 * another mode of keys keeps it. A channel that is out of order at the moment must not keep the platform from starting.
 */
async function putDemoAccount(
  deps: MerchantDeps,
  merchantId: string,
  credentials: ChannelAccount,
): Promise<void> {
  const present = await deps.directory.channelAccountEvenIfDisabled(merchantId, "alipay");
  const modes = deps.manifests.get("alipay")?.configModes ?? [];
  const modeKeys = modes.flatMap(({ fields }) => fields);
  const sameKeys = ["appId", "privateKeyPem"].every((key) => present?.[key] === credentials[key]);
  const config = Object.fromEntries([
    ...(sameKeys ? [] : modeKeys.map((key) => [key, ""] as const)),
    ...Object.entries(credentials).filter(([key]) => !sameKeys || !modeKeys.includes(key)),
  ]);
  const account = { channel: "alipay", state: null, config, actor, reason: "演示商户" } as const;
  const result = await putChannelAccount(deps, merchantId, account);
  if (!result.ok && (present === null || result.refusal.code !== "channel_probe_refused")) unwrap(result);
}

/** A demo shop that is older than instalments gets their rates, announced ahead like every rate. */
async function addMissingRates(deps: MerchantDeps, merchantId: string): Promise<void> {
  const known = new Set((await listFeeRates(deps.pg.batch, merchantId)).map(({ product }) => product));
  const validFrom = addSeconds(deps.world.now(), merchantLimits.feeNoticeSeconds);
  for (const term of instalmentTerms) {
    const product = instalmentFeeProduct(term);
    if (known.has(product)) continue;
    const rateBasisPoints = demoMerchant.feesBasisPoints[`huabeiInstalment${term}`];
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
  },
} as const;

const demoStore = {
  no: "S0001",
  names: { zh: "南京西路店", en: "Nanjing West Road" },
  address: "上海市静安区南京西路 1266 号",
} as const;
