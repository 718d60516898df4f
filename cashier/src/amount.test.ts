import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import {
  amountFenMax,
  amountKeys,
  erased,
  fenOf,
  typed,
  typedText,
  yuanText,
  type AmountKey,
} from "./amount.ts";

const typeAll = (keys: readonly AmountKey[]): string =>
  keys.reduce((text: string, key) => typed(text, key) ?? text, "");

// keys typed               -> text         fen
const rows: ReadonlyArray<readonly [AmountKey[], string, bigint]> = [
  [[], "", 0n],
  [["1", "2", ".", "5"], "12.5", 1250n],
  [["0", "0", "7"], "7", 700n],
  [["00", "7"], "7", 700n],
  [["."], "0.", 0n],
  [[".", "0", "1"], "0.01", 1n],
  [["1", ".", ".", "2"], "1.2", 120n],
  [["1", ".", "2", "3", "4"], "1.23", 123n],
  [["1", ".", "2", "00"], "1.2", 120n],
  [["5", "00"], "500", 50_000n],
  [["1", "00", "00", "00", "00"], "100000000", amountFenMax],
  [["1", "00", "00", "00", "00", ".", "0", "1"], "100000000.0", amountFenMax],
];

test("keys make the amount that a cashier expects", () => {
  for (const [keys, text, fen] of rows) {
    assert.equal(typeAll(keys), text);
    assert.equal(fenOf(text), fen, text);
  }
});

test("whatever is typed stays an amount between nothing and the maximum", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...amountKeys), { maxLength: 30 }), (keys) => {
      const fen = fenOf(typeAll(keys));
      assert.ok(fen >= 0n && fen <= amountFenMax);
    }),
  );
});

test("erasing as often as was typed leaves nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...amountKeys), { maxLength: 14 }), (keys) => {
      let text = typeAll(keys);
      for (let presses = 0; presses < 30; presses++) text = erased(text);
      assert.equal(text, "");
    }),
  );
});

test("an amount reads with its decimals and its thousands", () => {
  assert.equal(yuanText(1n), "0.01");
  assert.equal(yuanText(1250n), "12.50");
  assert.equal(yuanText(123_456_789n), "1,234,567.89");
  assert.equal(yuanText(amountFenMax), "100,000,000.00");
  assert.equal(typedText(""), "0");
  assert.equal(typedText("1234."), "1,234.");
  assert.equal(typedText("100000"), "100,000");
});

test("an amount that was typed in full reads as it is charged", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: amountFenMax }), (fen) => {
      assert.equal(fenOf(yuanText(fen).replaceAll(",", "")), fen);
    }),
  );
});
