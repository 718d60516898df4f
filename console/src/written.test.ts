import assert from "node:assert/strict";
import { test } from "node:test";
import { writtenFor } from "./written.ts";

// what is stored -> in Chinese, in English
const rows: ReadonlyArray<readonly [string, string, string]> = [
  ["已补报，自动关闭。 / Closed by itself.", "已补报，自动关闭。", "Closed by itself."],
  ["已补报，自动关闭。", "已补报，自动关闭。", "已补报，自动关闭。"],
  ["一 / 二 / 三", "一 / 二 / 三", "一 / 二 / 三"],
  ["", "", ""],
];

test("what the platform wrote in both languages is read in one", () => {
  for (const [text, zh, en] of rows) {
    assert.deepEqual([writtenFor("zh", text), writtenFor("en", text)], [zh, en], text);
  }
});
