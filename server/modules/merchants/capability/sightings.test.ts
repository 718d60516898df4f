import assert from "node:assert/strict";
import { test } from "node:test";
import pino from "pino";
import { unwrap } from "../../../kernel/result.ts";
import { testDb } from "../../../platform/pg/testing.ts";
import { coffeeShop, testAccount, testMerchants } from "../fixtures.ts";
import { putChannelAccount } from "../account/service.ts";
import { createMerchant } from "../service.ts";
import { createSightings } from "./sightings.ts";
import { listCapabilities } from "./store.ts";

test("a refusal without a reason makes the channel be asked, and the record follows its word; a crowd asks once", async () => {
  await using db = await testDb();
  const { deps, office, world } = testMerchants(db.pg);
  const { id: merchantId } = unwrap(await createMerchant(deps, coffeeShop, "test"));
  const account = {
    channel: "alipay",
    state: null,
    config: testAccount,
    actor: "test",
    reason: "首次配置",
  } as const;
  unwrap(await putChannelAccount(deps, merchantId, account));
  const sightings = createSightings({ ...deps, log: pino({ level: "silent" }) });
  const stateNow = async () => {
    await sightings.idle();
    const all = await listCapabilities(deps.pg.batch, merchantId);
    return all.find(({ product }) => product === "huabei")?.state;
  };
  const notice = (looks: "open" | "closed") => sightings.notice({ merchantId, product: "huabei", looks });

  notice("open");
  assert.equal(await stateNow(), "enabled");
  office.states.set("huabei", "closed");
  const before = office.calls.stateOf;
  for (let count = 0; count < 50; count += 1) notice("closed");
  assert.equal(await stateNow(), "closed");
  assert.equal(office.calls.stateOf - before, 1);
  office.states.set("huabei", "enabled");
  world.moveSeconds(60);
  notice("closed");
  assert.equal(await stateNow(), "enabled", "what looks closed may be open: the channel's word counts");
});
