import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyWindow, stepsOf, windowOf, windowProblems, type WindowDraft } from "./windowDraft.ts";

const night: WindowDraft = {
  ...emptyWindow,
  ...{ from: "2026-11-23T01:00", to: "2026-11-23T02:30", zh: "升级", en: "Upgrade" },
};

const evening = new Date("2026-11-22T20:00:00+08:00");

const wrong: ReadonlyArray<readonly [what: string, draft: WindowDraft, problems: object]> = [
  ["a complete one", night, {}],
  ["nothing typed", emptyWindow, { from: "missing", to: "missing", zh: "missing", en: "missing" }],
  ["no end", { ...night, to: "" }, { to: "missing" }],
  ["an end before the beginning", { ...night, to: "2026-11-23T00:59" }, { to: "endsTooEarly" }],
  ["an end at the beginning", { ...night, to: night.from }, { to: "endsTooEarly" }],
  ["a slip in the year", { ...night, from: "2025-11-23T01:00", to: "2025-11-23T02:30" }, { to: "over" }],
  ["a text of blanks", { ...night, zh: "  " }, { zh: "missing" }],
  ["no English", { ...night, en: "" }, { en: "missing" }],
  ["a name that no account can have", { ...night, route: "2nd account" }, { route: "routeName" }],
  ["the same of the platform itself, where it does not count", { ...night, scope: "own", route: "2nd" }, {}],
];

for (const [what, draft, problems] of wrong)
  test(`of a window, ${what} is answered beside the field`, () => {
    assert.deepEqual(windowProblems(draft, evening), problems);
  });

test("a window is sent in Beijing time, with the parts of its scope alone", () => {
  const whole = {
    scope: "alipay",
    plannedFrom: "2026-11-23T01:00:00+08:00",
    plannedTo: "2026-11-23T02:30:00+08:00",
    texts: { zh: "升级", en: "Upgrade" },
  };
  assert.deepEqual(windowOf(night), whole);
  const part = { method: "huabei", route: " second ", bank: "ICBC" } as const;
  assert.deepEqual(windowOf({ ...night, ...part }), {
    ...whole,
    ...{ method: "huabei", route: "second", bank: "ICBC" },
  });
  assert.deepEqual(windowOf({ ...night, ...part, scope: "own" }), { ...whole, scope: "own" });
});

test("what can be written down of a window depends on where it stands", () => {
  assert.deepEqual(stepsOf({ standing: "planned" }), ["begin", "callOff"]);
  assert.deepEqual(stepsOf({ standing: "open" }), ["end"]);
  assert.deepEqual(stepsOf({ standing: "over" }), []);
});
