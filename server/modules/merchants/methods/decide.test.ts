import assert from "node:assert/strict";
import { test } from "node:test";
import type { CapabilityState } from "@huiyin/contract/words.ts";
import { instalmentsOf, methodsOf, type MethodFacts } from "./decide.ts";
import { channelOfProduct } from "../model.ts";
import type {
  Capability,
  CapabilitySource,
  FeeRate,
  LiveState,
  MaintenanceWindow,
  Product,
} from "../model.ts";

const now = new Date("2026-11-22T04:00:00Z");
const earlier = new Date("2026-11-20T04:00:00Z");

const capability = (
  product: Product,
  state: CapabilityState,
  source: CapabilitySource = "channel",
): Capability => ({
  id: "cap_0",
  merchantId: "mer_0",
  channel: channelOfProduct[product],
  product,
  state,
  source,
  reason: state === "rejected" || state === "suspended" ? "原因" : null,
  version: 2,
  changedAt: earlier,
});

const shut = (
  scope: MaintenanceWindow["scope"],
  from: string,
  to: string,
  part: Partial<MaintenanceWindow> = {},
): MaintenanceWindow => ({
  id: "mwn_0",
  scope,
  ...{ method: null, route: null, bank: null, ...part },
  plannedFrom: new Date(from),
  plannedTo: new Date(to),
  actualFrom: null,
  actualTo: null,
  texts: { zh: "系统维护", en: "Maintenance" },
  createdAt: earlier,
});

const says = (state: CapabilityState, askedAt: Date): LiveState => ({
  kind: "known",
  state,
  reason: null,
  askedAt,
});

const healthy: MethodFacts = {
  merchantState: "active",
  creditAcceptance: "accepted",
  terminalState: "active",
  accounts: new Map([["alipay", "active"]]),
  capabilities: [capability("alipay", "enabled"), capability("huabei", "enabled")],
  live: new Map(),
  windows: [],
  fees: [],
};

const huabei = (state: CapabilityState, source?: CapabilitySource): Partial<MethodFacts> => ({
  capabilities: [capability("alipay", "enabled"), capability("huabei", state, source)],
});

// what differs from a healthy shop -> Alipay, Huabei (“ok”, a cause, or “no cause” where the catalogue has none)
const rows: ReadonlyArray<readonly [string, Partial<MethodFacts>, string, string]> = [
  ["nothing", {}, "ok", "ok"],
  ["the merchant is suspended", { merchantState: "suspended" }, "no cause", "no cause"],
  ["the terminal is suspended", { terminalState: "suspended" }, "no cause", "no cause"],
  ["no account at Alipay", { accounts: new Map() }, "C-MCH-05", "C-MCH-05"],
  ["the account is switched off", { accounts: new Map([["alipay", "disabled"]]) }, "C-MCH-08", "C-MCH-08"],
  ["nothing was ever applied for", { capabilities: [] }, "C-MCH-05", "C-MCH-05"],
  ["Huabei not applied for", huabei("notApplied"), "ok", "C-MCH-01"],
  ["Huabei being opened", huabei("applying"), "ok", "C-MCH-01"],
  ["Huabei closed", huabei("closed"), "ok", "C-MCH-01"],
  ["Huabei rejected", huabei("rejected"), "ok", "C-MCH-06"],
  ["the merchant takes no credit", { creditAcceptance: "refused" }, "ok", "C-MCH-08"],
  [
    "the merchant takes no credit, and Huabei is not open either",
    { ...huabei("closed"), creditAcceptance: "refused" },
    "ok",
    "C-MCH-08",
  ],
  ["Huabei suspended by the channel", huabei("suspended"), "ok", "C-RSK-02"],
  ["Huabei suspended by the merchant", huabei("suspended", "merchant"), "ok", "C-MCH-08"],
  [
    "the channel contradicts our record",
    { live: new Map([["huabei", says("closed", now)]]) },
    "ok",
    "C-MCH-01",
  ],
  ["the channel confirms our record", { live: new Map([["huabei", says("enabled", now)]]) }, "ok", "ok"],
  [
    "an answer older than our record",
    { live: new Map([["huabei", says("closed", new Date(0))]]) },
    "ok",
    "ok",
  ],
  [
    "Alipay is shut",
    { windows: [shut("alipay", "2026-11-22T03:00:00Z", "2026-11-22T05:00:00Z")] },
    "C-CHN-01",
    "C-CHN-01",
  ],
  [
    "we are shut",
    { windows: [shut("own", "2026-11-22T03:00:00Z", "2026-11-22T05:00:00Z")] },
    "C-CHN-02",
    "C-CHN-02",
  ],
  [
    "WeChat is shut",
    { windows: [shut("wechat", "2026-11-22T03:00:00Z", "2026-11-22T05:00:00Z")] },
    "ok",
    "ok",
  ],
  [
    "Alipay was shut before",
    { windows: [shut("alipay", "2026-11-22T01:00:00Z", "2026-11-22T03:59:59Z")] },
    "ok",
    "ok",
  ],
];

test("each circumstance switches off exactly the methods it stops, and says why", () => {
  for (const [name, change, alipay, huabeiExpected] of rows) {
    const methods = methodsOf({ ...healthy, ...change }, now);
    const seen = methods.map((method) => (method.available ? "ok" : (method.causeId ?? "no cause")));
    assert.deepEqual(seen, [alipay, huabeiExpected], name);
    for (const { text } of methods) assert.ok(text.zh.length > 0 && text.en.length > 0, name);
  }
});

const rate = (product: FeeRate["product"], validFrom = earlier): FeeRate => ({
  product,
  rateBasisPoints: 180n,
  validFrom,
});
const opened = (state: CapabilityState): Capability[] => [
  ...healthy.capabilities,
  capability("huabeiInstalment", state),
];
const allRates = [rate("huabeiInstalment3"), rate("huabeiInstalment6"), rate("huabeiInstalment12")];

// what differs from a healthy shop -> instalments at the payer's expense, at the merchant's for 3, 6 and 12
const instalmentRows: ReadonlyArray<readonly [string, Partial<MethodFacts>, string, string]> = [
  ["never applied for", {}, "ok", "C-MCH-01 C-MCH-01 C-MCH-01"],
  ["open, with rates", { capabilities: opened("enabled"), fees: allRates }, "ok", "ok ok ok"],
  [
    "open, with one rate that holds and one that does not yet",
    {
      capabilities: opened("enabled"),
      fees: [rate("huabeiInstalment3"), rate("huabeiInstalment6", new Date("2026-11-22T05:00:00Z"))],
    },
    "ok",
    "ok none none",
  ],
  ["rejected", { capabilities: opened("rejected"), fees: allRates }, "ok", "C-MCH-06 C-MCH-06 C-MCH-06"],
  ["suspended", { capabilities: opened("suspended"), fees: allRates }, "ok", "C-RSK-02 C-RSK-02 C-RSK-02"],
  [
    "the merchant takes no credit",
    { capabilities: opened("enabled"), fees: allRates, creditAcceptance: "refused" },
    "C-MCH-08",
    "C-MCH-08 C-MCH-08 C-MCH-08",
  ],
  ["Huabei itself is closed", huabei("closed"), "C-MCH-01", "C-MCH-01 C-MCH-01 C-MCH-01"],
];

test("instalments are offered by number and by who bears the fee, and say why not", () => {
  for (const [name, change, payer, merchant] of instalmentRows) {
    const offered = instalmentsOf({ ...healthy, ...change }, now);
    const seen = (bearer: string): string[] =>
      offered
        .filter(({ feeBearer }) => feeBearer === bearer)
        .map((item) => (item.available ? "ok" : (item.causeId ?? "none")));
    assert.deepEqual([...new Set(seen("payer"))], [payer], name);
    assert.equal(seen("merchant").join(" "), merchant, name);
    assert.deepEqual(
      offered.map(({ instalments }) => instalments),
      [3, 3, 6, 6, 12, 12],
    );
    for (const { text } of offered) assert.ok(text.zh.length > 0 && text.en.length > 0, name);
  }
});

const allChannels: Partial<MethodFacts> = {
  accounts: new Map([
    ["alipay", "active"],
    ["wechat", "active"],
    ["unionpay", "disabled"],
  ]),
  capabilities: [...healthy.capabilities, capability("wechat", "enabled"), capability("unionpay", "enabled")],
};

// what differs from a shop with accounts at every channel, that of UnionPay switched off -> the whole menu
const channelRows: ReadonlyArray<readonly [string, Partial<MethodFacts>, string]> = [
  ["nothing", {}, "alipay ok, huabei ok, wechat ok, unionpay C-MCH-08"],
  [
    "WeChat is shut",
    { windows: [shut("wechat", "2026-11-22T03:00:00Z", "2026-11-22T05:00:00Z")] },
    "alipay ok, huabei ok, wechat C-CHN-01, unionpay C-MCH-08",
  ],
  [
    "WeChat is not open",
    { capabilities: healthy.capabilities },
    "alipay ok, huabei ok, wechat C-MCH-05, unionpay C-MCH-08",
  ],
  [
    "no account at Alipay",
    { accounts: new Map([["wechat", "active"]]) },
    "alipay C-MCH-05, huabei C-MCH-05, wechat ok",
  ],
  [
    "the merchant takes no credit",
    { creditAcceptance: "refused" },
    "alipay ok, huabei C-MCH-08, wechat ok, unionpay C-MCH-08",
  ],
];

const hour = ["2026-11-22T03:00:00Z", "2026-11-22T05:00:00Z"] as const;
const twoRoutes = { routes: new Map([["wechat" as const, ["main", "provider"]]]) };

const silent = (...routes: string[]) => new Map([["wechat" as const, new Set(routes)]]);

// what differs, as above -> the whole menu
const partRows: ReadonlyArray<readonly [string, Partial<MethodFacts>, string]> = [
  [
    "Huabei alone is shut",
    { windows: [shut("alipay", ...hour, { method: "huabei" })] },
    "alipay ok, huabei C-CHN-01, wechat ok, unionpay C-MCH-08",
  ],
  [
    "a bank is shut",
    { windows: [shut("wechat", ...hour, { bank: "CMB" })] },
    "alipay ok, huabei ok, wechat ok, unionpay C-MCH-08",
  ],
  [
    "the only account is shut",
    { windows: [shut("wechat", ...hour, { route: "main" })] },
    "alipay ok, huabei ok, wechat C-CHN-01, unionpay C-MCH-08",
  ],
  [
    "one of two accounts is shut",
    { ...twoRoutes, windows: [shut("wechat", ...hour, { route: "main" })] },
    "alipay ok, huabei ok, wechat ok, unionpay C-MCH-08",
  ],
  [
    "both accounts are shut",
    {
      ...twoRoutes,
      windows: [shut("wechat", ...hour, { route: "main" }), shut("wechat", ...hour, { route: "provider" })],
    },
    "alipay ok, huabei ok, wechat C-CHN-01, unionpay C-MCH-08",
  ],
  [
    "WeChat gives no answers",
    { unstable: silent("main") },
    "alipay ok, huabei ok, wechat C-CHN-03, unionpay C-MCH-08",
  ],
  [
    "one of two accounts gets no answers",
    { ...twoRoutes, unstable: silent("main") },
    "alipay ok, huabei ok, wechat ok, unionpay C-MCH-08",
  ],
  [
    "neither of two accounts gets answers",
    { ...twoRoutes, unstable: silent("main", "provider") },
    "alipay ok, huabei ok, wechat C-CHN-03, unionpay C-MCH-08",
  ],
  [
    "one of two accounts is shut, the other gets no answers",
    {
      ...{ ...twoRoutes, unstable: silent("main") },
      windows: [shut("wechat", ...hour, { route: "provider" })],
    },
    "alipay ok, huabei ok, wechat C-CHN-01, unionpay C-MCH-08",
  ],
];

test("a window shuts the part that it names, and an account that is left keeps the wallet on the menu", () => {
  for (const [name, change, menu] of partRows) {
    const methods = methodsOf({ ...healthy, ...allChannels, ...change }, now);
    const seen = methods.map(({ method, available, causeId }) => `${method} ${available ? "ok" : causeId}`);
    assert.equal(seen.join(", "), menu, name);
  }
});

test("what is shut says until when, and what the customer may use in its place", () => {
  const windows = [shut("alipay", ...hour)];
  const menu = methodsOf({ ...healthy, ...allChannels, windows }, now);
  assert.deepEqual(
    menu.map(({ method, until, instead }) => [method, until?.toISOString() ?? null, instead]),
    [
      ["alipay", "2026-11-22T05:00:00.000Z", ["wechat"]],
      ["huabei", "2026-11-22T05:00:00.000Z", ["wechat"]],
      ["wechat", null, []],
      ["unionpay", null, ["wechat"]],
    ],
  );
});

test("the wallets of other channels are on the menu where the merchant has an account there, and nowhere else", () => {
  for (const [name, change, menu] of channelRows) {
    const methods = methodsOf({ ...healthy, ...allChannels, ...change }, now);
    const seen = methods.map(({ method, available, causeId }) => `${method} ${available ? "ok" : causeId}`);
    assert.equal(seen.join(", "), menu, name);
    for (const { text } of methods) assert.ok(text.zh.length > 0 && text.en.length > 0, name);
  }
});

test("where every account is shut the menu names the window that ends first, as routing does", () => {
  const later = "2026-11-22T06:00:00Z";
  const windows = [
    shut("wechat", hour[0], later, { route: "main" }),
    shut("wechat", ...hour, { route: "provider" }),
  ];
  const menu = methodsOf({ ...healthy, ...allChannels, ...twoRoutes, windows }, now);
  const wechat = menu.find(({ method }) => method === "wechat");
  assert.equal(wechat?.until?.toISOString(), new Date(hour[1]).toISOString());
});
