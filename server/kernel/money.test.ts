import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { add, feeOf, fen, negate, parseYuan, sameMoney, subtract, yuanText } from "./money.ts";

const anyFen = fc.bigInt({ min: -10_000_000_000n, max: 10_000_000_000n });

test("yuan text and fen are two spellings of one amount, over the whole range", () => {
  fc.assert(fc.property(anyFen, (minor) => assert.deepEqual(parseYuan(yuanText(fen(minor))), fen(minor))));
});

test("yuan text always has two decimals", () => {
  for (const [minor, text] of [
    [0n, "0.00"],
    [1n, "0.01"],
    [10n, "0.10"],
    [100n, "1.00"],
    [1_234_567n, "12345.67"],
    [-5n, "-0.05"],
    [-123n, "-1.23"],
  ] as const) {
    assert.equal(yuanText(fen(minor)), text);
  }
});

test("anything that is not a plain yuan amount is refused, never guessed", () => {
  for (const text of [
    "",
    ".",
    "1.",
    ".5",
    "1.234",
    "1,000.00",
    "¥1",
    "1e3",
    " 1",
    "1 ",
    "+1",
    "０.０１",
    "NaN",
  ]) {
    assert.equal(parseYuan(text), null, JSON.stringify(text));
  }
});

test("fees round half up to the fen", () => {
  for (const [amount, rate, fee] of [
    [10_000n, 38n, 38n],
    [131n, 38n, 0n],
    [132n, 38n, 1n],
    [1n, 60n, 0n],
    [10_000n, 0n, 0n],
    [10_000n, 10_000n, 10_000n],
  ] as const) {
    assert.equal(feeOf(fen(amount), rate).minor, fee, `${amount} at ${rate}`);
  }
});

test("a fee never exceeds its amount and never shrinks when the amount grows", () => {
  const amounts = fc.bigInt({ min: 1n, max: 10_000_000_000n });
  const rates = fc.bigInt({ min: 0n, max: 10_000n });
  fc.assert(
    fc.property(amounts, amounts, rates, (left, right, rate) => {
      const [small, large] = left < right ? [left, right] : [right, left];
      assert.ok(feeOf(fen(small), rate).minor <= small);
      assert.ok(feeOf(fen(small), rate).minor <= feeOf(fen(large), rate).minor);
    }),
  );
});

test("adding and subtracting are each other's inverse", () => {
  fc.assert(
    fc.property(anyFen, anyFen, (left, right) => {
      assert.ok(sameMoney(subtract(add(fen(left), fen(right)), fen(right)), fen(left)));
      assert.ok(sameMoney(add(fen(left), negate(fen(left))), fen(0)));
    }),
  );
});
