import { strict as assert } from "node:assert";
import { test } from "node:test";
import { codeOf, noBurst, read, type KeyMeaning } from "./scanner.ts";

/** Feeds keys with a fixed gap; returns what each meant. */
function feed(keys: readonly string[], gapMs: number): KeyMeaning[] {
  let burst = noBurst;
  return keys.map((key, index) => {
    const step = read(burst, key, 1000 + index * gapMs);
    burst = step.burst;
    return step.meaning;
  });
}

const payerCode = "287612345678901234";

test("a scanner's burst that ends with Enter or Tab is one code", () => {
  for (const end of ["Enter", "Tab"])
    assert.deepEqual(feed([...payerCode, end], 8).at(-1), { kind: "scan", code: payerCode });
});

test("only the first key of a burst starts it, so that the amount before it can be put back", () => {
  const meanings = feed([...payerCode], 8);
  assert.deepEqual(
    meanings.map((meaning) => meaning.kind === "key" && meaning.startsBurst),
    [true, ...Array.from({ length: payerCode.length - 1 }, () => false)],
  );
});

test("a person typing the same digits is a person", () => {
  const meanings = feed([...payerCode, "Enter"], 120);
  assert.ok(meanings.slice(0, -1).every((meaning) => meaning.kind === "key" && meaning.startsBurst));
  assert.deepEqual(meanings.at(-1), { kind: "other" });
});

test("a quick roll over a few digits is no code", () => {
  assert.deepEqual(feed(["1", "2", "5", "Enter"], 20).at(-1), { kind: "other" });
});

test("a scanned address comes through with its letters, Shift between them", () => {
  const keys = [..."https://qr.alipay.com/"]
    .flatMap((key) => [key])
    .concat(["Shift", "F", "Shift", "K", "1", "Enter"]);
  assert.deepEqual(feed(keys, 5).at(-1), { kind: "scan", code: "https://qr.alipay.com/FK1" });
});

test("an Enter that comes late ends nothing", () => {
  const { burst } = read(noBurst, "2", 0);
  assert.deepEqual(read(burst, "Enter", 5000).meaning, { kind: "other" });
});

// typed or pasted             -> sent
const codes: ReadonlyArray<readonly [string, string]> = [
  ["287612345678901234\r\n", payerCode],
  ["  2876 1234 5678 9012 34\t", payerCode],
  ["２８７６１２３４５６７８９０１２３４", payerCode],
  ["]Q1287612345678901234", payerCode],
  ["\u0002287612345678901234\u0003", payerCode],
  ["\u200b287612345678901234", payerCode],
  ["", ""],
];

test("suffixes, blanks and marks of the scanner never reach the platform", () => {
  for (const [text, code] of codes) assert.equal(codeOf(text), code);
});
