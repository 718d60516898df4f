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

/** A terminal with the key of its device: PKCS #8, PEM. */
export type ShopTerminal = Readonly<{ terminalId: string; deviceKey: string }>;

export type Shop = Readonly<{
  merchantId: string;
  merchantKey: string;
  terminals: readonly ShopTerminal[];
}>;

/** What the merchants of a measurement have. `accounts` are given out in turn. */
export type ShopsWanted = Readonly<{
  count: number;
  terminalsEach: number;
  /** How each speaks to its channel; the fields of the channel’s form. */
  accounts: ReadonlyArray<Readonly<Record<string, string>>>;
}>;

const actor = "bench";
/** As many as share the database’s connections with room for others. */
const terminalsAtOnce = 8;

/** Sets up the merchants through the services that everybody uses. */
export async function openShops(
  { modules }: Platform,
  { count, terminalsEach, accounts }: ShopsWanted,
): Promise<readonly Shop[]> {
  const shops: Shop[] = [];
  for (let number = 1; number <= count; number += 1) {
    const config = accounts[(number - 1) % accounts.length] ?? {};
    shops.push(await openShop(modules, { number, terminalsEach, config }));
  }
  return shops;
}

type ShopWanted = Readonly<{
  number: number;
  terminalsEach: number;
  config: Readonly<Record<string, string>>;
}>;

async function openShop(
  modules: Platform["modules"],
  { number, terminalsEach, config }: ShopWanted,
): Promise<Shop> {
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
  const account = { channel: "alipay", state: null, config, actor, reason: "bench" } as const;
  unwrap(await putChannelAccount(modules.merchants, merchantId, account));
  const terminals: ShopTerminal[] = [];
  for (let from = 1; from <= terminalsEach; from += terminalsAtOnce)
    terminals.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(terminalsAtOnce, terminalsEach - from + 1) }, (_, index) =>
          openTerminal(modules, { merchantId, storeId, number: from + index }),
        ),
      )),
    );
  const name = `bench ${randomBytes(4).toString("hex")}`;
  const { key: merchantKey } = unwrap(await createCredential(modules.identity, { merchantId, name }, actor));
  return { merchantId, merchantKey, terminals };
}

async function openTerminal(
  modules: Platform["modules"],
  { merchantId, storeId, number }: Readonly<{ merchantId: string; storeId: string; number: number }>,
): Promise<ShopTerminal> {
  const no = `T${String(number).padStart(4, "0")}`;
  const wanted = { merchantId, storeId, name: `${number}号收银台`, no };
  const { id: terminalId } = unwrap(
    await createTerminal(modules.terminals, { ...wanted, kind: "cashier", announce: "own" }),
  );
  const { activationCode } = unwrap(
    await issueActivationCode(modules.terminals, { terminalId, merchantId }, actor),
  );
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const device = { publicKey: new Uint8Array(raw), model: null, appVersion: null };
  unwrap(await activateTerminal(modules.terminals, activationCode, device));
  return { terminalId, deviceKey: privateKey.export({ format: "pem", type: "pkcs8" }) as string };
}
