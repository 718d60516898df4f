// Defaults for tests only: a coffee shop, a simulated back office, a vault with a throw-away key.
import { randomBytes } from "node:crypto";
import type { CapabilityState, ChannelCode } from "@huiyin/contract/words.ts";
import type { ChannelAccount, ChannelManifest, ProbeOutcome } from "../../channels/port.ts";
import { usualTransit } from "../../channels/timetables.ts";
import { uuidV7 } from "../../kernel/ids.ts";
import type { World } from "../../kernel/world.ts";
import type { Pg } from "../../platform/pg/pg.ts";
import { createVault } from "../../platform/secrets.ts";
import { createMerchantDirectory } from "./directory.ts";
import type { Product } from "./model.ts";
import type { OpenOutcome, ProductOffice } from "./productOffice.ts";
import type { MerchantDeps, NewMerchant } from "./service.ts";

/** A world whose time stands still until it is moved. */
export type TestWorld = World & Readonly<{ moveTo(at: Date): void; moveSeconds(seconds: number): void }>;

export function testWorld(start = new Date("2026-11-22T04:00:00Z")): TestWorld {
  let now = start;
  let counter = 0;
  return {
    now: () => now,
    newId: (prefix) => {
      const noise = Buffer.alloc(10);
      noise.writeUInt32BE(++counter, 2); // in order within one millisecond
      return `${prefix}_${uuidV7(now, noise).replaceAll("-", "")}`;
    },
    random: () => 0.5,
    moveTo: (at) => (now = at),
    moveSeconds: (seconds) => (now = new Date(now.getTime() + seconds * 1_000)),
  };
}

/** The channel's back office as a simulator: it has states of its own, may be unreachable, and counts its calls. */
export type SimulatedOffice = ProductOffice & {
  readonly states: Map<Product, CapabilityState>;
  /** What an application leads to; "applying" leaves the approval to the test. */
  onOpen: "enabled" | "applying" | Extract<OpenOutcome, { kind: "refused" }> | "lost";
  reachable: "yes" | "no";
  readonly calls: { stateOf: number; open: number };
};

export function simulatedOffice(now: () => Date): SimulatedOffice {
  const office: SimulatedOffice = {
    states: new Map<Product, CapabilityState>([
      ["alipay", "enabled"],
      ["huabei", "enabled"],
    ]),
    onOpen: "enabled",
    reachable: "yes",
    calls: { stateOf: 0, open: 0 },
    stateOf: async (_account, product) => {
      office.calls.stateOf += 1;
      if (office.reachable === "no")
        return { kind: "unknown", problem: "connection refused", askedAt: now() };
      return {
        kind: "known",
        state: office.states.get(product) ?? "notApplied",
        reason: null,
        askedAt: now(),
      };
    },
    open: async (_account, product) => {
      office.calls.open += 1;
      if (office.reachable === "no" || office.onOpen === "lost")
        return { kind: "unknown", problem: "connection refused" };
      if (typeof office.onOpen === "object") return office.onOpen;
      office.states.set(product, office.onOpen);
      return { kind: "accepted" };
    },
  };
  return office;
}

export const testManifest: ChannelManifest = {
  code: "alipay",
  names: { zh: "支付宝", en: "Alipay" },
  products: [],
  amountFenMin: 1n,
  amountFenMax: 10_000_000_000n,
  configFields: [
    {
      key: "appId",
      label: { zh: "", en: "" },
      help: { zh: "", en: "" },
      secret: "no",
      pattern: "^[0-9]{16}$",
      identity: "yes",
    },
    {
      key: "privateKey",
      label: { zh: "", en: "" },
      help: { zh: "", en: "" },
      secret: "yes",
      pattern: "^.{3,}$",
    },
  ],
  configModes: [],
  offers: { shownCodes: "yes", close: "yes", instalments: "yes", bill: "no" },
  timetable: {
    replyTimeoutMs: 10_000,
    firstQuerySeconds: 5,
    queryIntervalSeconds: 3,
    cancelAfterSeconds: 60,
    cancelIntervalSeconds: 2,
    cancelAttemptsMax: 3,
    expirySeconds: 120,
    slowIntervalSeconds: 10,
    reviewAfterSeconds: 170,
    reviewQueryIntervalSeconds: 300,
    reviewQueryUntilSeconds: 90_000,
  },
  shownCodeTimetable: null,
  refundTimetable: {
    queryAfterSeconds: 10,
    resendSecondsMin: 15,
    resendSecondsMax: 600,
    balanceShortRetrySeconds: [60, 300, 900, 3_600],
    sendUntilSeconds: 86_400,
    reviewAfterSeconds: 86_400,
    askOnSeconds: 90_000,
    transit: usualTransit,
    voidUntilSecondOfDay: null,
  },
};

/** What the channel says of every account that is tried out; an account is ready unless a test says otherwise. */
export type SimulatedProbe = { outcome: ProbeOutcome; readonly probed: ChannelAccount[] };

export type TestMerchants = Readonly<{
  deps: MerchantDeps;
  world: TestWorld;
  office: SimulatedOffice;
  probing: SimulatedProbe;
}>;

export function testMerchants(pg: Pg, manifest: ChannelManifest = testManifest): TestMerchants {
  const world = testWorld();
  const office = simulatedOffice(world.now);
  const vault = createVault([randomBytes(32)]);
  const directory = createMerchantDirectory({ pg, world, vault });
  const manifests = new Map<ChannelCode, ChannelManifest>([[manifest.code, manifest]]);
  const followApplication = async (): Promise<void> => undefined; // the tests look at once; jobs.test.ts has the real one
  const probing: SimulatedProbe = { outcome: { kind: "ready", warnings: [] }, probed: [] };
  const probe: MerchantDeps["probe"] = async (_channel, account) => {
    probing.probed.push(account);
    return { outcome: probing.outcome, exchange: null };
  };
  const deps = { pg, world, vault, directory, office, manifests, followApplication, probe };
  return { deps, world, office, probing };
}

export const coffeeShop: NewMerchant = {
  number: null,
  names: { zh: "回音咖啡", en: "Echo Coffee" },
  mcc: "5814",
  region: "310106",
  feesBasisPoints: { alipay: 38n, huabei: null },
};

export const testAccount = { appId: "2021000000000001", privateKey: "secret-key" } as const;
