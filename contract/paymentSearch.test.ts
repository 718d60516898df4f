import assert from "node:assert/strict";
import { test } from "node:test";
import { readPaymentSearch, type PaymentSearch, type Reading } from "./paymentSearch.ts";

// A Sunday, 15:10 in Beijing.
const now = new Date("2026-11-22T07:10:00Z");
const hex = "0123456789abcdef".repeat(2);
const amount = (fromFen: number, toFen = fromFen): Reading => ({ kind: "amount", fromFen, toFen });
const number = (text: string): Reading => ({ kind: "number", text });
const ending = (text: string): Reading => ({ kind: "ending", text });
const terminal = (text: string, match: "whole" | "part" = "part"): Reading => ({
  kind: "terminal",
  text,
  match,
});

// typed -> what its words may mean
const wordRows: ReadonlyArray<readonly [string, ReadonlyArray<readonly Reading[]>]> = [
  ["", []],
  ["  　", []],
  [` pay_${hex} `, [[{ kind: "payment", id: `pay_${hex}` }]]],
  [`ref_${hex}`, [[{ kind: "refund", id: `ref_${hex}` }]]],
  [`trm_${hex}`, [[{ kind: "terminalId", id: `trm_${hex}` }]]],
  ["12", [[amount(1_200), number("12"), terminal("12", "whole")]]],
  ["12345", [[amount(1_234_500), number("12345"), ending("12345"), terminal("12345", "whole")]]],
  ["12.5", [[amount(1_250)]]],
  ["0.01", [[amount(1)]]],
  ["¥12.5", [[amount(1_250)]]],
  ["￥１２．５", [[amount(1_250)]]],
  ["12.50元", [[amount(1_250)]]],
  ["¥1,234.00", [[amount(123_400)]]],
  ["10-20", [[amount(1_000, 2_000), number("10-20"), ending("10-20"), terminal("10-20", "whole")]]],
  ["¥9.9~20元", [[amount(990, 2_000)]]],
  ["20-10", [[number("20-10"), ending("20-10"), terminal("20-10", "whole")]]],
  ["0", [[number("0"), terminal("0", "whole")]]],
  ["12.345", [[terminal("12.345")]]],
  [
    "2026112222001400000000000001".slice(0, 10),
    [[number("2026112222"), ending("2026112222"), terminal("2026112222", "whole")]],
  ],
  // The tables know numbers as they were given: letters are looked for as typed, small and capital.
  ["A-1", [[number("A-1"), number("a-1"), terminal("A-1")]]],
  ["A-1001", [[number("A-1001"), number("a-1001"), ending("A-1001"), ending("a-1001"), terminal("A-1001")]]],
  ["8C32", [[number("8C32"), number("8c32"), ending("8C32"), ending("8c32"), terminal("8C32")]]],
  ["8x7q", [[number("8x7q"), number("8X7Q"), ending("8x7q"), ending("8X7Q"), terminal("8x7q")]]],
  [
    "aB-7",
    [
      [
        ...[number("aB-7"), number("ab-7"), number("AB-7")],
        ...[ending("aB-7"), ending("ab-7"), ending("AB-7"), terminal("aB-7")],
      ],
    ],
  ],
  [`PAY_${hex.toUpperCase()}`, [[{ kind: "payment", id: `pay_${hex}` }]]],
  ["前台", [[terminal("前台")]]],
  ["12.5 前台", [[amount(1_250)], [terminal("前台")]]],
  ["今天 12.5", [[amount(1_250)]]],
  [
    "a1 b2 c3 d4 e5",
    ["a1", "b2", "c3", "d4"].map((text) => [number(text), number(text.toUpperCase()), terminal(text)]),
  ],
];

test("what a word may mean", () => {
  for (const [typed, expected] of wordRows)
    assert.deepEqual(readPaymentSearch(typed, now).words, expected, JSON.stringify(typed));
});

// typed -> from and to in Beijing, or null
const spanRows: ReadonlyArray<readonly [string, readonly [string, string] | null]> = [
  ["12.5", null],
  ["今天", ["2026-11-22T00:00", "2026-11-23T00:00"]],
  ["Today", ["2026-11-22T00:00", "2026-11-23T00:00"]],
  ["昨天", ["2026-11-21T00:00", "2026-11-22T00:00"]],
  ["前天", ["2026-11-20T00:00", "2026-11-21T00:00"]],
  ["本周", ["2026-11-16T00:00", "2026-11-23T00:00"]],
  ["本月", ["2026-11-01T00:00", "2026-11-23T00:00"]],
  ["2026-11-22", ["2026-11-22T00:00", "2026-11-23T00:00"]],
  ["2026/1/2", ["2026-01-02T00:00", "2026-01-03T00:00"]],
  ["11月22日", ["2026-11-22T00:00", "2026-11-23T00:00"]],
  ["2025年12月1号", ["2025-12-01T00:00", "2025-12-02T00:00"]],
  ["2026-11-20~2026-11-22", ["2026-11-20T00:00", "2026-11-23T00:00"]],
  ["2026-02-30", null],
  // Passed today; not yet come today, so yesterday's.
  ["14:30", ["2026-11-22T14:25", "2026-11-22T14:36"]],
  ["14：30", ["2026-11-22T14:25", "2026-11-22T14:36"]],
  ["18:30", ["2026-11-21T18:25", "2026-11-21T18:36"]],
  ["9点", ["2026-11-22T08:55", "2026-11-22T09:06"]],
  ["昨天 14:30", ["2026-11-21T14:25", "2026-11-21T14:36"]],
  ["2026-11-20 14:30-15:10", ["2026-11-20T14:30", "2026-11-20T15:11"]],
  ["14:30-15:10 8.8", ["2026-11-22T14:30", "2026-11-22T15:11"]],
  ["25:00", null],
  ["14:60", null],
];

test("which time is meant", () => {
  for (const [typed, expected] of spanRows) {
    const { span } = readPaymentSearch(typed, now);
    const wanted = expected && {
      from: new Date(`${expected[0]}+08:00`),
      to: new Date(`${expected[1]}+08:00`),
    };
    assert.deepEqual(span, wanted, typed);
  }
});

// typed -> what is narrowed by a word that names no payment, and what is left to search for
const namedRows: ReadonlyArray<readonly [string, PaymentSearch["named"], string]> = [
  ["12.5", {}, "12.5"],
  ["花呗", { fundingSource: "huabei" }, ""],
  ["Huabei", { fundingSource: "huabei" }, ""],
  ["花呗分期", { fundingSource: "huabeiInstalment" }, ""],
  ["余额", { fundingSource: "balance" }, ""],
  ["余额宝", { fundingSource: "moneyFund" }, ""],
  ["信用卡", { fundingSource: "creditCard" }, ""],
  ["creditCard", { fundingSource: "creditCard" }, ""],
  ["已退款", { refunds: "true" }, ""],
  ["退款", { refunds: "true" }, ""],
  ["Refunded", { refunds: "true" }, ""],
  ["失败", { state: "failed" }, ""],
  ["failed", { state: "failed" }, ""],
  ["已收款", { state: "succeeded" }, ""],
  ["已关闭", { state: "closed" }, ""],
  ["已撤销", { state: "reversed" }, ""],
  ["待核对", { review: "true" }, ""],
  ["支付宝", { channel: "alipay" }, ""],
  ["今天 花呗 失败 12.5", { fundingSource: "huabei", state: "failed" }, "12.5"],
  // Both cannot hold: the second is searched for like any other word.
  ["花呗 余额", { fundingSource: "huabei" }, "余额"],
  ["花呗小店", {}, "花呗小店"],
];

test("which words name a state or a source of money", () => {
  for (const [typed, named, rest] of namedRows) {
    const read = readPaymentSearch(typed, now);
    assert.deepEqual([read.named, read.rest], [named, rest], typed);
  }
});

test("what is left without the time", () => {
  assert.equal(readPaymentSearch(" 今天 12.5　14:30 前台", now).rest, "12.5 前台");
});
