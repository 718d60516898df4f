// The shops of the simulated town: merchants with their Alipay accounts, stores, counters and soundboxes, set up through
// the services that a console would use.
import { ed25519 } from "@noble/curves/ed25519.js";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import {
  addStore,
  createMerchant,
  putChannelAccount,
  type MerchantDeps,
} from "@huiyin/server/modules/merchants/index.ts";
import {
  activateTerminal,
  createTerminal,
  issueActivationCode,
  type TerminalDeps,
} from "@huiyin/server/modules/terminals/index.ts";
import type { Bank } from "./bank.ts";
import type { BoundTerminal } from "./evidence.ts";
import { publicUrl } from "./platform.ts";
import type { Chance } from "./random.ts";

export type Town = Readonly<{ terminals: readonly BoundTerminal[]; sellerOf: ReadonlyMap<string, string> }>;

export type TownDeps = Readonly<{
  merchants: MerchantDeps;
  terminals: TerminalDeps;
  bank: Bank;
  chance: Chance;
}>;

type Plan = Readonly<{
  name: string;
  english: string;
  rate: bigint;
  counters: ReadonlyArray<
    Readonly<{ no: string; kind: "cashier" | "soundbox"; announce: BoundTerminal["announce"] }>
  >;
}>;

const plans: readonly Plan[] = [
  {
    name: "回音咖啡",
    english: "Echo Coffee",
    rate: 38n,
    counters: [
      { no: "T0001", kind: "cashier", announce: "own" },
      { no: "T0002", kind: "cashier", announce: "none" },
      { no: "T0003", kind: "cashier", announce: "none" },
    ],
  },
  {
    name: "巷口面馆",
    english: "Corner Noodles",
    rate: 60n,
    counters: [
      { no: "T0001", kind: "cashier", announce: "own" },
      { no: "T0002", kind: "cashier", announce: "none" },
      { no: "B0001", kind: "soundbox", announce: "store" },
    ],
  },
];

const actor = "simulation";

export async function buildTown(deps: TownDeps): Promise<Town> {
  const terminals: BoundTerminal[] = [];
  const sellerOf = new Map<string, string>();
  for (const plan of plans) {
    const { merchant: account, privateKeyPem } = deps.bank.addMerchant(plan.name);
    const names = { zh: plan.name, en: plan.english };
    const wanted = {
      number: null,
      names,
      mcc: "5814",
      region: "310106",
      feesBasisPoints: { alipay: plan.rate, huabei: null },
    };
    const merchant = unwrap(await createMerchant(deps.merchants, wanted, actor));
    sellerOf.set(merchant.id, account.sellerId);
    const config = {
      appId: account.appId,
      sellerId: account.sellerId,
      privateKeyPem,
      alipayPublicKeyPem: deps.bank.alipayPublicKeyPem,
      gatewayUrl: `${publicUrl}/gateway.do`,
    };
    unwrap(
      await putChannelAccount(deps.merchants, merchant.id, {
        channel: "alipay",
        state: null,
        config,
        actor,
        reason: "开户",
      }),
    );
    const store = unwrap(
      await addStore(deps.merchants, merchant.id, {
        no: "S0001",
        names,
        address: "上海市静安区南京西路 1266 号",
      }),
    );
    for (const counter of plan.counters) {
      const terminalId = await installTerminal(deps, {
        ...counter,
        merchantId: merchant.id,
        storeId: store.id,
        name: counter.no,
      });
      terminals.push({
        merchantId: merchant.id,
        terminalId,
        name: `${merchant.number}-${counter.no}`,
        announce: counter.announce,
      });
    }
  }
  return { terminals, sellerOf };
}

async function installTerminal(
  deps: TownDeps,
  wanted: Parameters<typeof createTerminal>[1],
): Promise<string> {
  const { id: terminalId, merchantId } = unwrap(await createTerminal(deps.terminals, wanted));
  const { activationCode } = unwrap(
    await issueActivationCode(deps.terminals, { terminalId, merchantId }, actor),
  );
  const publicKey = ed25519.getPublicKey(deps.chance.bytes(32));
  unwrap(
    await activateTerminal(deps.terminals, activationCode, { publicKey, model: null, appVersion: null }),
  );
  return terminalId;
}

/** Only cashiers sell; a soundbox listens. */
export function sells(terminal: BoundTerminal): boolean {
  return !terminal.name.includes("-B");
}
