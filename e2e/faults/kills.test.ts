// kill -9 in the middle of payments: npm run faults -- kills, as often as fits here.
import assert from "node:assert/strict";
import { test } from "node:test";
import { kills } from "./parts/kills.ts";

test("fifteen kills under load: what was acknowledged is there, nobody paid twice, all books agree, and it comes back", async (t) => {
  const row = await kills({
    kills: 15,
    desks: 64,
    acknowledgementsMax: 150,
    say: (line) => t.diagnostic(line),
  });
  assert.deepEqual(row.problems, []);
  assert.equal(row.figures["mismatch"], 0);
  // Something was acknowledged, something was cut off, and both were compared.
  assert.ok(Number(row.figures["acknowledged to a client"]) > 0, JSON.stringify(row));
  assert.ok(Number(row.figures["unknown, settled by query"]) > 0, JSON.stringify(row));
  t.diagnostic(JSON.stringify(row.figures));
});
