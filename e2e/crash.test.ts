// Kill -9 in the middle of payments: the short version of node e2e/crash.ts --kills 20.
import assert from "node:assert/strict";
import { test } from "node:test";
import { crash } from "./crash.ts";

/** A hang, not a promise: how fast the platform is back is printed, and measured on a quiet machine. */
const readyMsMax = 60_000;

test("three kills under 50 payments at once: what was acknowledged is there, both books agree, and it comes back", async (t) => {
  const report = await crash({ kills: 3, clients: 50, say: (line) => t.diagnostic(line) });
  assert.deepEqual(report.problems, []);
  assert.ok(report.acknowledged > 0 && report.cutOff > 0, JSON.stringify(report));
  assert.equal(report.readyMs.length, 3);
  for (const readyMs of report.readyMs) assert.ok(readyMs < readyMsMax, `ready after ${readyMs} ms`);
});
