import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { receiptStages } from "@huiyin/contract/events/receipts.ts";
import { addSeconds } from "../../kernel/time.ts";
import { breakOff, decide, expiryOf, isStale } from "./decide.ts";
import type { Progress } from "./model.ts";

const start = new Date("2026-11-22T04:00:00Z");
const fresh: Progress = {
  stage: "accepted",
  sendAfter: start,
  deliveredAt: null,
  startingAt: null,
  spokenAt: null,
  interruptedAt: null,
  silenceReason: null,
};

test("each report moves an announcement to this stage, or changes nothing", () => {
  for (const [stages, expected] of [
    ["", "accepted"],
    ["delivered", "delivered"],
    ["delivered delivered", "delivered"],
    ["silent", "delivered"],
    ["expired", "delivered"],
    ["starting", "speaking"],
    ["delivered starting", "speaking"],
    ["delivered starting spoken", "spoken"],
    ["spoken", "spoken"],
    ["starting spoken delivered", "spoken"],
    ["starting spoken starting", "spoken"],
    ["starting delivered", "speaking"],
    ["starting silent", "speaking"],
    ["starting interrupted", "interrupted"],
    ["interrupted", "interrupted"],
    ["delivered interrupted", "interrupted"],
    ["spoken interrupted", "spoken"],
    ["interrupted delivered", "interrupted"],
    ["interrupted starting", "interrupted"],
    ["starting interrupted spoken", "spoken"],
    ["silent starting spoken", "spoken"],
  ] as const) {
    const reports = stages.split(" ").filter((stage) => stage !== "") as (typeof receiptStages)[number][];
    const end = reports.reduce<Progress>(
      (before, stage) => decide(before, { stage, reason: null }, start),
      fresh,
    );
    assert.equal(end.stage, expected, stages);
  }
});

test("an announcement that broke off keeps why, where the terminal knows", () => {
  const speaking = decide(fresh, { stage: "starting", reason: null }, start);
  const broken = decide(speaking, { stage: "interrupted", reason: "audioFailed" }, start);
  assert.deepEqual([broken.stage, broken.silenceReason], ["interrupted", "audioFailed"]);
  assert.equal(decide(broken, { stage: "interrupted", reason: "muted" }, start), broken);
});

test("a stale announcement stays stale whatever is reported: its summary speaks for it", () => {
  const stale: Progress = { ...fresh, stage: "stale", sendAfter: null };
  for (const stage of receiptStages) assert.equal(decide(stale, { stage, reason: null }, start), stale);
  assert.equal(breakOff(stale, start), stale);
});

test("after “starting” nothing is ever due to be sent again, and no stage goes back", () => {
  const rank = { accepted: 0, delivered: 1, speaking: 2, interrupted: 3, spoken: 4, stale: 5 } as const;
  const reports = fc.array(fc.constantFrom(...receiptStages), { maxLength: 12 });
  fc.assert(
    fc.property(reports, (stages) => {
      let before = fresh;
      stages.forEach((stage, index) => {
        const after = decide(before, { stage, reason: null }, addSeconds(start, index));
        assert.ok(rank[after.stage] >= rank[before.stage], `${before.stage} → ${after.stage} on ${stage}`);
        assert.equal(after.sendAfter !== null, after.stage === "accepted" || after.stage === "delivered");
        assert.deepEqual(decide(after, { stage, reason: null }, addSeconds(start, index)).stage, after.stage);
        if (before.startingAt !== null) assert.equal(after.startingAt, before.startingAt);
        before = after;
      });
    }),
  );
});

test("the reason of a silence is kept until it is heard", () => {
  const silent = decide(fresh, { stage: "silent", reason: "muted" }, start);
  assert.equal(silent.silenceReason, "muted");
  assert.equal(decide(silent, { stage: "delivered", reason: null }, start).silenceReason, "muted");
});

test("an announcement is spoken by itself until its expiry, and not a moment later", () => {
  assert.equal(isStale(start, expiryOf(start)), false);
  assert.equal(isStale(start, new Date(expiryOf(start).getTime() + 1)), true);
});
