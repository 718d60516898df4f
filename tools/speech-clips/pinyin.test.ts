import { strict as assert } from "node:assert";
import { test } from "node:test";
import { clipIds, clipWords } from "@huiyin/contract/speech.ts";
import { clipPinyin } from "./pinyin.ts";

test("every character of a clip has exactly one syllable with a tone", () => {
  for (const id of clipIds) {
    const syllables = clipPinyin[id].match(/[a-zü]+[1-5]/g) ?? [];
    const characters = [...clipWords[id].replaceAll("，", "")];
    assert.equal(syllables.length, characters.length, `${clipWords[id]}: ${clipPinyin[id]}`);
  }
});

test("one character has one reading, but for those that truly have two", () => {
  const readings = new Map<string, Set<string>>();
  for (const id of clipIds) {
    const syllables = clipPinyin[id].match(/[a-zü]+[1-5]/g) ?? [];
    [...clipWords[id].replaceAll("，", "")].forEach((character, at) =>
      readings.set(character, (readings.get(character) ?? new Set()).add(syllables[at] ?? "")),
    );
  }
  assert.deepEqual(
    [...readings].filter(([, each]) => each.size > 1).map(([character, each]) => [character, ...each]),
    [],
  );
});
