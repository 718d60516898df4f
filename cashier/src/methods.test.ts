import { strict as assert } from "node:assert";
import { test } from "node:test";
import { groupedByReason } from "./methods.ts";
import type { MethodsView } from "./services.ts";

type Standing = MethodsView["items"][number];

const standing = (method: Standing["method"], shut: string | null): Standing =>
  ({ method, available: shut === null, text: { zh: shut ?? "可用", en: shut ?? "Available" } }) as Standing;

test("what is shut for one reason is said once, where the first of it stands; what is open stands alone", () => {
  const items = [
    standing("alipay", "收款平台升级"),
    standing("huabei", "未开通"),
    standing("wechat", null),
    standing("unionpay", "收款平台升级"),
  ];
  assert.deepEqual(groupedByReason(items, "zh"), [
    { methods: ["alipay", "unionpay"], reason: "收款平台升级" },
    { methods: ["huabei"], reason: "未开通" },
    { methods: ["wechat"], reason: null },
  ]);
});

test("two that are open are two, though the same is said of both", () => {
  const items = [standing("alipay", null), standing("wechat", null)];
  assert.deepEqual(
    groupedByReason(items, "en").map(({ methods }) => methods),
    [["alipay"], ["wechat"]],
  );
});
