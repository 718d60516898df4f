import assert from "node:assert/strict";
import { test } from "node:test";
import { unwrap } from "../../../kernel/result.ts";
import { addSeconds } from "../../../kernel/time.ts";
import { testDb } from "../../../platform/pg/testing.ts";
import { testWorld } from "../fixtures.ts";
import { announceWindow, maintenanceBetween, recordActualSpan } from "./service.ts";

const texts = { zh: "支付宝系统升级", en: "Alipay upgrade" };

test("a window counts for when it really was, once that is known, and for its plan before", async () => {
  await using db = await testDb();
  const world = testWorld();
  const deps = { pg: db.pg, world };
  const start = world.now();
  const wanted = { scope: "alipay", plannedFrom: start, plannedTo: addSeconds(start, 3_600), texts } as const;
  const window = unwrap(await announceWindow(deps, wanted, "key_operator"));
  const at = async (seconds: number): Promise<number> =>
    (await maintenanceBetween(deps, addSeconds(start, seconds), addSeconds(start, seconds))).length;

  assert.deepEqual([await at(-1), await at(0), await at(3_600), await at(3_601)], [0, 1, 1, 0]);
  unwrap(
    await recordActualSpan(deps, window.id, { from: addSeconds(start, 600), to: addSeconds(start, 7_200) }),
  );
  assert.deepEqual([await at(0), await at(600), await at(3_601), await at(7_201)], [0, 1, 1, 0]);
});

test("times out of order and unknown windows are refused", async () => {
  await using db = await testDb();
  const world = testWorld();
  const deps = { pg: db.pg, world };
  const start = world.now();
  const turned = await announceWindow(
    deps,
    { scope: "own", plannedFrom: start, plannedTo: start, texts },
    "key_operator",
  );
  assert.equal(turned.ok ? "" : turned.refusal.code, "maintenance_window_invalid");
  const unknown = await recordActualSpan(deps, world.newId("mwn"), { from: start, to: null });
  assert.equal(unknown.ok ? "" : unknown.refusal.code, "not_found");
});
