import assert from "node:assert/strict";
import { test } from "node:test";
import { searchOf } from "./search.ts";

test("the search box recognises what was typed", () => {
  const id = `pay_${"0123456789abcdef".repeat(2)}`;
  const rows: ReadonlyArray<readonly [string, ReturnType<typeof searchOf>]> = [
    ["", { kind: "nothing" }],
    ["   ", { kind: "nothing" }],
    [` ${id} `, { kind: "payment", id }],
    ["12", { kind: "filter", name: "amount", value: "1200" }],
    ["12.5", { kind: "filter", name: "amount", value: "1250" }],
    ["0.01", { kind: "filter", name: "amount", value: "1" }],
    ["¥1,234.00", { kind: "filter", name: "amount", value: "123400" }],
    [
      "2026112222001400000000000001",
      { kind: "filter", name: "channelTradeNo", value: "2026112222001400000000000001" },
    ],
    [
      "10000001abcdefghijklmnopqrstuvwx",
      { kind: "filter", name: "channelOrderNo", value: "10000001abcdefghijklmnopqrstuvwx" },
    ],
    ["A-1001", { kind: "filter", name: "merchantOrderNo", value: "A-1001" }],
    ["12.345", { kind: "filter", name: "merchantOrderNo", value: "12.345" }],
  ];
  for (const [typed, expected] of rows) assert.deepEqual(searchOf(typed), expected, JSON.stringify(typed));
});
