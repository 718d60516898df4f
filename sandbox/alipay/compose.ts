// The simulated Alipay as a part of the running sandbox: its keys, its journal, its merchants’ accounts, its notifier.
import { refuse, success, unwrap, type Result } from "@huiyin/server/kernel/result.ts";
import type { Merchant } from "../book/model.ts";
import { createCertificateOffice, type AppCertificates } from "../certificates.ts";
import { officeToken } from "../control/access.ts";
import { ensureAlipayKeys, ensurePrivateKey, keyName, publicKeyOf } from "../keys.ts";
import { postForm } from "../post.ts";
import type { ComposedWorld, MerchantWish, WorldKit } from "../world/model.ts";
import { billPath } from "./bills.ts";
import { gatewayPath, gatewayRoutes } from "./routes.ts";
import { createAlipayWorld, type AlipayWorld } from "./world.ts";

/** Everything the platform, or any SDK, needs to be this merchant. Keys are PEM; the private key is PKCS#8. */
export type MerchantCredentials = Readonly<{
  appId: string;
  sellerId: string;
  privateKeyPem: string;
  publicKeyPem: string;
  alipayPublicKeyPem: string;
  gatewayUrl: string;
  productOfficeUrl: string;
  productOfficeToken: string;
}>;

/** The account in both modes: whoever adds the certificates to it speaks with certificates. */
export type BothCredentials = MerchantCredentials & Readonly<{ certificateMode: AppCertificates }>;

export type ComposedAlipay = ComposedWorld &
  Readonly<{
    world: AlipayWorld;
    ensureMerchant(wanted: MerchantWish): Promise<MerchantCredentials>;
    credentials(appId: string | null): Promise<Result<BothCredentials>>;
  }>;

const deliveriesMax = 8;

/** Composes the simulated Alipay. */
export async function composeAlipay(kit: WorldKit): Promise<ComposedAlipay> {
  const { clock, keyDirectory, controlToken } = kit;
  const keys = await ensureAlipayKeys(keyDirectory);
  const office = createCertificateOffice(keyDirectory);
  const journal = kit.openJournal("alipay");
  const world = createAlipayWorld({
    keys,
    certificates: office.alipay,
    billAddress: () => `${kit.url()}${billPath}`,
    clock: { now: clock.now, sleep: (ms) => clock.sleep(ms), unmovedNow: kit.unmovedNow },
    random: kit.random,
    record: (events) => {
      journal.record(events);
      // A fresh notification leaves at once, not at the next look.
      if (events.some(({ kind }) => kind === "notificationQueued")) kit.wake();
    },
    state: journal.state,
  });
  const accountOf = async (merchant: Merchant): Promise<MerchantCredentials> => ({
    appId: merchant.appId,
    sellerId: merchant.sellerId,
    privateKeyPem: await ensurePrivateKey(keyDirectory, keyName(merchant.name)),
    publicKeyPem: merchant.publicKey,
    alipayPublicKeyPem: keys.alipayPublicKey,
    gatewayUrl: `${kit.url()}${gatewayPath}`,
    productOfficeUrl: `${kit.url()}/huiyin`,
    productOfficeToken: officeToken(controlToken, merchant.appId),
  });
  const credentials = async (appId: string | null): Promise<Result<BothCredentials>> => {
    const { merchants } = world.book;
    const merchant = appId === null ? merchants.values().next().value : merchants.get(appId);
    if (merchant === undefined) return refuse("not_found", { what: appId ?? "merchant" });
    const certificateMode = await office.issue(merchant.appId, merchant.publicKey);
    return success({ ...(await accountOf(merchant)), certificateMode });
  };
  return {
    network: "alipay",
    world,
    routes: (app) => gatewayRoutes(app, { world, sleep: (ms) => clock.sleep(ms) }),
    credentials,
    ensureMerchant: async (wanted) => accountOf(await ensured(world, keyDirectory, wanted)),
    round: (signal) => round(world, signal),
    close: journal.close,
  };
}

async function ensured(world: AlipayWorld, keyDirectory: string, wanted: MerchantWish): Promise<Merchant> {
  const found = [...world.book.merchants.values()].find(({ name }) => name === wanted.name);
  if (found !== undefined) return found;
  const publicKey = publicKeyOf(await ensurePrivateKey(keyDirectory, keyName(wanted.name)));
  return unwrap(
    world.registerMerchant({
      name: wanted.name,
      publicKey,
      state: "normal",
      products: {
        facePay: "open",
        huabei: wanted.huabei ?? "open",
        huabeiInstalment: wanted.huabeiInstalment ?? "open",
      },
      fundBill: "whenAsked",
      notifyStates: ["TRADE_SUCCESS"],
    }),
  );
}

/** One look at what is due: expiries, held requests, notifications (several at a time, as one address may be slow). */
async function round(world: AlipayWorld, signal: AbortSignal): Promise<void> {
  world.passTime();
  const deliverAll = async (): Promise<void> => {
    while (!signal.aborted) {
      const result = await world.deliverNext((url, body) => postForm(url, body, signal));
      if (result === null) return;
    }
  };
  await Promise.all(Array.from({ length: deliveriesMax }, deliverAll));
}
