// What a fresh platform with a sandbox comes with: a shop, its terminal, its keys, so that the first payment needs no set-up.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { ChannelAccount } from "@huiyin/server/channels/port.ts";
import { channels } from "@huiyin/server/channels/registry.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { ensureDemoMerchant } from "@huiyin/server/modules/merchants/index.ts";
import {
  ensureDemoManagerCode,
  ensureDemoTerminal,
  issueActivationCode,
} from "@huiyin/server/modules/terminals/index.ts";
import type { Sandbox } from "@huiyin/sandbox/start.ts";
import type { Platform } from "@huiyin/server/start.ts";
import { merchantKeyOf } from "./keys.ts";

export type Demo = Readonly<{
  merchantId: string;
  storeId: string;
  terminalId: string;
  merchantKey: string;
  /** Of the payer with balance and Huabei. */
  walletId: string;
  /** Types itself into the cashier page; a new one with every start, since each works once. */
  activationCode: string;
  /** 店长码 that the store came with; the merchant may have set another since. */
  managerCode: string;
}>;

const alipayMerchantName = "回音咖啡";

/** Safe to call at every start: what is there already stays. */
export async function setUpDemo(
  deps: Readonly<{ platform: Platform; sandbox: Sandbox; dataDirectory: string }>,
): Promise<Demo> {
  const { platform, sandbox } = deps;
  const { modules } = platform;
  const credentials = await sandbox.ensureMerchant({ name: alipayMerchantName });
  const {
    appId,
    sellerId,
    privateKeyPem,
    alipayPublicKeyPem,
    gatewayUrl,
    productOfficeUrl,
    productOfficeToken,
  } = credentials;
  const others = await otherAccounts(sandbox);
  const { merchant, store } = await ensureDemoMerchant(modules.merchants, {
    others,
    credentials: {
      appId,
      sellerId,
      privateKeyPem,
      alipayPublicKeyPem,
      gatewayUrl,
      productOfficeUrl,
      productOfficeToken,
    },
  });
  const place = { merchantId: merchant.id, storeId: store.id };
  const terminal = await ensureDemoTerminal(modules.terminals, place);
  const issued = unwrap(
    await issueActivationCode(
      modules.terminals,
      { terminalId: terminal.id, merchantId: merchant.id },
      "huiyin start",
    ),
  );
  return {
    ...place,
    terminalId: terminal.id,
    merchantKey: await merchantKeyOf(platform, deps.dataDirectory, merchant.id),
    walletId: firstWalletOf(sandbox),
    activationCode: issued.activationCode,
    managerCode: await ensureDemoManagerCode(modules.managerCodes, place),
  };
}

/** The shop at every other network that the sandbox simulates and the platform speaks to. */
async function otherAccounts(sandbox: Sandbox): Promise<ReadonlyMap<ChannelCode, ChannelAccount>> {
  const accounts = new Map<ChannelCode, ChannelAccount>();
  for (const { network, ensureMerchant } of sandbox.worlds) {
    if (network === "alipay" || !channels.has(network)) continue;
    accounts.set(network, await ensureMerchant({ name: alipayMerchantName }));
  }
  return accounts;
}

/** The first demo payer can pay with anything. */
function firstWalletOf(sandbox: Sandbox): string {
  const [first] = sandbox.world.book.wallets.keys();
  return first ?? "";
}
