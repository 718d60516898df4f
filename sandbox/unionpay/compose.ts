// The simulated UnionPay as a part of the running sandbox: its keys, its journal, its merchants’ accounts, its notifier.
import { refuse, success, unwrap } from "@huiyin/server/kernel/result.ts";
import type { Merchant } from "../book/model.ts";
import { profileOf } from "../book/profile.ts";
import { ensurePrivateKey, keyName, publicKeyOf } from "../keys.ts";
import { postNotice } from "../post.ts";
import type { ComposedWorld, MerchantWish, WorldKit } from "../world/model.ts";
import { certIdIn, ensureUnionpayKeys, keptIn, merchantCertificate, type UnionpayKeys } from "./keys.ts";
import { gatewayPrefix, unionpayRoutes } from "./routes.ts";
import { createUnionpayWorld, type UnionpayWorld } from "./world.ts";

export type ComposedUnionpay = ComposedWorld & Readonly<{ world: UnionpayWorld }>;

const deliveriesMax = 8;

/** Composes the simulated UnionPay. */
export async function composeUnionpay(kit: WorldKit): Promise<ComposedUnionpay> {
  const { clock, keyDirectory } = kit;
  const keys = await ensureUnionpayKeys(keyDirectory);
  const journal = kit.openJournal("unionpay");
  const world = createUnionpayWorld({
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
  const office: Office = { keys, keyDirectory };
  const accountOf = async (merchant: Merchant) => ({
    ...(await accountFor(office, merchant)),
    gatewayUrl: `${kit.url()}${gatewayPrefix}`,
  });
  return {
    network: "unionpay",
    world,
    routes: (app) => unionpayRoutes(app, { world, sleep: (ms) => clock.sleep(ms) }),
    credentials: async (appId) => {
      const { merchants } = world.book;
      const merchant = appId === null ? merchants.values().next().value : merchants.get(appId);
      if (merchant === undefined) return refuse("not_found", { what: appId ?? "merchant" });
      return success({ name: merchant.name, ...(await accountOf(merchant)) });
    },
    ensureMerchant: async (wanted) => accountOf(await ensured(world, office, wanted)),
    round: (signal) => round(world, signal),
    close: journal.close,
  };
}

type Office = Readonly<{ keys: UnionpayKeys; keyDirectory: string }>;

/** The account as the platform is configured with it, but for the address. */
async function accountFor({ keys, keyDirectory }: Office, merchant: Merchant) {
  const signPrivateKeyPem = await ensurePrivateKey(keyDirectory, fileOf(merchant.name));
  return {
    merId: merchant.sellerId,
    signCertificatePem: certificateOf({ keys, keyDirectory }, merchant, signPrivateKeyPem),
    signPrivateKeyPem,
    middleCertificatePem: keys.middle.certificatePem,
    rootCertificatePem: keys.root.certificatePem,
  };
}

function fileOf(name: string): string {
  return `unionpay-${keyName(name)}`;
}

/** The certificate of a merchant: issued once, when somebody first asks for it. */
function certificateOf(
  { keys, keyDirectory }: Office,
  { name, sellerId }: Merchant,
  privateKeyPem: string,
): string {
  return keptIn(keyDirectory)(fileOf(name), () => merchantCertificate(keys, sellerId, privateKeyPem));
}

async function ensured(world: UnionpayWorld, office: Office, wanted: MerchantWish): Promise<Merchant> {
  const found = [...world.book.merchants.values()].find(({ name }) => name === wanted.name);
  if (found !== undefined) return found;
  const privateKeyPem = await ensurePrivateKey(office.keyDirectory, fileOf(wanted.name));
  // The number stands in the certificate: the merchant is registered in the same turn in which it is read.
  const { sellerId } = profileOf("unionpay").merchant(world.book.sequence + 1);
  const certificate = keptIn(office.keyDirectory)(fileOf(wanted.name), () =>
    merchantCertificate(office.keys, sellerId, privateKeyPem),
  );
  return unwrap(
    world.registerMerchant({
      ...{ name: wanted.name, publicKey: publicKeyOf(privateKeyPem), state: "normal", fundBill: "whenAsked" },
      products: { facePay: "open" },
      notifyStates: [],
      keys: { certId: certIdIn(certificate) },
    }),
  );
}

/** One look at what is due: expiries, held requests, notifications (several at a time, as one address may be slow). */
async function round(world: UnionpayWorld, signal: AbortSignal): Promise<void> {
  world.passTime();
  const deliverAll = async (): Promise<void> => {
    while (!signal.aborted) {
      const result = await world.deliverNext((posted) => postNotice(posted, signal));
      if (result === null) return;
    }
  };
  await Promise.all(Array.from({ length: deliveriesMax }, deliverAll));
}
