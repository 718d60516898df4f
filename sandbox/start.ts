// The sandbox as a service: the simulated Alipay over HTTP, with durable books, its notifier, controls and the wallet page.
import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import { refuse, success, unwrap, type Result } from "@huiyin/server/kernel/result.ts";
import type { Clock } from "@huiyin/server/platform/clock.ts";
import { createHttp } from "@huiyin/server/platform/http/app.ts";
import { createLoops } from "@huiyin/server/platform/loops.ts";
import { createMetrics } from "@huiyin/server/platform/metrics.ts";
import { gatewayPath, gatewayRoutes } from "./alipay/routes.ts";
import { createAlipayWorld, type AlipayWorld } from "./alipay/world.ts";
import type { Merchant } from "./book/model.ts";
import { createAuthenticator, officeToken } from "./control/access.ts";
import { officeRoutes } from "./control/office.ts";
import { createCertificateOffice, type AppCertificates } from "./certificates.ts";
import { registerWalletPage } from "./control/page.ts";
import { controlRoutes } from "./control/routes.ts";
import { ensureDemoPayers } from "./demo.ts";
import { openJournal } from "./journal.ts";
import { ensureAlipayKeys, ensurePrivateKey, publicKeyOf } from "./keys.ts";
import { postForm } from "./post.ts";

export type SandboxOptions = Readonly<{
  host: string;
  /** 0 takes a free port. */
  port: number;
  /** The clock shared with the platform, so that both move together. */
  clock: Clock;
  /** Books and keys live here. */
  dataDirectory: string;
  /** What every control call must bring. */
  controlToken: string;
  log: Logger;
  version?: string;
}>;

export type Sandbox = Readonly<{
  url: string;
  /** The link that opens the wallet page from any machine that reaches this one. */
  walletUrl: string;
  world: AlipayWorld;
  /** Makes sure that a merchant of this name exists at the simulated Alipay, and returns its account: what the platform is configured with. */
  ensureMerchant(wanted: MerchantWish): Promise<MerchantCredentials>;
  /** The account of a merchant with what certificate mode needs besides; of the first merchant where none is named. */
  credentials(appId: string | null): Promise<Result<BothCredentials>>;
  stop(): Promise<void>;
}>;

export type MerchantWish = Readonly<{
  name: string;
  /** Huabei open from the start unless said otherwise. */
  huabei?: "open" | "closed";
  /** The contract under which the merchant may bear the fee of instalments; open from the start unless said otherwise. */
  huabeiInstalment?: "open" | "closed";
}>;

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

/** How often waiting work is looked at, in real milliseconds; a moved clock wakes it at once. */
const roundMs = 500;
const deliveriesMax = 8;
const walletPage = join(dirname(fileURLToPath(import.meta.url)), "wallet", "dist");

/** Starts the sandbox: opens its books, listens, and goes on delivering what an earlier run left to deliver. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clock, log, controlToken } = options;
  const keyDirectory = join(options.dataDirectory, "keys");
  const keys = await ensureAlipayKeys(keyDirectory);
  const office = createCertificateOffice(keyDirectory);
  const journal = openJournal(join(options.dataDirectory, "alipay.journal"));
  let wake = (): void => undefined;
  const world = createAlipayWorld({
    keys,
    certificates: office.alipay,
    clock: { now: clock.now, sleep: (ms) => clock.sleep(ms), unmovedNow: () => new Date() },
    random: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
    record: (events) => {
      journal.record(events);
      // A fresh notification leaves at once, not at the next look.
      if (events.some(({ kind }) => kind === "notificationQueued")) wake();
    },
    state: journal.state,
  });
  ensureDemoPayers(world);
  let url = "";
  const credentials = async (merchant: Merchant): Promise<MerchantCredentials> => ({
    appId: merchant.appId,
    sellerId: merchant.sellerId,
    privateKeyPem: await ensurePrivateKey(keyDirectory, keyName(merchant.name)),
    publicKeyPem: merchant.publicKey,
    alipayPublicKeyPem: keys.alipayPublicKey,
    gatewayUrl: `${url}${gatewayPath}`,
    productOfficeUrl: `${url}/huiyin`,
    productOfficeToken: officeToken(controlToken, merchant.appId),
  });
  const credentialsOf = async (appId: string | null): Promise<Result<BothCredentials>> => {
    const merchant =
      appId === null ? world.book.merchants.values().next().value : world.book.merchants.get(appId);
    if (merchant === undefined) return refuse("not_found", { what: appId ?? "merchant" });
    const certificateMode = await office.issue(merchant.appId, merchant.publicKey);
    return success({ ...(await credentials(merchant)), certificateMode });
  };

  const http = await createHttp({
    log,
    metrics: createMetrics(),
    authenticators: [createAuthenticator(controlToken, () => world.book.merchants.keys())],
    version: options.version ?? "0.1.0",
    pages: [],
    trustedProxies: [],
  });
  gatewayRoutes(http.app, { world, sleep: (ms) => clock.sleep(ms) });
  controlRoutes(http.app, { world, clock, credentials: credentialsOf });
  officeRoutes(http.app, { world });
  await registerWalletPage(http.app, { controlToken, directory: walletPage });
  url = await http.listen({ host: options.host, port: options.port });

  const loops = createLoops({ clock, log });
  ({ wake } = loops.every("sandbox", roundMs, (signal) => round(world, signal)));
  log.info({ event: "sandbox_started", url, wallets: world.book.wallets.size }, "the sandbox is listening");

  return {
    url,
    walletUrl: `${url}/?token=${encodeURIComponent(controlToken)}`,
    world,
    ensureMerchant: (wanted) => ensureMerchant({ world, keyDirectory, credentials }, wanted),
    credentials: credentialsOf,
    stop: async () => {
      await loops.stop();
      await http.drain();
      journal.close();
    },
  };
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

type MerchantDeps = Readonly<{
  world: AlipayWorld;
  keyDirectory: string;
  credentials: (merchant: Merchant) => Promise<MerchantCredentials>;
}>;

async function ensureMerchant(deps: MerchantDeps, wanted: MerchantWish): Promise<MerchantCredentials> {
  const found = [...deps.world.book.merchants.values()].find(({ name }) => name === wanted.name);
  if (found !== undefined) return deps.credentials(found);
  const publicKey = publicKeyOf(await ensurePrivateKey(deps.keyDirectory, keyName(wanted.name)));
  const merchant = unwrap(
    deps.world.registerMerchant({
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
  return deps.credentials(merchant);
}

/** A file name for a merchant’s key: names are for people, so they are spelled out in hexadecimal. */
function keyName(name: string): string {
  return `merchant-${Buffer.from(name, "utf8").toString("hex")}`;
}
