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

const voided: ReadonlyArray<
  readonly [kind: TimelineEventView["kind"], data: object, zh: string, en: RegExp]
> = [
  ["refundSent", {}, "向渠道发起当日撤销", /^Same-day void sent/],
  ["refundQueryAnswered", {}, "渠道答复撤销查询", /void/],
  [
    "refundStateChanged",
    { to: "succeeded", waitingFor: null },
    "当日撤销变为“已撤销”",
    /^The void became “Voided”$/,
  ],
  [
    "refundStateChanged",
    { to: "processing", waitingFor: "arrival" },
    "当日撤销“撤销中”：渠道已受理当日撤销，等待渠道完成",
    /^The void is “Voiding”: .*carrying it out$/,
  ],
];

test("a void is told as a void, and no bank card is waited for", () => {
  for (const [kind, data, zh, en] of voided) {
    const said = eventSentence({ ...requested([]), kind, direction: null, data: { ...data, way: "void" } });
    assert.equal(said.zh, zh);
    assert.match(said.en, en);
    assert.doesNotMatch(said.zh, /退款|工作日/);
    const before = eventSentence({ ...requested([]), kind, direction: null, data: { ...data } });
    assert.match(before.zh, /退款/, "entries written before have no way");
  }
});

test("a refund that cannot go back says what the channel said, and what to do", () => {
  const data = { way: "refund", to: "processing", waitingFor: "stuck" };
  const { zh } = eventSentence({ ...requested([]), kind: "refundStateChanged", direction: null, data });
  assert.match(zh, /渠道说退不回付款人原来的账户：请到渠道的商户平台改用其他方式退还/);
});

test("a void that gave way to a refund has a line of its own, in both languages", () => {
  const data = { refundId: "ref_1", from: "void", to: "refund" };
  const event: TimelineEventView = { ...requested([]), kind: "refundWayChanged", direction: null, data };
  const { zh, en } = eventSentence(event);
  assert.equal(zh, "当日撤销不成，改用退款");
  assert.match(en, /void .* refunding instead/);
});
