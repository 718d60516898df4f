import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { unwrap } from "../../kernel/result.ts";
import { createJobs } from "../../platform/jobs.ts";
import { createMetrics } from "../../platform/metrics.ts";
import { testDb } from "../../platform/pg/testing.ts";
import { actOnCapability } from "./capability/service.ts";
import { listCapabilities } from "./capability/store.ts";
import { coffeeShop, testAccount, testMerchants } from "./fixtures.ts";
import { applicationFollower, registerMerchantJobs } from "./jobs.ts";
import { putChannelAccount } from "./account/service.ts";
import { createMerchant } from "./service.ts";

const waitMsMax = 30_000;

test("an application that the channel decides later is noticed without anybody asking", async () => {
  await using db = await testDb();
  const jobs = createJobs({ url: db.url, log: pino({ level: "silent" }), metrics: createMetrics() });
  const { deps: plain, office } = testMerchants(db.pg);
  const deps = { ...plain, followApplication: applicationFollower(jobs) };
  registerMerchantJobs(jobs, deps);
  await jobs.start("work");
  try {
    const { id: merchantId } = unwrap(await createMerchant(deps, coffeeShop, "test"));
    const account = {
      channel: "alipay",
      state: null,
      config: testAccount,
      actor: "test",
      reason: "首次配置",
    } as const;
    unwrap(await putChannelAccount(deps, merchantId, account));
    office.states.set("huabei", "notApplied");
    office.onOpen = "applying";
    const key = { merchantId, product: "huabei" } as const;
    const applied = unwrap(
      await actOnCapability(deps, key, { action: "open" }, { source: "operator", actor: "test" }),
    );
    assert.equal(applied.state, "applying");
    office.states.set("huabei", "enabled");
    assert.equal(await stateWithin(() => stateOf(deps.pg.batch, merchantId)), "enabled");
  } finally {
    await jobs.stop();
  }
});

async function stateOf(database: Parameters<typeof listCapabilities>[0], merchantId: string) {
  const capabilities = await listCapabilities(database, merchantId);
  return capabilities.find(({ product }) => product === "huabei")?.state;
}

/** The state once it is no longer "applying", or the last one seen when that takes too long. */
async function stateWithin(read: () => Promise<string | undefined>): Promise<string | undefined> {
  for (let waitedMs = 0; waitedMs < waitMsMax; waitedMs += 250) {
    if ((await read()) !== "applying") break;
    await sleep(250);
  }
  return read();
}
