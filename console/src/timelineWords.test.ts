import assert from "node:assert/strict";
import { test } from "node:test";
import { eventSentence } from "./timelineWords.ts";
import type { TimelineEventView } from "./views.ts";

const requested = (reasons: readonly object[]): TimelineEventView => ({
  ...{ id: "evt_1", kind: "requested", direction: "in", at: "2026-11-22T15:16:02.414Z" },
  data: { route: { route: "main", reasons } },
});

test("why a payment went through its account is told step by step, in the reader’s time", () => {
  const reasons = [
    { code: "channelByCode" },
    { code: "ruleFits", rule: "大额" },
    { code: "routeInMaintenance", route: "second", until: "2026-11-22T18:00:00Z" },
    { code: "standIn", route: "main" },
  ];
  assert.deepEqual(eventSentence(requested(reasons)), {
    zh: "收到收款请求：符合规则“大额”；账户“second”正在维护，预计 2026-11-23 02:00:00 恢复；改由账户“main”收款",
    en: "Payment requested: The rule “大额” fits; The account “second” is under maintenance until 2026-11-23 02:00:00; The account “main” stands in",
  });
});

test("where there was nothing to choose, nothing is told of it", () => {
  for (const reasons of [[], [{ code: "channelByCode" }, { code: "onlyAccount" }], [{ code: "notKnownYet" }]])
    assert.deepEqual(eventSentence(requested(reasons)), { zh: "收到收款请求", en: "Payment requested" });
});

test("a void that gave way to a refund has a line of its own, in both languages", () => {
  const data = { refundId: "ref_1", from: "void", to: "refund" };
  const event: TimelineEventView = { ...requested([]), kind: "refundWayChanged", direction: null, data };
  const { zh, en } = eventSentence(event);
  assert.equal(zh, "当日撤销不成，改用退款");
  assert.match(en, /void .* refunding instead/);
});
