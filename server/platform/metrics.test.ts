import assert from "node:assert/strict";
import { test } from "node:test";
import { createMetrics } from "./metrics.ts";

test("metrics are told in the form that Prometheus reads, each registry for itself", async () => {
  const [metrics, others] = [createMetrics(), createMetrics()];
  metrics.counter({ name: "huiyin_scans_total", help: "Scans", labels: ["result"] }).inc({ result: "paid" });
  metrics.histogram({ name: "huiyin_reply_seconds", help: "Replies", buckets: [1] }).observe(0.5);
  const open = metrics.gauge({
    name: "huiyin_open_cases",
    help: "Cases",
    collect() {
      this.set(3);
    },
  });
  assert.ok(open);
  const text = await metrics.text();
  assert.match(text, /^huiyin_scans_total\{result="paid"\} 1$/m);
  assert.match(text, /^huiyin_reply_seconds_bucket\{le="1"\} 1$/m);
  assert.match(text, /^huiyin_open_cases 3$/m);
  assert.match(text, /^huiyin_process_cpu_seconds_total /m);
  assert.doesNotMatch(await others.text(), /huiyin_scans_total/);
});

const misnamed = ["scans_total", "huiyin_Scans_total", "huiyin_scans"];
for (const name of misnamed) {
  test(`a counter named ${name} is a bug of ours`, () => {
    assert.throws(() => createMetrics().counter({ name, help: "x" }), { name: "AssertionError" });
  });
}
