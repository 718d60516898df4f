import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { unwrap } from "../../kernel/result.ts";
import { addSeconds } from "../../kernel/time.ts";
import { testDb } from "../../platform/pg/testing.ts";
import { uuidOf } from "../../kernel/ids.ts";
import { createMerchantDirectory } from "./directory.ts";
import { merchantLimits } from "./limits.ts";
import { coffeeShop, testAccount, testMerchants } from "./fixtures.ts";
import { putChannelAccount } from "./account/service.ts";
import { addFeeRate, addStore, createMerchant } from "./service.ts";
import { accountHistory } from "./account/store.ts";

const actor = "key_test";
const account = { channel: "alipay", state: null, config: testAccount, actor, reason: "首次配置" } as const;

test("a new merchant is found by id and by number, with its stores and its products not yet applied for", async () => {
  await using db = await testDb();
  const { deps } = testMerchants(db.pg);
  const merchant = unwrap(await createMerchant(deps, coffeeShop, actor));
  const store = unwrap(
    await addStore(deps, merchant.id, {
      no: "S1",
      names: { zh: "南京西路店", en: "Nanjing West Road" },
      address: "南京西路 1 号",
    }),
  );
  const profile = await deps.directory.merchantProfile(merchant.id);
  assert.equal(profile?.number, "10000001");
  assert.deepEqual(
    profile?.stores.map((entry) => entry.id),
    [store.id],
  );
  assert.equal((await deps.directory.merchantByNumber("10000001"))?.id, merchant.id);
  assert.equal(await deps.directory.merchantByNumber("99999999"), null);
  assert.equal(await deps.directory.channelAccount(merchant.id, "alipay"), null);
});

test("numbers are given in order, and one number is never given twice", async () => {
  await using db = await testDb();
  const { deps } = testMerchants(db.pg);
  const first = unwrap(await createMerchant(deps, coffeeShop, actor));
  const second = unwrap(await createMerchant(deps, coffeeShop, actor));
  assert.deepEqual([first.number, second.number], ["10000001", "10000002"]);
  const third = await createMerchant(deps, { ...coffeeShop, number: "10000002" }, actor);
  assert.equal(third.ok ? "" : third.refusal.code, "merchant_number_used");
});

test("whatever numbers operators choose, the next automatic one is the lowest that is free", async () => {
  await using db = await testDb();
  const { deps } = testMerchants(db.pg);
  for (const number of ["99999999", "10000001", "10000003", "00000007"])
    unwrap(await createMerchant(deps, { ...coffeeShop, number }, actor));
  const given: string[] = [];
  for (let count = 0; count < 3; count += 1)
    given.push(unwrap(await createMerchant(deps, coffeeShop, actor)).number);
  assert.deepEqual(given, ["10000002", "10000004", "10000005"]);
});

test("merchants created at once each get a number of their own", async () => {
  await using db = await testDb();
  const { deps } = testMerchants(db.pg);
  const created = await Promise.all(Array.from({ length: 6 }, () => createMerchant(deps, coffeeShop, actor)));
  const numbers = created.map((result) => unwrap(result).number).sort();
  assert.deepEqual(
    numbers,
    ["1", "2", "3", "4", "5", "6"].map((digit) => `1000000${digit}`),
  );
});

test("a store number is refused the second time at one merchant, and free at another", async () => {
  await using db = await testDb();
  const { deps } = testMerchants(db.pg);
  const store = { no: "S1", names: { zh: "店", en: "Shop" }, address: "路" };
  const [one, two] = [
    unwrap(await createMerchant(deps, coffeeShop, actor)),
    unwrap(await createMerchant(deps, coffeeShop, actor)),
  ];
  assert.ok((await addStore(deps, one.id, store)).ok);
  const again = await addStore(deps, one.id, store);
  assert.equal(again.ok ? "" : again.refusal.code, "store_no_used");
  assert.ok((await addStore(deps, two.id, store)).ok);
});

test("an account is stored sealed, opens only in its place, and keeps who changed which field", async () => {
  await using db = await testDb();
  const { deps } = testMerchants(db.pg);
  const merchant = unwrap(await createMerchant(deps, coffeeShop, actor));
  assert.equal(unwrap(await putChannelAccount(deps, merchant.id, account)), 1);
  assert.deepEqual(await deps.directory.channelAccount(merchant.id, "alipay"), testAccount);
  const { rows } = await sql<{
    config_sealed: string;
  }>`select config_sealed from merchants.channel_account`.execute(db.pg.batch);
  assert.ok(!rows[0]?.config_sealed.includes(testAccount.privateKey));

  assert.equal(
    unwrap(await putChannelAccount(deps, merchant.id, account)),
    1,
    "the same again changes nothing",
  );
  assert.equal(
    unwrap(await putChannelAccount(deps, merchant.id, { ...account, config: { privateKey: "another-key" } })),
    2,
  );
  assert.equal((await deps.directory.channelAccount(merchant.id, "alipay"))?.["privateKey"], "another-key");
  const history = await accountHistory(db.pg.batch, { merchantId: merchant.id, channel: "alipay" }, 10);
  assert.deepEqual(
    history.map((entry) => entry.changedKeys),
    [["privateKey"], ["appId", "privateKey"]],
  );

  const other = unwrap(await createMerchant(deps, coffeeShop, actor));
  unwrap(await putChannelAccount(deps, other.id, account));
  await db.pg.transaction((tx) =>
    sql`update merchants.channel_account set config_sealed = ${rows[0]?.config_sealed}`.execute(tx),
  );
  deps.directory.forget(other.id);
  await assert.rejects(
    deps.directory.channelAccount(other.id, "alipay"),
    "a seal moved to another merchant must not open",
  );
});

test("an account switched off is not used for new payments, but its keys stay for those under way", async () => {
  await using db = await testDb();
  const { deps } = testMerchants(db.pg);
  const merchant = unwrap(await createMerchant(deps, coffeeShop, actor));
  unwrap(await putChannelAccount(deps, merchant.id, account));
  unwrap(await putChannelAccount(deps, merchant.id, { ...account, state: "disabled", config: {} }));
  assert.equal(await deps.directory.channelAccount(merchant.id, "alipay"), null);
  assert.deepEqual(await deps.directory.channelAccountEvenIfDisabled(merchant.id, "alipay"), testAccount);
});

test("revisions that are due are asked for together, and only a merchant that was changed elsewhere is read again", async () => {
  await using db = await testDb();
  const { deps, world } = testMerchants(db.pg);
  const merchants = [
    unwrap(await createMerchant(deps, coffeeShop, actor)),
    unwrap(await createMerchant(deps, coffeeShop, actor)),
    unwrap(await createMerchant(deps, coffeeShop, actor)),
  ] as const;
  let statements = 0;
  const batch = db.pg.batch.withPlugin({
    transformQuery: ({ node }) => {
      statements += 1;
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  });
  const directory = createMerchantDirectory({ ...deps, pg: { ...db.pg, batch } });
  const names = () =>
    Promise.all(merchants.map(async ({ id }) => (await directory.merchantProfile(id))?.names.zh));
  const counted = async (work: () => Promise<unknown>): Promise<number> => {
    statements = 0;
    await work();
    return statements;
  };
  const secondsUntilStale = merchantLimits.directoryStaleMsMax / 1_000 + 0.001;
  const loading = (await counted(names)) / merchants.length;

  world.moveSeconds(secondsUntilStale);
  assert.equal(
    await counted(() => Promise.all([names(), names()])),
    1,
    "of three merchants, for six callers",
  );

  await sql`update merchants.merchant set name_zh = '换了招牌', revision = revision + 1
    where merchant_id = ${uuidOf(merchants[1].id)}`.execute(db.pg.owner);
  world.moveSeconds(secondsUntilStale);
  assert.equal(await counted(() => directory.merchantProfile(merchants[0].id)), 1);
  assert.equal(await counted(names), 1 + loading, "what was changed is asked about again, and loaded");
  assert.deepEqual(await names(), ["回音咖啡", "换了招牌", "回音咖啡"]);

  await sql`alter table merchants.merchant rename to gone`.execute(db.pg.owner);
  world.moveSeconds(secondsUntilStale);
  const asked = await Promise.allSettled(merchants.map(({ id }) => directory.merchantProfile(id)));
  assert.ok(
    asked.every(({ status }) => status === "rejected"),
    "nobody is believed who could not be asked about",
  );
});

test("an account that is incomplete, malformed or has unknown fields is refused field by field, without its values", async () => {
  await using db = await testDb();
  const { deps } = testMerchants(db.pg);
  const merchant = unwrap(await createMerchant(deps, coffeeShop, actor));
  const result = await putChannelAccount(deps, merchant.id, {
    ...account,
    config: { appId: "secret-1", colour: "red" },
  });
  assert.ok(!result.ok);
  assert.equal(result.refusal.code, "channel_account_invalid");
  assert.deepEqual(result.refusal.errors?.map((error) => error.field).sort(), [
    "config.appId",
    "config.colour",
    "config.privateKey",
  ]);
  assert.ok(!JSON.stringify(result).includes("secret-1"));
});

test("the fee is the one that holds at the moment of the payment, before and after a change", async () => {
  await using db = await testDb();
  const { deps, world } = testMerchants(db.pg);
  const { directory } = deps;
  const merchant = unwrap(await createMerchant(deps, coffeeShop, actor));
  const start = world.now();
  assert.equal(await directory.feeRateBasisPoints(merchant.id, "alipay", start), 38n);
  assert.equal(
    await directory.feeRateBasisPoints(merchant.id, "huabei", start),
    38n,
    "without a rate of its own: the base rate",
  );

  const validFrom = addSeconds(start, 3_600);
  unwrap(await addFeeRate(deps, merchant.id, { product: "alipay", rateBasisPoints: 60n, validFrom }, actor));
  assert.equal(await directory.feeRateBasisPoints(merchant.id, "alipay", addSeconds(validFrom, -0.001)), 38n);
  assert.equal(await directory.feeRateBasisPoints(merchant.id, "alipay", validFrom), 60n);

  const tooEarly = await addFeeRate(
    deps,
    merchant.id,
    { product: "alipay", rateBasisPoints: 1n, validFrom: addSeconds(start, 59) },
    actor,
  );
  assert.equal(tooEarly.ok ? "" : tooEarly.refusal.code, "fee_valid_from_too_early");
  const twice = await addFeeRate(
    deps,
    merchant.id,
    { product: "alipay", rateBasisPoints: 1n, validFrom },
    actor,
  );
  assert.equal(twice.ok ? "" : twice.refusal.code, "fee_rate_exists");
});

test("a change made by another process is seen after a moment, and a new rate before it holds", async () => {
  await using db = await testDb();
  const { deps, world } = testMerchants(db.pg);
  const here = createMerchantDirectory({ pg: db.pg, world, vault: deps.vault });
  const merchant = unwrap(await createMerchant(deps, coffeeShop, actor));
  assert.equal(await here.channelAccount(merchant.id, "alipay"), null);
  unwrap(await putChannelAccount(deps, merchant.id, account));
  const validFrom = addSeconds(world.now(), 60);
  unwrap(await addFeeRate(deps, merchant.id, { product: "huabei", rateBasisPoints: 80n, validFrom }, actor));
  world.moveSeconds(2.001);
  assert.deepEqual(await here.channelAccount(merchant.id, "alipay"), testAccount);
  assert.equal(await here.feeRateBasisPoints(merchant.id, "huabei", validFrom), 80n);
});

test("a tenant sees its own shop and never a sealed configuration", async () => {
  await using db = await testDb();
  const { deps } = testMerchants(db.pg);
  const [mine, foreign] = [
    unwrap(await createMerchant(deps, coffeeShop, actor)),
    unwrap(await createMerchant(deps, coffeeShop, actor)),
  ];
  for (const merchant of [mine, foreign]) unwrap(await putChannelAccount(deps, merchant.id, account));
  const tables = ["merchant", "fee_schedule", "capability", "capability_history"];
  for (const table of tables) {
    const seen = await db.pg.tenant(mine.id, (tx) =>
      sql<{
        merchant_id: string;
      }>`select distinct merchant_id from ${sql.table(`merchants.${table}`)}`.execute(tx),
    );
    assert.deepEqual(
      seen.rows.map((row) => `mer_${row.merchant_id.replaceAll("-", "")}`),
      [mine.id],
      table,
    );
  }
  await assert.rejects(
    db.pg.tenant(mine.id, (tx) => sql`select config_sealed from merchants.channel_account`.execute(tx)),
  );
  await assert.rejects(
    db.pg.tenant(mine.id, (tx) =>
      sql`select config_sealed from merchants.channel_account_history`.execute(tx),
    ),
  );
});
