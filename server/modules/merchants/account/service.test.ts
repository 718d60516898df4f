// Accounts: what a form must contain, and that the channel itself is asked before an account collects money.
import assert from "node:assert/strict";
import { test } from "node:test";
import { alipay } from "../../../channels/alipay/client.ts";
import type { ChannelAccount, ProbeOutcome } from "../../../channels/port.ts";
import { unwrap, type Result } from "../../../kernel/result.ts";
import { testDb } from "../../../platform/pg/testing.ts";
import { actOnCapability, capabilitiesOf } from "../capability/service.ts";
import { coffeeShop, testAccount, testManifest, testMerchants } from "../fixtures.ts";
import { createMerchant } from "../service.ts";
import { checkAccount, mergedAccount } from "./decide.ts";
import { probeChannelAccount, putChannelAccount } from "./service.ts";

const actor = "key_test";
const first = { channel: "alipay", state: null, config: testAccount, actor, reason: "首次配置" } as const;
const refused: ProbeOutcome = {
  kind: "refused",
  finding: {
    code: "appIdWrong",
    field: "appId",
    title: { zh: "支付宝不认识这个应用编号", en: "Alipay does not know this app id" },
    next: { zh: "请核对。", en: "Compare it." },
  },
  words: { code: "isv.invalid-app-id", message: "无效的AppID参数" },
};
const codeOf = (result: Result<unknown>): string => (result.ok ? "ok" : result.refusal.code);

test("an account is asked about at the channel before it is put in force, and a refusal stores nothing", async () => {
  await using db = await testDb();
  const { deps, probing } = testMerchants(db.pg);
  const { id } = unwrap(await createMerchant(deps, coffeeShop, actor));
  probing.outcome = refused;
  const result = await putChannelAccount(deps, id, first);
  assert.ok(!result.ok);
  assert.equal(result.refusal.code, "channel_probe_refused");
  assert.deepEqual(result.refusal.errors, [
    {
      field: "config.appId",
      problem: {
        zh: "支付宝不认识这个应用编号。请核对。渠道原话：isv.invalid-app-id 无效的AppID参数。",
        en: "Alipay does not know this app id. Compare it. The channel said: isv.invalid-app-id 无效的AppID参数.",
      },
    },
  ]);
  assert.equal(await deps.directory.channelAccountEvenIfDisabled(id, "alipay"), null);
  assert.deepEqual(probing.probed, [testAccount]);

  // Saved as disabled it collects nothing, so nobody is asked; to put it in force, the channel has to agree.
  assert.equal(unwrap(await putChannelAccount(deps, id, { ...first, state: "disabled" })), 1);
  assert.equal(probing.probed.length, 1);
  const active = { ...first, state: "active", config: {} } as const;
  assert.equal(codeOf(await putChannelAccount(deps, id, active)), "channel_probe_refused");
  assert.equal(await deps.directory.channelAccount(id, "alipay"), null);
  probing.outcome = { kind: "ready", warnings: [] };
  assert.equal(unwrap(await putChannelAccount(deps, id, active)), 2);
  assert.deepEqual(await deps.directory.channelAccount(id, "alipay"), testAccount);
  assert.deepEqual(probing.probed.at(-1), testAccount);
});

test("an account in force keeps its good keys when bad ones are tried, and what changes nothing asks nobody", async () => {
  await using db = await testDb();
  const { deps, probing } = testMerchants(db.pg);
  const { id } = unwrap(await createMerchant(deps, coffeeShop, actor));
  unwrap(await putChannelAccount(deps, id, first));
  probing.outcome = refused;
  const asked = probing.probed.length;
  assert.equal(unwrap(await putChannelAccount(deps, id, first)), 1, "the same again");
  assert.equal(probing.probed.length, asked);
  const worse = { ...first, config: { privateKey: "another" } };
  assert.equal(codeOf(await putChannelAccount(deps, id, worse)), "channel_probe_refused");
  assert.deepEqual(await deps.directory.channelAccount(id, "alipay"), testAccount);
  assert.equal(
    unwrap(await putChannelAccount(deps, id, { ...first, state: "disabled" })),
    2,
    "switching off",
  );
});

test("a probe stores nothing, goes over what is stored, and refuses what is no account at all", async () => {
  await using db = await testDb();
  const { deps, probing } = testMerchants(db.pg);
  const { id: merchantId } = unwrap(await createMerchant(deps, coffeeShop, actor));
  const key = { merchantId, channel: "alipay" } as const;
  probing.outcome = refused;
  assert.equal(codeOf(await probeChannelAccount(deps, key, {})), "channel_account_invalid");
  assert.deepEqual(unwrap(await probeChannelAccount(deps, key, testAccount)).outcome, refused);
  assert.equal(await deps.directory.channelAccountEvenIfDisabled(merchantId, "alipay"), null);
  probing.outcome = { kind: "ready", warnings: [] };
  unwrap(await putChannelAccount(deps, merchantId, first));
  unwrap(await probeChannelAccount(deps, key, { privateKey: "tried" }));
  assert.deepEqual(probing.probed.at(-1), { ...testAccount, privateKey: "tried" });
  assert.deepEqual(await deps.directory.channelAccount(merchantId, "alipay"), testAccount);
  const nobody = { ...key, merchantId: `mer_${"0".repeat(32)}` };
  assert.equal(codeOf(await probeChannelAccount(deps, nobody, testAccount)), "not_found");
  assert.equal(codeOf(await probeChannelAccount(deps, { ...key, channel: "wechat" }, {})), "not_found");
});

test("an account changed by somebody else while the channel was asked is asked about again, as it would be stored", async () => {
  await using db = await testDb();
  const { deps, probing } = testMerchants(db.pg);
  const { id } = unwrap(await createMerchant(deps, coffeeShop, actor));
  unwrap(await putChannelAccount(deps, id, first));
  let meanwhile = 1;
  const slow: typeof deps.probe = async (channel, account) => {
    if (meanwhile > 0) {
      meanwhile -= 1;
      unwrap(await putChannelAccount(deps, id, { ...first, config: { appId: "2021000000000009" } }));
    }
    return deps.probe(channel, account);
  };
  const key = { ...first, config: { privateKey: "new-key" } };
  assert.equal(unwrap(await putChannelAccount({ ...deps, probe: slow }, id, key)), 3);
  const stored = { appId: "2021000000000009", privateKey: "new-key" };
  assert.deepEqual(probing.probed.at(-1), stored);
  assert.deepEqual(await deps.directory.channelAccount(id, "alipay"), stored);
});

test("what was paid through an account keeps its name: keys change, identifiers do not", async () => {
  await using db = await testDb();
  const { deps } = testMerchants(db.pg);
  const { id } = unwrap(await createMerchant(deps, coffeeShop, actor));
  let paid: "yes" | "no" = "no";
  const asked: Parameters<typeof putChannelAccount>[0] = {
    ...deps,
    hasPayments: async (_tx, { route }) => (route === "second" ? "no" : paid),
  };
  const put = (config: Record<string, string>) => putChannelAccount(asked, id, { ...first, config });
  unwrap(await put(testAccount));
  // Nobody has paid yet: a slip of the pen is put right.
  unwrap(await put({ appId: "2021000000000009" }));
  paid = "yes";
  const moved = await put({ appId: "2021000000000001" });
  assert.equal(codeOf(moved), "channel_account_identity_fixed");
  assert.equal((await deps.directory.channelAccount(id, "alipay"))?.["appId"], "2021000000000009");
  unwrap(await put({ appId: "2021000000000009", privateKey: "renewed" }));
  const second = { ...first, route: "second" };
  unwrap(await putChannelAccount(asked, id, { ...second, config: testAccount }));
  // Nobody paid through this one, whatever went through the first.
  unwrap(await putChannelAccount(asked, id, { ...second, config: { appId: "2021000000000005" } }));
});

test("a further account is tried out over its own fields, not over those of the first", async () => {
  await using db = await testDb();
  const { deps, probing } = testMerchants(db.pg);
  const { id: merchantId } = unwrap(await createMerchant(deps, coffeeShop, actor));
  const asked: Parameters<typeof putChannelAccount>[0] = { ...deps, hasPayments: async () => "yes" };
  unwrap(await putChannelAccount(asked, merchantId, first));
  const another = { appId: "2021000000000007", privateKey: "another-key" };
  const key = { merchantId, channel: "alipay" } as const;
  const second = { ...key, route: "second" };
  assert.equal(codeOf(await probeChannelAccount(asked, key, another)), "channel_account_identity_fixed");
  unwrap(await probeChannelAccount(asked, second, another));
  assert.deepEqual(probing.probed.at(-1), another, "one that is not stored yet");
  assert.equal(codeOf(await probeChannelAccount(asked, second, {})), "channel_account_invalid");
  unwrap(await putChannelAccount(asked, merchantId, { ...first, route: "second", config: another }));
  unwrap(await probeChannelAccount(asked, second, { privateKey: "tried" }));
  assert.deepEqual(probing.probed.at(-1), { ...another, privateKey: "tried" });
  unwrap(await probeChannelAccount(asked, key, {}));
  assert.deepEqual(probing.probed.at(-1), testAccount, "the first one is what it was");
});

const pem = (what: string): string => `-----BEGIN ${what}-----\nAAAA\n-----END ${what}-----`;
const common = {
  appId: "2021000000000001",
  privateKeyPem: pem("PRIVATE KEY"),
  sellerId: "2088000000000001",
  gatewayUrl: "https://openapi.alipay.com/gateway.do",
};
const publicKey = { alipayPublicKeyPem: pem("PUBLIC KEY") };
const certificates = {
  appCertPem: pem("CERTIFICATE"),
  alipayCertPem: pem("CERTIFICATE"),
  alipayRootCertPem: pem("CERTIFICATE") + "\n" + pem("CERTIFICATE"),
};

// what is filled in -> fields complained about
const rows: ReadonlyArray<readonly [string, ChannelAccount, readonly string[]]> = [
  ["public key", { ...common, ...publicKey }, []],
  ["certificates", { ...common, ...certificates }, []],
  ["neither", common, ["config.alipayPublicKeyPem", "config.appCertPem"]],
  ["both", { ...common, ...publicKey, ...certificates }, ["config.alipayPublicKeyPem", "config.appCertPem"]],
  [
    "a key and one certificate",
    { ...common, ...publicKey, alipayCertPem: pem("CERTIFICATE") },
    ["config.alipayPublicKeyPem", "config.alipayCertPem"],
  ],
  [
    "certificates without their roots",
    { ...common, ...certificates, alipayRootCertPem: undefined } as unknown as ChannelAccount,
    ["config.alipayRootCertPem"],
  ],
  ["a certificate that is none", { ...common, ...certificates, appCertPem: "x" }, ["config.appCertPem"]],
  [
    "nothing of what all need",
    publicKey,
    ["appId", "privateKeyPem", "sellerId", "gatewayUrl"].map((key) => `config.${key}`),
  ],
];

test("exactly one mode is filled in, whole; the complaint names the fields", () => {
  for (const [name, given, expected] of rows) {
    const account = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const problems = checkAccount(alipay.manifest, account);
    assert.deepEqual(
      problems.map(({ field }) => field),
      expected,
      name,
    );
    for (const { problem } of problems) assert.ok(problem.zh.length > 3 && problem.en.length > 3);
  }
});

test("an empty text takes a field away, so that one mode can follow another", () => {
  const before = { ...common, ...publicKey };
  const after = mergedAccount(before, { ...certificates, alipayPublicKeyPem: "" });
  assert.deepEqual(after, { ...common, ...certificates });
  assert.deepEqual(checkAccount(alipay.manifest, after), []);
});

test("an account that WeChat Pay accepts opens its product; one that is saved switched off, or refused, does not", async () => {
  await using db = await testDb();
  const { deps, probing } = testMerchants(db.pg, { ...testManifest, code: "wechat" });
  const { id } = unwrap(await createMerchant(deps, coffeeShop, actor));
  const wechat = { ...first, channel: "wechat" } as const;
  const standing = async () =>
    (await capabilitiesOf(deps, id)).find(({ product }) => product === "wechat")?.state ?? "none";
  assert.equal(await standing(), "none", "a merchant without an account there has nothing of it on record");
  unwrap(await putChannelAccount(deps, id, { ...wechat, state: "disabled" }));
  assert.equal(await standing(), "none");
  probing.outcome = refused;
  assert.equal(
    codeOf(await putChannelAccount(deps, id, { ...wechat, state: "active" })),
    "channel_probe_refused",
  );
  assert.equal(await standing(), "none");
  probing.outcome = { kind: "ready", warnings: [] };
  unwrap(await putChannelAccount(deps, id, { ...wechat, state: "active" }));
  assert.equal(await standing(), "enabled");

  const by = { source: "operator", actor } as const;
  const key = { merchantId: id, product: "wechat" } as const;
  unwrap(await actOnCapability(deps, key, { action: "close", reason: "合同到期" }, by));
  assert.equal(await standing(), "closed");
  assert.equal(unwrap(await actOnCapability(deps, key, { action: "open" }, by)).state, "enabled");
});

test("a payment of another channel costs its own rate, and the base rate where it has none", async () => {
  await using db = await testDb();
  const { deps, world } = testMerchants(db.pg);
  const fees = { ...coffeeShop.feesBasisPoints, wechat: 60n };
  const { id } = unwrap(await createMerchant(deps, { ...coffeeShop, feesBasisPoints: fees }, actor));
  assert.equal(await deps.directory.feeRateBasisPoints(id, "wechat", world.now()), 60n);
  assert.equal(await deps.directory.feeRateBasisPoints(id, "unionpay", world.now()), 38n);
});

test("a second account has keys, a version and a switch of its own, and the first one does not feel it", async () => {
  await using db = await testDb();
  const { deps } = testMerchants(db.pg);
  const { id } = unwrap(await createMerchant(deps, coffeeShop, actor));
  unwrap(await putChannelAccount(deps, id, first));
  const config = { appId: "2021000000000002", privateKey: "another-key" };
  const second = { ...first, route: "provider", config };
  assert.equal(unwrap(await putChannelAccount(deps, id, second)), 1);
  assert.equal(unwrap(await putChannelAccount(deps, id, second)), 1, "what changes nothing adds no version");
  assert.equal(unwrap(await putChannelAccount(deps, id, { ...second, state: "disabled" })), 2);
  assert.deepEqual(await deps.directory.accountRoutes(id, "alipay"), [
    { route: "main", state: "active", version: 1, account: testAccount },
    { route: "provider", state: "disabled", version: 2, account: config },
  ]);
  assert.deepEqual(await deps.directory.channelAccount(id, "alipay"), testAccount);
});
