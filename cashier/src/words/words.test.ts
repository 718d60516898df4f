import { strict as assert } from "node:assert";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { en } from "./en.ts";
import { createWords, languageOf } from "./index.ts";
import { zh, type Words } from "./zh.ts";

const source = fileURLToPath(new URL("..", import.meta.url));
const isTested = (name: string): boolean => !name.includes(".test.") && !name.startsWith("words/");
const files = globSync("**/*.{ts,tsx}", { cwd: source })
  .filter(isTested)
  .map((name) => ({ name, text: withoutComments(readFileSync(`${source}/${name}`, "utf8")) }));

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "$1");
}

/** Dotted keys with their texts: "paid.title" → "已收款". */
function flat(words: Words | object, prefix = ""): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "string"
      ? [[prefix + key, value] as [string, string]]
      : flat(value as object, `${prefix}${key}.`),
  );
}

const texts = { zh: new Map(flat(zh)), en: new Map(flat(en)) };
const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? "").sort();

test("both languages have the same words, none of them empty", () => {
  assert.deepEqual([...texts.en.keys()], [...texts.zh.keys()]);
  for (const [language, table] of Object.entries(texts))
    for (const [key, text] of table) assert.ok(text.trim() !== "", `${language} ${key}`);
});

test("both languages fill in the same facts", () => {
  for (const [key, text] of texts.zh)
    assert.deepEqual(placeholders(texts.en.get(key) ?? ""), placeholders(text), key);
});

test("English has no Chinese characters, Chinese has full-width punctuation", () => {
  for (const [key, text] of texts.en) assert.doesNotMatch(text, /[\u3000-\u9fff\uff00-\uffef]/, key);
  for (const [key, text] of texts.zh)
    assert.doesNotMatch(text, /[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]/, key);
});

test("no screen has words of its own", () => {
  assert.ok(files.length > 30, `${files.length} files were read`);
  for (const { name, text } of files) {
    assert.doesNotMatch(text, /[\u3400-\u9fff]/, `${name} has Chinese characters`);
    if (!name.endsWith(".tsx")) continue;
    const between = [...text.matchAll(/>([^<>{}=;()]*[A-Za-z]{2,}[^<>{}=;()]*)<\//g)].map(
      (match) => match[1],
    );
    assert.deepEqual(between, [], `${name} has text between tags`);
    assert.doesNotMatch(
      text,
      /\b(aria-label|placeholder|title|alt)="[^"]*[A-Za-z]/,
      `${name} has a literal attribute`,
    );
  }
});

test("every word is used on some screen", () => {
  const all = files.map(({ text }) => text).join("\n");
  const used = (key: string): boolean => {
    const name = key.replace(/_(one|other)$/, "");
    const parent = name.slice(0, name.lastIndexOf(".") + 1);
    // Keys are written in full, or their last part is filled in: t(`top.${link}`).
    return all.includes(`"${name}"`) || all.includes(`\`${parent}\${`);
  };
  assert.deepEqual(
    [...texts.zh.keys()].filter((key) => !used(key)),
    [],
  );
});

test("words come out in the chosen language, with the right plural", () => {
  const english = createWords("en");
  assert.equal(english.t("today.count", { count: 1 }), "1 payment");
  assert.equal(english.t("today.count", { count: 0 }), "0 payments");
  assert.equal(createWords("zh").t("today.count", { count: 1 }), "1 笔");
});

test("a browser with neither language is shown Chinese", () => {
  assert.equal(languageOf(["de", "en-US"]), "en");
  assert.equal(languageOf(["zh-Hant-TW", "en"]), "zh");
  assert.equal(languageOf([]), "zh");
});
