// Who may stop a terminal, and who may start it again.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { ed25519 } from "@noble/curves/ed25519.js";
import pino from "pino";
import { unwrap } from "../../kernel/result.ts";
import { testDb } from "../../platform/pg/testing.ts";
import { createClock } from "../../platform/clock.ts";
import { createWorld } from "../../platform/world.ts";
import { testShop } from "./fixtures.ts";
import { activateTerminal, changeTerminal, createTerminal, issueActivationCode } from "./service.ts";

test("what the operator stopped no merchant starts again, not even on a new device", async () => {
  await using db = await testDb();
  const world = createWorld(createClock());
  const deps = { pg: db.pg, world, log: pino({ level: "silent" }), randomBytes };
  const { merchantId, storeId } = await testShop(deps);
  const wanted = {
    merchantId,
    storeId,
    name: "一号收银台",
    no: "T0001",
    kind: "cashier",
    announce: "own",
  } as const;
  const { id: terminalId } = unwrap(await createTerminal(deps, wanted));
  const activate = async (): Promise<string> => {
    const issued = await issueActivationCode(deps, { terminalId, merchantId }, "test");
    if (!issued.ok) return issued.refusal.code;
    const { activationCode } = issued.value;
    const device = { publicKey: ed25519.getPublicKey(randomBytes(32)), model: null, appVersion: null };
    const activated = await activateTerminal(deps, activationCode, device);
    return activated.ok ? activated.value.state : activated.refusal.code;
  };
  const change = async (by: "operator" | "merchant", state: "active" | "suspended"): Promise<string> => {
    const changed = await changeTerminal(
      deps,
      { terminalId, merchantId },
      { state, name: null, announce: null, by },
    );
    return changed.ok ? changed.value.state : changed.refusal.code;
  };
  assert.equal(await activate(), "active");
  assert.equal(await change("merchant", "suspended"), "suspended");
  assert.equal(await change("merchant", "active"), "active");
  assert.equal(await change("operator", "suspended"), "suspended");
  assert.equal(await change("merchant", "active"), "terminal_stopped_by_operator");
  // Nor by stopping it once more in its own name.
  assert.equal(await change("merchant", "suspended"), "suspended");
  assert.equal(await change("merchant", "active"), "terminal_stopped_by_operator");
  assert.notEqual(await activate(), "active");
  assert.equal(await change("operator", "active"), "active");
});
