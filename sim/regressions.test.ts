// On the store in memory, in a process beside the long run on PostgreSQL (simulate.test.ts).
import assert from "node:assert/strict";
import { test } from "node:test";
import { regressions } from "./regressions.ts";
import { simulate, type Report } from "./run.ts";
import { openMemoryStore } from "./stores.ts";

test("the same seed does the same, another one does not", async () => {
  const inMemory = (seed: number): Promise<Report> =>
    simulate({ seed, payments: 60, store: openMemoryStore() });
  const first = await inMemory(11);
  const again = await inMemory(11);
  const other = await inMemory(12);
  assert.deepEqual(first.violations.slice(0, 5), []);
  assert.equal(again.traceHash, first.traceHash);
  assert.equal(again.steps, first.steps);
  assert.notEqual(other.traceHash, first.traceHash);
});

for (const { seed, payments, found } of regressions) {
  test(`seed ${seed} with ${payments} payments holds by now (${found})`, async () => {
    assert.deepEqual((await simulate({ seed, payments, store: openMemoryStore() })).violations, []);
  });
}
