import assert from "node:assert/strict";
import { test } from "node:test";
import { amountInWords } from "./amountWords.ts";

const rows: ReadonlyArray<readonly [number, string, string]> = [
  [1, "壹分", "one fen"],
  [10, "壹角整", "ten fen"],
  [1_250, "壹拾贰元伍角整", "twelve yuan and fifty fen"],
  [1_205, "壹拾贰元零伍分", "twelve yuan and five fen"],
  [100, "壹元整", "one yuan"],
  [10_001, "壹佰元零壹分", "one hundred yuan and one fen"],
  [100_500, "壹仟零伍元整", "one thousand five yuan"],
  [1_001_000, "壹万零壹拾元整", "ten thousand ten yuan"],
  [
    12_345_678,
    "壹拾贰万叁仟肆佰伍拾陆元柒角捌分",
    "one hundred twenty-three thousand four hundred fifty-six yuan and seventy-eight fen",
  ],
  [1_000_000_000, "壹仟万元整", "ten million yuan"],
  [10_000_000_000, "壹亿元整", "one hundred million yuan"],
  [100_000_100, "壹佰万零壹元整", "one million one yuan"],
];

test("amounts in words", () => {
  for (const [fen, zh, en] of rows)
    assert.deepEqual([amountInWords(fen, "zh"), amountInWords(fen, "en")], [zh, en]);
});

test("no two amounts read alike", () => {
  const read = new Set<string>();
  for (let fen = 1; fen <= 200_000; fen += 7)
    read.add(amountInWords(fen, "zh")).add(amountInWords(fen, "en"));
  assert.equal(read.size, 2 * Math.ceil(200_000 / 7));
});
