// The sandbox as a service: the simulated networks over HTTP, each with durable books, one wallet page, one set of controls.
import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import type { Result } from "@huiyin/server/kernel/result.ts";
import type { Clock } from "@huiyin/server/platform/clock.ts";
import { createHttp } from "@huiyin/server/platform/http/app.ts";
import { createLoops } from "@huiyin/server/platform/loops.ts";
import { createMetrics } from "@huiyin/server/platform/metrics.ts";
import { composeAlipay, type BothCredentials, type MerchantCredentials } from "./alipay/compose.ts";
import type { AlipayWorld } from "./alipay/world.ts";
import type { Network } from "./book/network.ts";
import { createAuthenticator } from "./control/access.ts";
import { officeRoutes } from "./control/office.ts";
import { registerWalletPage } from "./control/page.ts";
import { controlRoutes } from "./control/routes.ts";
import { ensureDemoPayers } from "./demo.ts";
import { openJournal } from "./journal.ts";
import type { ComposedWorld, MerchantWish, WorldKit } from "./world/model.ts";
import { worldMakers } from "./worlds.ts";

export type { BothCredentials, MerchantCredentials } from "./alipay/compose.ts";
export type { MerchantWish } from "./world/model.ts";

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
  /** The simulated Alipay. */
  world: AlipayWorld;
  /** Every simulated network, Alipay first. */
  worlds: readonly ComposedWorld[];
  /** Makes sure that a merchant of this name exists at the simulated Alipay, and returns its account: what the platform is configured with. */
  ensureMerchant(wanted: MerchantWish): Promise<MerchantCredentials>;
  /** The same at any network; null where it is not simulated. */
  ensureMerchantAt(network: Network, wanted: MerchantWish): Promise<Readonly<Record<string, string>> | null>;
  /** The account of a merchant with what certificate mode needs besides; of the first merchant where none is named. */
  credentials(appId: string | null): Promise<Result<BothCredentials>>;
  stop(): Promise<void>;
}>;

/** How often waiting work is looked at, in real milliseconds; a moved clock wakes it at once. */
const roundMs = 500;
const walletPage = join(dirname(fileURLToPath(import.meta.url)), "wallet", "dist");

/** Starts the sandbox: opens its books, listens, and goes on delivering what an earlier run left to deliver. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clock, log, controlToken } = options;
  let wake = (): void => undefined;
  let url = "";
  const kit: WorldKit = {
    clock,
    unmovedNow: () => new Date(),
    log,
    controlToken,
    keyDirectory: join(options.dataDirectory, "keys"),
    random: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
    openJournal: (network) => openJournal(join(options.dataDirectory, `${network}.journal`), network),
    url: () => url,
    wake: () => wake(),
  };
  const alipay = await composeAlipay(kit);
  const worlds: readonly ComposedWorld[] = [
    alipay,
    ...(await Promise.all(worldMakers.map((make) => make(kit)))),
  ];
  for (const { world } of worlds) ensureDemoPayers(world);

  const http = await createHttp({
    log,
    metrics: createMetrics(),
    authenticators: [createAuthenticator(controlToken, () => alipay.world.book.merchants.keys())],
    version: options.version ?? "0.1.0",
    pages: [],
    trustedProxies: [],
  });
  for (const { routes } of worlds) routes(http.app);
  controlRoutes(http.app, { world: alipay.world, worlds, clock });
  officeRoutes(http.app, { world: alipay.world });
  await registerWalletPage(http.app, { controlToken, directory: walletPage });
  url = await http.listen({ host: options.host, port: options.port });

  const loops = createLoops({ clock, log });
  ({ wake } = loops.every("sandbox", roundMs, async (signal) => {
    await Promise.all(worlds.map(({ round }) => round(signal)));
  }));
  log.info(
    { event: "sandbox_started", url, wallets: alipay.world.book.wallets.size },
    "the sandbox is listening",
  );

  return {
    url,
    walletUrl: `${url}/?token=${encodeURIComponent(controlToken)}`,
    world: alipay.world,
    worlds,
    ensureMerchant: alipay.ensureMerchant,
    ensureMerchantAt: async (network, wanted) =>
      (await worlds.find((each) => each.network === network)?.ensureMerchant(wanted)) ?? null,
    credentials: alipay.credentials,
    stop: async () => {
      await loops.stop();
      await http.drain();
      for (const { close } of worlds) close();
    },
  };
}
