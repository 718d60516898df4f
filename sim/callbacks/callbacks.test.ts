import assert from "node:assert/strict";
import { test } from "node:test";
import { callbackKinds } from "./traffic.ts";
import { runCallbacks } from "./run.ts";

test("a thousand callbacks of every kind change what is true and nothing else", async () => {
  const { violations } = await runCallbacks({ seed: 3, callbacks: 1_000 });
  assert.deepEqual(violations.slice(0, 5), []);
});

test("of 10,000 callbacks of three networks no forged, foreign or malformed one moves a payment", async () => {
  const { counts, violations, payments } = await runCallbacks({ seed: 7, callbacks: 10_000 });
  assert.deepEqual(violations.slice(0, 5), []);
  assert.ok(payments > 2_500);
  const sum = (kind: string): number =>
    Object.entries(counts).reduce(
      (total, [name, count]) => total + (name.includes(`: ${kind} `) ? count : 0),
      0,
    );
  assert.equal(
    callbackKinds.reduce((total, kind) => total + sum(kind), 0),
    10_000,
  );
  // Shares as they are announced, to within a tenth.
  for (const [kind, share] of [
    ["duplicate", 0.3],
    ["reordered", 0.2],
    ["late", 0.1],
    ["forged", 0.1],
    ["wrongAmountOrMerchant", 0.05],
    ["malformed", 0.05],
  ] as const)
    assert.ok(Math.abs(sum(kind) / 10_000 - share) < share / 10, `${kind}: ${sum(kind)}`);
  const forged = ["Alipay", "WeChat Pay v2", "WeChat Pay v3", "UnionPay"].map(
    (network) => counts[`${network}: forged forged`] ?? 0,
  );
  assert.ok(forged.every((count) => count > 0));
  assert.equal(
    forged.reduce((total, count) => total + count),
    sum("forged"),
  );
});
