// The shops of the simulated town: merchants with one, two or three channels, each set up in a way of its own, stores,
// counters and soundboxes, set up through the services that a console would use.
import { ed25519 } from "@noble/curves/ed25519.js";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import {
  addStore,
  createMerchant,
  putChannelAccount,
  type MerchantDeps,
  type NewMerchant,
} from "@huiyin/server/modules/merchants/index.ts";
import {
  activateTerminal,
  createTerminal,
  issueActivationCode,
  type TerminalDeps,
} from "@huiyin/server/modules/terminals/index.ts";
import type { Bank } from "./bank.ts";
import type { BoundTerminal, Shop } from "./evidence.ts";
import type { AccountWay } from "./networks/network.ts";
import type { Chance } from "./random.ts";

export type Town = Readonly<{ terminals: readonly BoundTerminal[]; shops: readonly Shop[] }>;

export type TownDeps = Readonly<{
  merchants: MerchantDeps;
  terminals: TerminalDeps;
  bank: Bank;
  chance: Chance;
}>;

type Plan = Readonly<{
  name: string;
  english: string;
  fees: NewMerchant["feesBasisPoints"];
  /** By channel: how its account is set up, and how often customers pay through it. */
  channels: Readonly<Partial<Record<ChannelCode, Readonly<{ way: AccountWay; weight: number }>>>>;
  counters: ReadonlyArray<
    Readonly<{ no: string; kind: "cashier" | "soundbox"; announce: BoundTerminal["announce"] }>
  >;
}>;

// Together about a third of all payments through each channel.
const plans: readonly Plan[] = [
  {
    name: "回音咖啡",
    english: "Echo Coffee",
    fees: { alipay: 38n, huabei: null, wechat: 54n },
    channels: {
      alipay: { way: "key", weight: 28 },
      wechat: { way: "v2AndV3PublicKey", weight: 36 },
      unionpay: { way: "pem", weight: 36 },
    },
    counters: [
      { no: "T0001", kind: "cashier", announce: "own" },
      { no: "T0002", kind: "cashier", announce: "none" },
      { no: "T0003", kind: "cashier", announce: "none" },
    ],
  },
  {
    name: "巷口面馆",
    english: "Corner Noodles",
    fees: { alipay: 60n, huabei: null },
    channels: {
      alipay: { way: "key", weight: 48 },
      wechat: { way: "v3Certificate", weight: 52 },
    },
    counters: [
      { no: "T0001", kind: "cashier", announce: "own" },
      { no: "T0002", kind: "cashier", announce: "none" },
      { no: "B0001", kind: "soundbox", announce: "store" },
    ],
  },
  {
    name: "街角书店",
    english: "Corner Books",
    fees: { alipay: 38n, huabei: null, unionpay: 25n },
    channels: {
      wechat: { way: "v2Md5", weight: 35 },
      unionpay: { way: "keyFile", weight: 65 },
    },
    counters: [
      { no: "T0001", kind: "cashier", announce: "own" },
      { no: "T0002", kind: "cashier", announce: "none" },
    ],
  },
  {
    name: "老王水果",
    english: "Wang’s Fruit",
    fees: { alipay: 38n, huabei: null },
    channels: { alipay: { way: "key", weight: 100 } },
    counters: [{ no: "T0001", kind: "cashier", announce: "own" }],
  },
];

const actor = "simulation";

export async function buildTown(deps: TownDeps): Promise<Town> {
  const terminals: BoundTerminal[] = [];
  const shops: Shop[] = [];
  for (const plan of plans) {
    const names = { zh: plan.name, en: plan.english };
    const wanted = { number: null, names, mcc: "5814", region: "310106", feesBasisPoints: plan.fees };
    const merchant = unwrap(await createMerchant(deps.merchants, wanted, actor));
    shops.push({ merchantId: merchant.id, ...(await openAccounts(deps, plan, merchant.id)) });
    const store = unwrap(
      await addStore(deps.merchants, merchant.id, {
        no: "S0001",
        names,
        address: "上海市静安区南京西路 1266 号",
      }),
    );
    for (const counter of plan.counters) {
      const place = { merchantId: merchant.id, storeId: store.id, name: counter.no };
      const terminalId = await installTerminal(deps, { ...counter, ...place });
      const name = `${merchant.number}-${counter.no}`;
      terminals.push({ merchantId: merchant.id, terminalId, name, announce: counter.announce });
    }
  }
  return { terminals, shops };
}

/** Opens the accounts of a shop at its networks, and configures the platform with them. */
async function openAccounts(
  { bank, merchants }: TownDeps,
  { name, channels }: Plan,
  merchantId: string,
): Promise<Pick<Shop, "weights" | "ways">> {
  const weights: Partial<Record<ChannelCode, number>> = {};
  const ways: Partial<Record<ChannelCode, AccountWay>> = {};
  for (const channel of Object.keys(channels) as ChannelCode[]) {
    const wanted = channels[channel];
    if (wanted === undefined) continue;
    const { config } = bank.open(channel, name, wanted.way);
    const update = { channel, state: null, config, actor, reason: "开户" };
    unwrap(await putChannelAccount(merchants, merchantId, update));
    weights[channel] = wanted.weight;
    ways[channel] = wanted.way;
  }
  return { weights, ways };
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
