// Routing on a real database: which account, what refuses, what is remembered, and how an outage ends by itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import type { Channel, ChannelAccount, ChargeOutcome, Probe } from "../../channels/port.ts";
import { addSeconds } from "../../kernel/time.ts";
import { unwrap, type Result } from "../../kernel/result.ts";
import { createMetrics } from "../../platform/metrics.ts";
import type { Pg } from "../../platform/pg/pg.ts";
import { testDb } from "../../platform/pg/testing.ts";
import { coffeeShop, testManifest, testMerchants, type TestWorld } from "../merchants/fixtures.ts";
import { announceWindow, createMerchant, putChannelAccount } from "../merchants/index.ts";
import { createHealthMonitor, type ChannelHealthMonitor } from "./health/service.ts";
import { circuitRules } from "./limits.ts";
import type { Question } from "./model.ts";
import { createRouting, type Routing } from "./service.ts";

const gatewayField = { ...testManifest.configFields[0]!, key: "gatewayUrl", pattern: "^https?://.+$" };
const manifest = { ...testManifest, configFields: [...testManifest.configFields, gatewayField] };
const config = (no: number): ChannelAccount => ({
  ...{ appId: `202100000000000${no}`, privateKey: "secret-key" },
  gatewayUrl: `https://gateway${no}.example/pay`,
});
const account = { channel: "alipay", state: null, actor: "key_test", reason: "首次配置" } as const;
const texts = { zh: "系统升级", en: "Upgrade" };
const codeOf = (result: Result<unknown>): string => (result.ok ? "ok" : result.refusal.code);

/** A gateway of which the test decides what it says. */
class Gateway {
  charged: ChargeOutcome["kind"] = "succeeded";
  /** What goes wrong on the way of a charge that stays unknown. */
  problem = "timeout";
  probed: "up" | "down" = "up";
  probes = 0;

  readonly channel = {
    manifest,
    charge: async () => ({
      outcome: { kind: this.charged } as ChargeOutcome,
      exchange: { operation: "charge", receivedAt: null, problem: this.problem, response: null },
    }),
    precreate: async () => undefined,
    refund: async () => undefined,
  } as unknown as Channel;

  readonly probe = async (): Promise<Probe> => {
    this.probes += 1;
    const words = { zh: "", en: "" };
    const finding = { code: "gatewayUnreachable", field: null, title: words, next: words };
    return this.probed === "up"
      ? { outcome: { kind: "ready", warnings: [] }, exchange: null }
      : { outcome: { kind: "refused", finding, words: null }, exchange: null };
  };
}

type Bench = Readonly<{
  world: TestWorld;
  merchantId: string;
  routing: Routing;
  health: ChannelHealthMonitor;
  gateway: Gateway;
  /** Payments that were written down. */
  existing: Set<string>;
  ask(change?: Partial<Question>): Promise<Result<Readonly<{ route: string }>>>;
  /** Charges through the first account, or another one. */
  charge(times: number, account?: ChannelAccount): Promise<void>;
  /** Shuts the channel, or what the change says, from now on. */
  announce(seconds: number, change?: Readonly<{ scope?: "own"; route?: string }>): Promise<void>;
  another(): ChannelHealthMonitor;
  /** Another process that cannot write until it is repaired. */
  failing(): Readonly<{ monitor: ChannelHealthMonitor; repair(): void }>;
  /** Another process adds an account: this one has not heard of it. */
  addRoute(route: string): Promise<void>;
}>;

async function bench(pg: Pg, accounts: readonly string[]): Promise<Bench> {
  const { deps, world } = testMerchants(pg, manifest);
  const { id: merchantId } = unwrap(await createMerchant(deps, coffeeShop, "key_test"));
  for (const [index, route] of accounts.entries())
    unwrap(await putChannelAccount(deps, merchantId, { ...account, route, config: config(index + 1) }));
  const gateway = new Gateway();
  const log = pino({ level: "silent" });
  const monitor = (processId: string, database: Pick<Pg, "batch" | "transaction"> = pg) =>
    createHealthMonitor({
      ...{ pg: database, world, log, metrics: createMetrics(), processId },
      probe: gateway.probe,
    });
  const health = monitor("one");
  const existing = new Set<string>();
  const routing = createRouting({
    ...{ pg, world, directory: deps.directory, health },
    paymentExists: async (_tx, _merchantId, paymentId) => (existing.has(paymentId) ? "yes" : "no"),
  });
  const watched = health.watch(gateway.channel);
  const method = "payerCode" as const;
  return {
    ...{ world, merchantId, routing, health, gateway, existing },
    ask: async (change = {}) => {
      const at = world.now();
      const question = { paymentId: world.newId("pay"), storeId: null, amountFen: 1_250n, at, method };
      return routing.choose({ merchantId, channel: "alipay", ...question, ...change });
    },
    charge: async (times, through = config(1)) => {
      for (let count = 0; count < times; count += 1) await watched.charge({} as never, through, {} as never);
    },
    announce: async (seconds, change = {}) => {
      const plannedTo = addSeconds(world.now(), seconds);
      const window = { scope: "alipay", plannedFrom: world.now(), plannedTo, texts } as const;
      unwrap(await announceWindow({ pg, world }, { ...window, ...change }, "key_test"));
    },
    another: () => monitor("two"),
    failing: () => {
      let state: "broken" | "repaired" = "broken";
      const transaction: Pg["transaction"] = async (work) => {
        if (state === "broken") throw new Error("no database");
        return pg.transaction(work);
      };
      const broken = monitor("three", { batch: pg.batch, transaction });
      return { monitor: broken, repair: () => (state = "repaired") };
    },
    addRoute: async (route) => {
      const elsewhere = { ...deps, directory: { ...deps.directory, forget: () => undefined } };
      unwrap(await putChannelAccount(elsewhere, merchantId, { ...account, route, config: config(9) }));
    },
  };
}

test("a channel in maintenance refuses by name until the window is over, which nobody has to say", async () => {
  await using db = await testDb();
  const { ask, announce, world } = await bench(db.pg, ["main"]);
  assert.equal(unwrap(await ask()).route, "main");
  world.moveSeconds(10);
  await announce(600);
  const refused = await ask();
  assert.ok(!refused.ok);
  assert.equal(refused.refusal.code, "channel_in_maintenance");
  assert.equal(refused.refusal.facts["until"], "11-22 12:10");
  assert.equal(refused.refusal.facts["channelZh"], "支付宝");
  world.moveSeconds(599);
  assert.equal(codeOf(await ask()), "channel_in_maintenance");
  world.moveSeconds(2);
  assert.equal(unwrap(await ask()).route, "main");
  world.moveSeconds(10);
  await announce(40 * 86_400);
  const long = await ask();
  assert.ok(!long.ok);
  assert.equal(long.refusal.facts["until"], "2027-01-01 12:10");
});

test("maintenance of the platform itself is not told as the channel’s while it lasts, not even where the channel’s lasts longer", async () => {
  await using db = await testDb();
  const { ask, announce, world } = await bench(db.pg, ["main", "provider"]);
  await announce(600, { scope: "own" });
  const refused = await ask();
  assert.ok(!refused.ok);
  assert.equal(refused.refusal.code, "platform_in_maintenance");
  assert.deepEqual(Object.keys(refused.refusal.facts).sort(), ["until", "windowId"]);
  assert.equal(refused.refusal.facts["until"], "11-22 12:10");
  await announce(1_200);
  world.moveSeconds(3);
  const both = await ask();
  assert.ok(!both.ok);
  // No other wallet helps before the platform is back, so nobody is sent to another wallet.
  assert.deepEqual(
    [both.refusal.code, both.refusal.facts["until"]],
    ["platform_in_maintenance", "11-22 12:10"],
  );
  world.moveSeconds(600);
  const after = await ask();
  assert.ok(!after.ok);
  assert.deepEqual(
    [after.refusal.code, after.refusal.facts["until"]],
    ["channel_in_maintenance", "11-22 12:20"],
  );
});

test("where another account is left the payments go there, and everything about them later too", async () => {
  await using db = await testDb();
  const { ask, announce, world, routing, merchantId } = await bench(db.pg, ["main", "provider"]);
  const before = world.newId("pay");
  assert.equal(unwrap(await ask({ paymentId: before })).route, "main");
  await announce(600, { route: "main" });
  world.moveSeconds(3);
  const during = world.newId("pay");
  const { route } = unwrap(await ask({ paymentId: during }));
  assert.equal(route, "provider");
  await db.pg.transaction((tx) =>
    routing.record(tx, [
      { merchantId, paymentId: before, channel: "alipay", route: "main" },
      { merchantId, paymentId: during, channel: "alipay", route },
    ]),
  );
  world.moveSeconds(3_600);
  assert.equal(unwrap(await ask()).route, "main", "back by itself");
  assert.deepEqual(await routing.accountOf(merchantId, "alipay", during), config(2));
  assert.deepEqual(await routing.accountOf(merchantId, "alipay", before), config(1));
  assert.deepEqual(await routing.accountsAt(merchantId, "alipay"), [config(1), config(2)]);
});

test("a process that has not heard of a second account yet asks nobody about its payments", async () => {
  await using db = await testDb();
  const { routing, merchantId, world, addRoute } = await bench(db.pg, ["main"]);
  assert.equal((await routing.accountsAt(merchantId, "alipay")).length, 1);
  const paymentId = world.newId("pay");
  await addRoute("provider");
  await db.pg.transaction((tx) =>
    routing.record(tx, [{ merchantId, paymentId, channel: "alipay", route: "provider" }]),
  );
  assert.equal(await routing.accountOf(merchantId, "alipay", paymentId), null, "not the first account");
  world.moveSeconds(3);
  assert.deepEqual(await routing.accountOf(merchantId, "alipay", paymentId), config(9));
});

test("before its first payment an account is held in the version that was chosen; after it nothing is held", async () => {
  await using db = await testDb();
  const { routing, merchantId, ask, existing } = await bench(db.pg, ["main", "provider"]);
  const begin = (paymentId: string, route: string, version: number) =>
    db.pg.transaction((tx) =>
      routing.record(tx, [{ merchantId, paymentId, channel: "alipay", route, version }]),
    );
  const none = "pay_00000000000000000000000000000000";
  for (const route of ["main", "provider"]) {
    await begin(none, route, 1);
    await assert.rejects(begin(none, route, 2), { refusal: { code: "unavailable", facts: {} } });
  }
  unwrap(await ask());
  await assert.rejects(begin(none, "main", 2), "what was begun does not exist, so nothing is fixed");
  existing.add(none);
  unwrap(await ask());
  await begin(none, "main", 2);
});

test("rules hold as soon as they are put, name accounts that are there, and keep their versions", async () => {
  await using db = await testDb();
  const { ask, routing, merchantId } = await bench(db.pg, ["main", "provider"]);
  const when = { storeIds: null, methods: null, amountFenMax: null, minuteFrom: null, minuteTo: null };
  const rule = (route: string) => ({
    name: "大额走服务商",
    when: { ...when, amountFenMin: 10_000n },
    targets: [{ route, weight: 1 }],
  });
  const put = (route: string, expectedVersion = 0) =>
    routing.putPlan({
      merchantId,
      channel: "alipay",
      rules: [rule(route)],
      expectedVersion,
      actor: "key_test",
      reason: "分流",
    });
  assert.equal(codeOf(await put("elsewhere")), "routing_route_unknown");
  assert.equal(unwrap(await put("provider")).version, 1);
  assert.equal(unwrap(await ask({ amountFen: 9_999n })).route, "main");
  assert.equal(unwrap(await ask({ amountFen: 10_000n })).route, "provider");
  assert.equal(unwrap(await put("main", 1)).version, 2);
  assert.equal(unwrap(await ask({ amountFen: 10_000n })).route, "main");
  assert.deepEqual((await routing.plan(merchantId, "alipay")).rules, [rule("main")]);
});

test("rules are put in force by one of two who saw the same version, and neither is lost without a word", async () => {
  await using db = await testDb();
  const { routing, merchantId } = await bench(db.pg, ["main"]);
  const own = { merchantId, channel: "alipay", actor: "key_test", reason: "分流" } as const;
  const put = (name: string, expectedVersion: number) =>
    routing.putPlan({ ...own, rules: [{ name, when: always, targets }], expectedVersion });
  unwrap(await put("first", 0));
  const both = await Promise.all([put("one", 1), put("other", 1)]);
  assert.deepEqual(both.map(codeOf).toSorted(), ["ok", "routing_plan_overtaken"]);
  const late = await put("later", 1);
  assert.deepEqual(late.ok ? null : late.refusal.facts, { version: "2" });
  const inForce = await routing.plan(merchantId, "alipay");
  assert.equal(inForce.version, 2);
  assert.ok(["one", "other"].includes(inForce.rules[0]?.name ?? ""));
  assert.equal(codeOf(await put("ahead", 3)), "routing_plan_overtaken");
  assert.equal(unwrap(await put("again", 2)).version, 3);
});

const always = {
  ...{
    storeIds: null,
    methods: null,
    amountFenMin: null,
    amountFenMax: null,
    minuteFrom: null,
    minuteTo: null,
  },
};
const targets = [{ route: "main", weight: 1 }];
const eight = 8 * 60;

const senseless: ReadonlyArray<readonly [what: string, when: object, code: string]> = [
  ["ends at the minute it begins", { minuteFrom: eight, minuteTo: eight }, "routing_rule_never_fits"],
  ["ends at midnight, where it begins", { minuteTo: 0 }, "routing_rule_never_fits"],
  ["asks for more than it allows", { amountFenMin: 200n, amountFenMax: 100n }, "routing_rule_never_fits"],
  ["lasts to midnight", { minuteFrom: 0 }, "ok"],
  ["lasts one minute over midnight", { minuteFrom: 1_439, minuteTo: 0 }, "ok"],
  ["is about one amount", { amountFenMin: 100n, amountFenMax: 100n }, "ok"],
];

test("a rule that no payment can ever fit is refused, and so are two of one name", async () => {
  await using db = await testDb();
  const { routing, merchantId } = await bench(db.pg, ["main"]);
  const own = { merchantId, channel: "alipay", actor: "key_test", reason: "分流" } as const;
  let expectedVersion = 0;
  for (const [what, when, code] of senseless) {
    const rules = [{ name: what, when: { ...always, ...when }, targets }];
    const result = await routing.putPlan({ ...own, rules, expectedVersion });
    assert.equal(codeOf(result), code, what);
    if (result.ok) expectedVersion = result.value.version;
  }
  const rules = ["分流", " 分流 "].map((name) => ({ name, when: always, targets }));
  const twice = await routing.putPlan({ ...own, rules, expectedVersion });
  assert.deepEqual(twice.ok ? null : twice.refusal, {
    ...{ code: "routing_rule_name_taken", facts: { rule: "分流" } },
  });
});

test("a gateway that gives no answers is cut off, probed, and used again; payers who are refused cut nothing off", async () => {
  await using db = await testDb();
  const { ask, charge, gateway, health, world, routing, merchantId } = await bench(db.pg, ["main"]);
  gateway.charged = "declined";
  await charge(50);
  assert.equal(unwrap(await ask()).route, "main");
  world.moveSeconds(120);
  gateway.charged = "unknown";
  gateway.probed = "down";
  await charge(circuitRules.callsMin - 1);
  assert.equal(codeOf(await ask()), "ok", "too few to conclude from");
  await charge(1);
  assert.equal(codeOf(await ask()), "channel_unstable");
  assert.deepEqual(await routing.unstableRoutes(merchantId), new Map([["alipay", new Set(["main"])]]));

  await health.lookAfter();
  assert.equal(gateway.probes, 0, "not before its time");
  world.moveSeconds(circuitRules.openSecondsMin);
  await health.lookAfter();
  assert.equal(gateway.probes, 1);
  assert.equal(codeOf(await ask()), "channel_unstable");
  gateway.probed = "up";
  world.moveSeconds(circuitRules.openSecondsMin * 2);
  await health.lookAfter();
  assert.equal(codeOf(await ask()), "channel_unstable", "half open takes no payments");
  world.moveSeconds(circuitRules.halfOpenSeconds);
  await health.lookAfter();
  assert.equal(unwrap(await ask()).route, "main");
  assert.equal((await routing.unstableRoutes(merchantId)).size, 0);
});

test("payments go round a gateway that gives no answers where the merchant has an account at another one", async () => {
  await using db = await testDb();
  const { ask, charge, gateway, routing, merchantId } = await bench(db.pg, ["main", "provider"]);
  gateway.charged = "unknown";
  await charge(circuitRules.callsMin);
  assert.equal(unwrap(await ask()).route, "provider");
  const unstable = await routing.unstableRoutes(merchantId);
  assert.deepEqual(unstable, new Map([["alipay", new Set(["main"])]]), "one that serves is left");
});

/** Another merchant at the gateway of the first account. */
const neighbour: ChannelAccount = { ...config(2), gatewayUrl: config(1)["gatewayUrl"] ?? "" };
const half = circuitRules.callsMin / 2;

test("what one account brings upon itself cuts off that account alone", async () => {
  await using db = await testDb();
  const { ask, charge, gateway, health } = await bench(db.pg, ["main"]);
  const seen = (one: ChannelAccount) => health.circuitOf("alipay", one, "payerCode").state;
  gateway.charged = "unknown";
  await charge(circuitRules.callsMin * 3);
  assert.equal(codeOf(await ask()), "channel_unstable");
  assert.deepEqual([seen(neighbour), seen(config(2))], ["closed", "closed"]);
  const listed = health.all().map(({ account: name, circuit }) => [name, circuit.state]);
  assert.deepEqual(
    listed.toSorted(),
    [
      [config(1)["appId"], "open"],
      [null, "closed"],
    ].toSorted(),
  );
});

test("a call that never left, and a reply that one key cannot prove, cut nobody off", async () => {
  await using db = await testDb();
  const { ask, charge, gateway } = await bench(db.pg, ["main"]);
  gateway.charged = "unknown";
  for (const problem of ["Error: the key cannot be read", "TypeError: Invalid URL"]) {
    gateway.problem = problem;
    await charge(circuitRules.callsMin * 3);
    assert.equal(unwrap(await ask()).route, "main", problem);
  }
});

test("what one process cut off is cut off in the others, and closed there when it closes", async () => {
  await using db = await testDb();
  const { charge, gateway, health, world, another } = await bench(db.pg, ["main"]);
  const other = another();
  const seen = () => other.circuitOf("alipay", config(1), "payerCode").state;
  gateway.charged = "unknown";
  world.moveSeconds(1);
  await charge(half);
  await charge(half, neighbour);
  assert.equal(seen(), "closed");
  await health.lookAfter();
  await other.lookAfter();
  assert.equal(seen(), "open");
  for (let count = 0; count < circuitRules.probesToClose; count += 1) {
    world.moveSeconds(circuitRules.openSecondsMin);
    await health.lookAfter();
  }
  await other.lookAfter();
  assert.equal(seen(), "closed");
});

test("what another process cut off before it died is probed here, as soon as somebody wants to pay through it", async () => {
  await using db = await testDb();
  const { charge, gateway, health, world, another } = await bench(db.pg, ["main"]);
  gateway.charged = "unknown";
  world.moveSeconds(1);
  await charge(half);
  await charge(half, neighbour);
  await health.lookAfter();
  world.moveSeconds(1);
  // It was not there when the others were told.
  const survivor = another();
  const seen = () => survivor.circuitOf("alipay", config(1), "payerCode").state;
  await survivor.lookAfter();
  assert.equal(seen(), "open");
  for (let count = 0; count < circuitRules.probesToClose; count += 1) {
    world.moveSeconds(circuitRules.openSecondsMin);
    await survivor.lookAfter();
  }
  assert.equal(gateway.probes, circuitRules.probesToClose);
  assert.equal(seen(), "closed");
});

test("what could not be written down is told in the next round, also where others told of later things meanwhile", async () => {
  await using db = await testDb();
  const { charge, gateway, world, another, failing } = await bench(db.pg, ["main"]);
  const other = another();
  const seen = () => other.circuitOf("alipay", config(1), "payerCode").state;
  gateway.charged = "unknown";
  const { monitor, repair } = failing();
  const through = monitor.watch(gateway.channel);
  for (const one of [config(1), neighbour])
    for (let count = 0; count < half; count += 1) await through.charge({} as never, one, {} as never);
  await assert.rejects(monitor.lookAfter(), /no database/);
  world.moveSeconds(2);
  await charge(half, config(3));
  await charge(half, { ...config(4), gatewayUrl: config(3)["gatewayUrl"] ?? "" });
  await other.lookAfter();
  assert.equal(seen(), "closed");
  repair();
  await monitor.lookAfter();
  await other.lookAfter();
  assert.equal(seen(), "open");
});
