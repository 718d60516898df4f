// The merchants of a measurement, each with a store, a terminal with a device key, and a key of its servers.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { createCredential } from "@huiyin/server/modules/identity/index.ts";
import { addStore, createMerchant, putChannelAccount } from "@huiyin/server/modules/merchants/index.ts";
import {
  activateTerminal,
  createTerminal,
  issueActivationCode,
} from "@huiyin/server/modules/terminals/index.ts";
import type { Platform } from "@huiyin/server/start.ts";

export type Shop = Readonly<{
  merchantId: string;
  terminalId: string;
  merchantKey: string;
  /** PKCS #8, PEM. */
  deviceKey: string;
}>;

const actor = "bench";

/** Sets up so many merchants through the services that everybody uses. */
export async function openShops({ modules }: Platform, count: number): Promise<readonly Shop[]> {
  const shops: Shop[] = [];
  for (let number = 1; number <= count; number += 1) shops.push(await openShop(modules, number));
  return shops;
}

async function openShop(modules: Platform["modules"], number: number): Promise<Shop> {
  const names = { zh: `压测商户${number}`, en: `Merchant ${number}` };
  const form = { number: null, names, mcc: "5814", region: "310106" } as const;
  const feesBasisPoints = { alipay: 38n, huabei: null };
  const { id: merchantId } = unwrap(
    await createMerchant(modules.merchants, { ...form, feesBasisPoints }, actor),
  );
  const address = "上海市静安区南京西路 1266 号";
  const { id: storeId } = unwrap(
    await addStore(modules.merchants, merchantId, { no: "S0001", names, address }),
  );
  const account = { channel: "alipay", state: null, config: {}, actor, reason: "bench" } as const;
  unwrap(await putChannelAccount(modules.merchants, merchantId, account));
  const wanted = { merchantId, storeId, name: "一号收银台", no: "T0001" };
  const terminal = unwrap(
    await createTerminal(modules.terminals, { ...wanted, kind: "cashier", announce: "own" }),
  );
  const key = { terminalId: terminal.id, merchantId };
  const { activationCode } = unwrap(await issueActivationCode(modules.terminals, key, actor));
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const device = { publicKey: new Uint8Array(raw), model: null, appVersion: null };
  unwrap(await activateTerminal(modules.terminals, activationCode, device));
  const name = `bench ${randomBytes(4).toString("hex")}`;
  const { key: merchantKey } = unwrap(await createCredential(modules.identity, { merchantId, name }, actor));
  const deviceKey = privateKey.export({ format: "pem", type: "pkcs8" }) as string;
  return { merchantId, terminalId: terminal.id, merchantKey, deviceKey };
}
