// The simulated WeChat Pay as a part of the running sandbox: its keys, its journal, its merchants’ accounts, its notifier.
import { createHmac } from "node:crypto";
import { refuse, success, unwrap } from "@huiyin/server/kernel/result.ts";
import type { Merchant } from "../book/model.ts";
import { ensurePrivateKey, keyName, publicKeyOf } from "../keys.ts";
import { postNotice } from "../post.ts";
import type { ComposedWorld, MerchantWish, WorldKit } from "../world/model.ts";
import { wechatBrowserRoutes } from "./browser.ts";
import { ensureWechatKeys, issuedCertificate, keptIn, serialIn, type WechatKeys } from "./keys.ts";
import { authorizePath, tokenPath } from "./pages.ts";
import { gatewayPrefix, wechatRoutes } from "./routes.ts";
import { providerOf } from "./trades.ts";
import { createWechatWorld, type WechatWorld } from "./world.ts";
import { keyOf } from "./wire.ts";

export type ComposedWechat = ComposedWorld & Readonly<{ world: WechatWorld }>;

const deliveriesMax = 8;

/** Composes the simulated WeChat Pay. */
export async function composeWechat(kit: WorldKit): Promise<ComposedWechat> {
  const { clock, keyDirectory } = kit;
  const keys = await ensureWechatKeys(keyDirectory);
  const journal = kit.openJournal("wechat");
  const world = createWechatWorld({
    keys,
    clock: { now: clock.now, sleep: (ms) => clock.sleep(ms), unmovedNow: kit.unmovedNow },
    random: kit.random,
    record: (events) => {
      journal.record(events);
      // A fresh notification leaves at once, not at the next look.
      if (events.some(({ kind }) => kind === "notificationQueued")) kit.wake();
    },
    state: journal.state,
  });
  const accountsOf = async (merchant: Merchant) => {
    // A service provider calls with its own numbers and keys, and names whom it calls for.
    const provider = providerOf(world.book, merchant);
    const caller = provider ?? merchant;
    const own = await merchantIdentity(keyDirectory, caller.name);
    const sub = provider === null ? {} : { subMchId: merchant.sellerId };
    return accountsFor(keys, caller, { ...own, gatewayUrl: `${kit.url()}${gatewayPrefix}`, sub });
  };
  return {
    network: "wechat",
    world,
    routes: (app) => {
      wechatRoutes(app, { world, sleep: (ms) => clock.sleep(ms) });
      wechatBrowserRoutes(app, { world, controlToken: kit.controlToken });
    },
    credentials: async (appId) => {
      const { merchants } = world.book;
      const merchant = appId === null ? merchants.values().next().value : merchants.get(appId);
      if (merchant === undefined) return refuse("not_found", { what: appId ?? "merchant" });
      const accounts = await accountsOf(merchant);
      return success({ ...accounts.v2, ...accounts.v3PublicKey, name: merchant.name, accounts });
    },
    ensureMerchant: async (wanted) => {
      const merchant = await ensured(world, { keyDirectory, secret: kit.controlToken }, wanted);
      const { v2, v3PublicKey } = await accountsOf(merchant);
      return { ...v2, ...v3PublicKey };
    },
    round: (signal) => round(world, signal),
    close: journal.close,
  };
}

type MerchantIdentity = Readonly<{ privateKeyPem: string; certificatePem: string }>;

async function merchantIdentity(directory: string, name: string): Promise<MerchantIdentity> {
  const file = `wechat-${keyName(name)}`;
  const privateKeyPem = await ensurePrivateKey(directory, file);
  const certificatePem = keptIn(directory)(file, () => issuedCertificate(name, privateKeyPem));
  return { privateKeyPem, certificatePem };
}

/** The accounts of a merchant, for each way of speaking: keys of v2, and v3 with the platform’s certificates or its public key. */
function accountsFor(
  keys: WechatKeys,
  merchant: Merchant,
  own: MerchantIdentity & Readonly<{ gatewayUrl: string; sub: Readonly<{ subMchId?: string }> }>,
) {
  const { gatewayUrl, sub } = own;
  const who = { appId: merchant.appId, mchId: merchant.sellerId, ...sub, gatewayUrl };
  const appSecret = keyOf(merchant, "appSecret");
  // Merchants of books from before pages have no secret of their app: they are set up without pages.
  const pages = appSecret !== "" && {
    appSecret,
    oauthAuthorizeUrl: `${gatewayUrl}${authorizePath}`,
    oauthTokenUrl: `${gatewayUrl}${tokenPath}`,
  };
  const v2 = {
    ...who,
    apiKeyV2: keyOf(merchant, "apiKeyV2"),
    clientCertificatePem: own.certificatePem,
    clientPrivateKeyPem: own.privateKeyPem,
  };
  const v3 = {
    ...who,
    apiV3Key: keyOf(merchant, "apiV3Key"),
    merchantSerialNo: keyOf(merchant, "merchantSerialNo"),
    merchantPrivateKeyPem: own.privateKeyPem,
    ...pages,
  };
  const platformCertificatesPem = keys.current.certificatePem;
  const { serial: platformPublicKeyId, publicKeyPem: platformPublicKeyPem } = keys.publicKey;
  return {
    v2,
    v3Certificate: { ...v3, platformCertificatesPem },
    v3PublicKey: { ...v3, platformPublicKeyId, platformPublicKeyPem },
    /** The certificate that comes next when the key changes. */
    nextPlatformCertificate: { platformCertificatesPem: keys.next.certificatePem },
  };
}

type MerchantPlace = Readonly<{ keyDirectory: string; secret: string }>;

async function ensured(world: WechatWorld, place: MerchantPlace, wanted: MerchantWish): Promise<Merchant> {
  const found = [...world.book.merchants.values()].find(({ name }) => name === wanted.name);
  if (found !== undefined) return found;
  const { privateKeyPem, certificatePem } = await merchantIdentity(place.keyDirectory, wanted.name);
  const { name, provider } = wanted;
  const providerId = provider === undefined ? "" : (await ensured(world, place, { name: provider })).sellerId;
  return unwrap(
    world.registerMerchant({
      ...{ name, publicKey: publicKeyOf(privateKeyPem), state: "normal", fundBill: "whenAsked" },
      products: { facePay: "open" },
      notifyStates: [],
      providerId,
      keys: {
        apiKeyV2: sharedKey(place.secret, `v2 ${name}`),
        apiV3Key: sharedKey(place.secret, `v3 ${name}`),
        merchantSerialNo: serialIn(certificatePem),
        verifyBy: "certificate",
        appSecret: sharedKey(place.secret, `app ${name}`),
      },
    }),
  );
}

/** 32 characters that nobody has to guess, and that stay the same for this sandbox. */
function sharedKey(secret: string, purpose: string): string {
  return createHmac("sha256", secret).update(`wechat ${purpose}`).digest("hex").slice(0, 32);
}

/** One look at what is due: expiries, refunds that arrive, notifications (several at a time, as one address may be slow). */
async function round(world: WechatWorld, signal: AbortSignal): Promise<void> {
  world.passTime();
  const deliverAll = async (): Promise<void> => {
    while (!signal.aborted) {
      const result = await world.deliverNext((posted) => postNotice(posted, signal));
      if (result === null) return;
    }
  };
  await Promise.all(Array.from({ length: deliveriesMax }, deliverAll));
}
