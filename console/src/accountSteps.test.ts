import assert from "node:assert/strict";
import { test } from "node:test";
import { accountSteps, sentBy } from "./accountSteps.ts";

const typed = { appId: "2" };

test("settings are stored without use only where nothing is in use: of a new account, or of one that is disabled", () => {
  assert.deepEqual(accountSteps(null), ["enable", "store"]);
  assert.deepEqual(accountSteps({ state: "disabled" }), ["enable", "store"]);
  assert.deepEqual(accountSteps({ state: "active" }), ["enable", "disable"]);
});

test("what switches an account off stores nothing that no channel was asked about", () => {
  assert.deepEqual(sentBy("enable", typed), { state: "active", config: typed });
  assert.deepEqual(sentBy("store", typed), { state: "disabled", config: typed });
  assert.deepEqual(sentBy("disable", typed), { state: "disabled", config: {} });
});

test("no step that an active account is offered disables it together with new settings", () => {
  for (const step of accountSteps({ state: "active" })) {
    const { state, config } = sentBy(step, typed);
    assert.ok(state === "active" || Object.keys(config).length === 0, step);
  }
});
