import assert from "node:assert/strict";
import { test } from "node:test";
import {
  conditionWords,
  draftOf,
  emptyRule,
  moved,
  ruleOf,
  ruleProblems,
  targetWords,
  type Rule,
  type RuleDraft,
} from "./ruleDraft.ts";

const split: RuleDraft = { ...emptyRule, name: "分流", weights: { main: "70", second: "30" } };

const wrong: ReadonlyArray<readonly [what: string, draft: RuleDraft, problems: object]> = [
  ["a complete one", split, {}],
  ["nothing typed", emptyRule, { name: "missing", targets: "noTarget" }],
  ["a name of blanks", { ...split, name: " " }, { name: "missing" }],
  ["an amount in words", { ...split, amountMin: "十元" }, { amountMin: "amount" }],
  ["an amount of nothing", { ...split, amountMax: "0" }, { amountMax: "amount" }],
  [
    "amounts in the wrong order",
    { ...split, amountMin: "20", amountMax: "10" },
    { amountMax: "amountsTurned" },
  ],
  ["a weight of nothing", { ...split, weights: { main: "0" } }, { "weight:main": "weight" }],
  ["a weight that is too large", { ...split, weights: { main: "1001" } }, { "weight:main": "weight" }],
  ["half a weight", { ...split, weights: { main: "1.5" } }, { "weight:main": "weight" }],
  ["a time that ends when it begins", { ...split, from: "08:00", to: "08:00" }, { to: "noTime" }],
  ["a day that ends when it begins", { ...split, to: "00:00" }, { to: "noTime" }],
  ["a time until midnight", { ...split, from: "08:00", to: "00:00" }, {}],
  ["a time from midnight", { ...split, from: "00:00" }, {}],
  ["a name that another rule has", { ...split, name: " 夜间 " }, { name: "nameTaken" }],
  ["an account left empty", { ...split, weights: { main: "", second: "1" } }, {}],
];

for (const [what, draft, problems] of wrong)
  test(`of a rule, ${what} is answered beside the field`, () => {
    assert.deepEqual(ruleProblems(draft, ["夜间"]), problems);
  });

const rules: ReadonlyArray<readonly [rule: Rule, zh: string, en: string, shares: string]> = [
  [
    {
      name: "a",
      when: {},
      targets: [
        { route: "main", weight: 7 },
        { route: "second", weight: 3 },
      ],
    },
    "所有收款",
    "All payments",
    "main 70% · second 30%",
  ],
  [
    {
      name: "b",
      when: {
        storeIds: ["sto_1", "sto_2"],
        methods: ["payerCode"],
        amountMin: 10_000,
        from: "22:00",
        to: "06:00",
      },
      targets: [{ route: "second", weight: 1 }],
    },
    "一号店、sto_2，扫付款码，¥100.00 及以上，每天 22:00 至次日 06:00",
    "Store one, sto_2; payer’s codes; ¥100.00 or more; daily 22:00 to 06:00 of the next day",
    "second 100%",
  ],
  [
    { name: "c", when: { amountMax: 999, from: "09:00" }, targets: [{ route: "main", weight: 1 }] },
    "¥9.99 及以下，每天 09:00 至 24:00",
    "¥9.99 or less; daily 09:00 to 24:00",
    "main 100%",
  ],
  [
    { name: "d", when: { amountMin: 1, amountMax: 123_456 }, targets: [{ route: "main", weight: 1 }] },
    "¥0.01 – ¥1,234.56",
    "¥0.01 – ¥1,234.56",
    "main 100%",
  ],
];

for (const [rule, zh, en, shares] of rules) {
  test(`a rule reads: ${zh}`, () => {
    const names = new Map([["sto_1", { zh: "一号店", en: "Store one" }]]);
    assert.deepEqual(conditionWords(rule, names), { zh, en });
    assert.equal(targetWords(rule), shares);
  });
  test(`a rule that is opened and left as it is stays what it was: ${zh}`, () => {
    assert.deepEqual(ruleProblems(draftOf(rule), []), {});
    assert.deepEqual(ruleOf(draftOf(rule)), rule);
  });
}

test("a rule moves up and down, and no further than the ends", () => {
  assert.deepEqual(moved(["a", "b", "c"], 1, -1), ["b", "a", "c"]);
  assert.deepEqual(moved(["a", "b", "c"], 1, 1), ["a", "c", "b"]);
  assert.deepEqual(moved(["a", "b"], 0, -1), ["a", "b"]);
  assert.deepEqual(moved(["a", "b"], 1, 1), ["a", "b"]);
});
