import assert from "node:assert/strict";
import { test } from "node:test";
import { unwrap, type Result } from "../../../kernel/result.ts";
import { addSeconds } from "../../../kernel/time.ts";
import { testDb } from "../../../platform/pg/testing.ts";
import { testWorld } from "../fixtures.ts";
import { announceWindow, maintenanceBetween, recordActualSpan, takeWindowStep } from "./service.ts";

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

const codeOf = (result: Result<unknown>): string => (result.ok ? "ok" : result.refusal.code);

test("a window begins, ends and is called off by the clock of the platform, and only from where it stands", async () => {
  await using db = await testDb();
  const world = testWorld();
  const deps = { pg: db.pg, world };
  const soon = addSeconds(world.now(), 3_600);
  const wanted = { scope: "alipay", plannedFrom: soon, plannedTo: addSeconds(soon, 3_600), texts } as const;
  const announced = async () => unwrap(await announceWindow(deps, wanted, "key_operator")).id;
  const spanOf = async (id: string, step: "begin" | "end" | "callOff") => {
    const { actualFrom, actualTo } = unwrap(await takeWindowStep(deps, id, step));
    return [actualFrom, actualTo];
  };

  const id = await announced();
  assert.equal(codeOf(await takeWindowStep(deps, id, "end")), "maintenance_step_impossible");
  const began = world.now();
  assert.deepEqual(await spanOf(id, "begin"), [began, null]);
  const again = await takeWindowStep(deps, id, "begin");
  assert.deepEqual(again.ok ? null : again.refusal, {
    code: "maintenance_step_impossible",
    facts: { standingZh: "已经开始", standingEn: "is under way", stepZh: "再开始", stepEn: "begin now" },
  });
  assert.equal(codeOf(await takeWindowStep(deps, id, "callOff")), "maintenance_step_impossible");
  world.moveSeconds(600);
  assert.deepEqual(await spanOf(id, "end"), [began, world.now()]);
  world.moveSeconds(1);
  for (const step of ["begin", "end", "callOff"] as const)
    assert.equal(codeOf(await takeWindowStep(deps, id, step)), "maintenance_step_impossible", step);

  const off = await announced();
  assert.deepEqual(await spanOf(off, "callOff"), [world.now(), world.now()]);
  const byPlan = await announced();
  world.moveSeconds(3_600);
  assert.deepEqual(await spanOf(byPlan, "end"), [soon, world.now()]);
  assert.equal(codeOf(await takeWindowStep(deps, world.newId("mwn"), "begin")), "not_found");
});

test("of two who begin a window at once one is told that it has begun", async () => {
  await using db = await testDb();
  const world = testWorld();
  const deps = { pg: db.pg, world };
  const soon = addSeconds(world.now(), 3_600);
  const wanted = { scope: "alipay", plannedFrom: soon, plannedTo: addSeconds(soon, 3_600), texts } as const;
  const { id } = unwrap(await announceWindow(deps, wanted, "key_operator"));
  const both = await Promise.all([takeWindowStep(deps, id, "begin"), takeWindowStep(deps, id, "begin")]);
  assert.deepEqual(both.map(codeOf).toSorted(), ["maintenance_step_impossible", "ok"]);
});
