// The merchant’s switch for credit: who turned it, and what payments, menus and rates see of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { uuidOf } from "../../../kernel/ids.ts";
import { unwrap } from "../../../kernel/result.ts";
import { addSeconds } from "../../../kernel/time.ts";
import { testDb } from "../../../platform/pg/testing.ts";
import { openProduct, refreshCapability } from "../capability/service.ts";
import { createMerchantDirectory } from "../directory.ts";
import { coffeeShop, testAccount, testMerchants } from "../fixtures.ts";
import { putChannelAccount } from "../account/service.ts";
import { addFeeRate, createMerchant } from "../service.ts";
import { creditStanding, setCreditAcceptance } from "./service.ts";

const actor = "key_test";
const refused = { creditAcceptance: "refused", actor, reason: "手续费太高" } as const;
const three = { instalments: 3, feeBearer: "merchant" } as const;
const threeByPayer = { instalments: 3, feeBearer: "payer" } as const;

test("the switch is on record: each turn once, newest first, and caches of other processes see it", async () => {
  await using db = await testDb();
  const { deps, world } = testMerchants(db.pg);
  const { id } = unwrap(await createMerchant(deps, coffeeShop, actor));
  const elsewhere = createMerchantDirectory({ pg: db.pg, world, vault: deps.vault });
  assert.equal((await elsewhere.merchantProfile(id))?.creditAcceptance, "accepted");
  assert.deepEqual(unwrap(await creditStanding(deps, id)), { creditAcceptance: "accepted", history: [] });

  const first = world.now();
  unwrap(await setCreditAcceptance(deps, id, refused));
  unwrap(await setCreditAcceptance(deps, id, refused));
  world.moveSeconds(60);
  const again = { creditAcceptance: "accepted", actor, reason: "顾客想用花呗" } as const;
  unwrap(await setCreditAcceptance(deps, id, again));
  assert.deepEqual(unwrap(await creditStanding(deps, id)), {
    creditAcceptance: "accepted",
    history: [
      { ...again, at: world.now() },
      { ...refused, at: first },
    ],
  });
  unwrap(await setCreditAcceptance(deps, id, refused));
  assert.equal((await deps.directory.merchantProfile(id))?.creditAcceptance, "refused");
  world.moveSeconds(3);
  assert.equal((await elsewhere.merchantProfile(id))?.creditAcceptance, "refused");
  const nobody = await setCreditAcceptance(deps, `mer_${"0".repeat(32)}`, refused);
  assert.equal(nobody.ok ? "" : nobody.refusal.code, "not_found");
});

test("instalments: the payer’s need nothing, the merchant’s a product and a rate, and the switch stops both", async () => {
  await using db = await testDb();
  const { deps, office, world } = testMerchants(db.pg);
  const { id } = unwrap(await createMerchant(deps, coffeeShop, actor));
  const config = { channel: "alipay", state: null, config: testAccount, actor, reason: "初次" } as const;
  unwrap(await putChannelAccount(deps, id, config));
  const obstacle = (terms: typeof three | typeof threeByPayer, at = world.now()) =>
    deps.directory.creditObstacle(id, terms, at);
  assert.equal(await obstacle(threeByPayer), null);
  assert.equal(await obstacle(three), "instalments_not_enabled");

  office.states.set("huabeiInstalment", "closed");
  const asker = { source: "merchant", actor } as const;
  unwrap(await openProduct(deps, { merchantId: id, product: "huabeiInstalment" }, asker));
  assert.equal(await obstacle(three), "instalments_not_enabled", "open, but nobody knows what it costs");
  const validFrom = addSeconds(world.now(), 60);
  const rate = { product: "huabeiInstalment3", rateBasisPoints: 180n, validFrom } as const;
  unwrap(await addFeeRate(deps, id, rate, actor));
  assert.equal(await obstacle(three), "instalments_not_enabled", "the rate does not hold yet");
  assert.equal(await obstacle(three, validFrom), null);
  assert.equal(await deps.directory.feeRateBasisPoints(id, "huabeiInstalment3", validFrom), 180n);
  const six = { instalments: 6, feeBearer: "merchant" } as const;
  assert.equal(await deps.directory.creditObstacle(id, six, validFrom), "instalments_not_enabled");

  unwrap(await setCreditAcceptance(deps, id, refused));
  assert.equal(await obstacle(three, validFrom), "credit_not_accepted");
  assert.equal(await obstacle(threeByPayer, validFrom), "credit_not_accepted");
});

test("a merchant may be born with rates of instalments, and one without them costs the base rate for nothing else", async () => {
  await using db = await testDb();
  const { deps, world } = testMerchants(db.pg);
  const feesBasisPoints = { alipay: 38n, huabei: null, huabeiInstalment6: 450n };
  const { id } = unwrap(await createMerchant(deps, { ...coffeeShop, feesBasisPoints }, actor));
  assert.equal(await deps.directory.feeRateBasisPoints(id, "huabeiInstalment6", world.now()), 450n);
  assert.equal(await deps.directory.feeRateBasisPoints(id, "huabei", world.now()), 38n);
});

test("a merchant that is older than a product gets it on record when somebody looks or asks", async () => {
  await using db = await testDb();
  const { deps, office } = testMerchants(db.pg);
  for (const reachable of ["yes", "no"] as const) {
    const { id } = unwrap(await createMerchant(deps, coffeeShop, actor));
    unwrap(
      await putChannelAccount(deps, id, {
        channel: "alipay",
        state: null,
        config: testAccount,
        actor,
        reason: "初次",
      }),
    );
    await forgetProduct(db, id);
    office.reachable = reachable;
    office.states.set("huabeiInstalment", "enabled");
    const seen = unwrap(await refreshCapability(deps, { merchantId: id, product: "huabeiInstalment" }));
    assert.equal(seen.state, reachable === "yes" ? "enabled" : "notApplied");
  }
});

/** As the rows of a merchant were before the product existed. */
async function forgetProduct(db: Awaited<ReturnType<typeof testDb>>, merchantId: string): Promise<void> {
  for (const table of ["capability_history", "capability"]) {
    await sql`delete from ${sql.table(`merchants.${table}`)}
      where merchant_id = ${uuidOf(merchantId)} and product = 'huabeiInstalment'`.execute(db.pg.owner);
  }
}
