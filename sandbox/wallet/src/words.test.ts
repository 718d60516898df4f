import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalReasons } from "../../book/model.ts";
import { reasonKey } from "./phone/reasons.ts";
import { words, type WordKey } from "./words.ts";

const holes = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name).toSorted();

test("both languages have the same texts with the same holes, each in its own script", () => {
  assert.deepEqual(Object.keys(words.en), Object.keys(words.zh));
  for (const key of Object.keys(words.zh) as WordKey[]) {
    assert.deepEqual(holes(words.en[key]), holes(words.zh[key]), key);
    if (key !== "page.language") assert.doesNotMatch(words.en[key], /\p{Script=Han}/u, key);
    assert.doesNotMatch(words.zh[key], /[,;!?]\s/, `${key}: Chinese text has Chinese punctuation`);
  }
});

test("every reason of the books has a sentence for the phone", () => {
  for (const reason of refusalReasons) assert.match(words.zh[reasonKey(reason)], /。$/);
});
