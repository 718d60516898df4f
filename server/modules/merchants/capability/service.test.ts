import assert from "node:assert/strict";
import { test } from "node:test";
import { unwrap } from "../../../kernel/result.ts";
import { testDb } from "../../../platform/pg/testing.ts";
import type { Pg } from "../../../platform/pg/pg.ts";
import { coffeeShop, testAccount, testMerchants, type TestMerchants } from "../fixtures.ts";
import { putChannelAccount } from "../account/service.ts";
import { createMerchant } from "../service.ts";
import { actOnCapability, applyCommand, capabilitiesOf, liveState, refreshCapabilities } from "./service.ts";

const operator = { source: "operator", actor: "key_operator" } as const;
const open = { action: "open" } as const;

async function shop(pg: Pg): Promise<TestMerchants & { key: { merchantId: string; product: "huabei" } }> {
  const made = testMerchants(pg);
  const merchant = unwrap(await createMerchant(made.deps, coffeeShop, operator.actor));
  const account = {
    channel: "alipay",
    state: null,
    config: testAccount,
    actor: operator.actor,
    reason: "首次配置",
  } as const;
  unwrap(await putChannelAccount(made.deps, merchant.id, account));
  return { ...made, key: { merchantId: merchant.id, product: "huabei" } };
}

async function statesSeen({ deps, key }: Awaited<ReturnType<typeof shop>>): Promise<string[]> {
  const view = (await capabilitiesOf(deps, key.merchantId)).find((entry) => entry.product === key.product);
  return (view?.history ?? []).map((line) => `${line.state} by ${line.source}`).toReversed();
}

test("opening applies at the channel, and its consent opens the product, each step on record", async () => {
  await using db = await testDb();
  const made = await shop(db.pg);
  made.office.states.set("huabei", "closed");
  const result = unwrap(await actOnCapability(made.deps, made.key, open, operator));
  assert.equal(result.state, "enabled");
  assert.deepEqual(await statesSeen(made), [
    "notApplied by system",
    "applying by operator",
    "enabled by channel",
  ]);
  assert.equal(made.office.calls.open, 1);
  unwrap(await actOnCapability(made.deps, made.key, open, operator));
  assert.equal(made.office.calls.open, 1, "what is open is not applied for again");
});

test("a product that the channel closed behind our back is closed on our record first, then opened again", async () => {
  await using db = await testDb();
  const made = await shop(db.pg);
  unwrap(await actOnCapability(made.deps, made.key, open, operator));
  made.office.states.set("huabei", "closed");
  assert.equal(unwrap(await actOnCapability(made.deps, made.key, open, operator)).state, "enabled");
  assert.deepEqual((await statesSeen(made)).slice(-3), [
    "closed by channel",
    "applying by operator",
    "enabled by channel",
  ]);
});

test("an approval that takes its time is found by the refresh", async () => {
  await using db = await testDb();
  const made = await shop(db.pg);
  made.office.states.set("huabei", "closed");
  made.office.onOpen = "applying";
  assert.equal(unwrap(await actOnCapability(made.deps, made.key, open, operator)).state, "applying");
  assert.equal(
    await refreshCapabilities(made.deps, new AbortController().signal),
    1,
    "the base product turns out to be open",
  );
  made.office.states.set("huabei", "enabled");
  assert.equal(await refreshCapabilities(made.deps, new AbortController().signal), 1);
  assert.equal((await statesSeen(made)).at(-1), "enabled by channel");
  assert.equal(await refreshCapabilities(made.deps, new AbortController().signal), 0);
});

test("an application lost on the way stays on record and is sent again by the refresh", async () => {
  await using db = await testDb();
  const made = await shop(db.pg);
  made.office.states.set("huabei", "closed");
  made.office.onOpen = "lost";
  const result = await actOnCapability(made.deps, made.key, open, operator);
  assert.equal(result.ok ? "" : result.refusal.code, "capability_office_unreachable");
  assert.equal((await statesSeen(made)).at(-1), "applying by operator");
  made.office.onOpen = "enabled";
  await refreshCapabilities(made.deps, new AbortController().signal);
  assert.equal((await statesSeen(made)).at(-1), "enabled by channel");
});

test("a refusal of the channel becomes a rejection with its reason, and may be applied for again", async () => {
  await using db = await testDb();
  const made = await shop(db.pg);
  made.office.states.set("huabei", "closed");
  made.office.onOpen = { kind: "refused", reason: "营业执照已过期" };
  const result = await actOnCapability(made.deps, made.key, open, operator);
  assert.ok(!result.ok);
  assert.deepEqual(
    [result.refusal.code, result.refusal.facts["reason"]],
    ["capability_open_refused", "营业执照已过期"],
  );
  assert.equal((await statesSeen(made)).at(-1), "rejected by channel");
  made.office.onOpen = "enabled";
  assert.equal(unwrap(await actOnCapability(made.deps, made.key, open, operator)).state, "enabled");
});

test("a stop by the channel is not lifted by us, a stop of our own is", async () => {
  await using db = await testDb();
  const made = await shop(db.pg);
  unwrap(await actOnCapability(made.deps, made.key, open, operator));
  unwrap(await actOnCapability(made.deps, made.key, { action: "suspend", reason: "店休" }, operator));
  assert.equal(
    unwrap(await actOnCapability(made.deps, made.key, { action: "resume" }, operator)).state,
    "enabled",
  );
  made.office.states.set("huabei", "suspended");
  await refreshCapabilities(made.deps, new AbortController().signal);
  const resumed = await actOnCapability(made.deps, made.key, { action: "resume" }, operator);
  assert.equal(resumed.ok ? "" : resumed.refusal.code, "capability_stopped_by_channel");
});

test("without a channel account there is nobody to ask", async () => {
  await using db = await testDb();
  const { deps } = testMerchants(db.pg);
  const merchant = unwrap(await createMerchant(deps, coffeeShop, operator.actor));
  const result = await actOnCapability(deps, { merchantId: merchant.id, product: "huabei" }, open, operator);
  assert.equal(result.ok ? "" : result.refusal.code, "channel_account_missing");
});

test("the live state is asked once in five minutes, and again when something happened since", async () => {
  await using db = await testDb();
  const { deps, key, office, world } = await shop(db.pg);
  const long = new Date(0);
  await liveState(deps, key, long);
  await liveState(deps, key, long);
  assert.equal(office.calls.stateOf, 1);
  world.moveSeconds(100);
  await liveState(deps, key, world.now());
  assert.equal(office.calls.stateOf, 2, "the stored answer is older than what it should explain");
  world.moveSeconds(301);
  office.reachable = "no";
  assert.equal((await liveState(deps, key, long))?.kind, "unknown");
  office.reachable = "yes";
  assert.equal((await liveState(deps, key, long))?.kind, "known", "silence is not cached");
});

test("asking changes nothing on record", async () => {
  await using db = await testDb();
  const made = await shop(db.pg);
  made.office.states.set("huabei", "suspended");
  await liveState(made.deps, made.key, made.world.now());
  assert.deepEqual(await statesSeen(made), ["notApplied by system"]);
});

test("two commands at once leave a history without gap or fork", async () => {
  await using db = await testDb();
  const { deps, key } = await shop(db.pg);
  unwrap(await applyCommand(deps, key, { kind: "observe", state: "enabled", reason: null }, "channel"));
  await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      applyCommand(
        deps,
        key,
        index % 2 === 0
          ? { kind: "suspend", source: "merchant", reason: "店休" }
          : { kind: "resume", source: "merchant" },
        "key_merchant",
      ),
    ),
  );
  const view = (await capabilitiesOf(deps, key.merchantId)).find((entry) => entry.product === "huabei");
  const lines = (view?.history ?? []).toReversed();
  lines.forEach((line, index) => {
    assert.equal(line.version, index + 1);
    assert.equal(line.stateBefore, index === 0 ? null : lines[index - 1]?.state);
  });
});
