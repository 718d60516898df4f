import assert from "node:assert/strict";
import { test } from "node:test";
import { arranged, basedOn, edited, leftAlone, otherNames, planDraft, taken } from "./planDraft.ts";
import type { Rule } from "./ruleDraft.ts";

const rule = (name: string): Rule => ({ name, when: {}, targets: [{ route: "main", weight: 1 }] });
const [a, b, c] = [rule("a"), rule("b"), rule("c")] as const;
const seen = { version: 3, rules: [a, b] };
const others = { version: 4, rules: [c] };

test("a change is based on what was in force when it began, not on what others did while it was typed", () => {
  const typing = edited(planDraft(null, seen), 1);
  const meanwhile = planDraft(typing, others);
  assert.deepEqual([meanwhile.on, meanwhile.rules], [3, [a, b]]);
  const done = taken(meanwhile, c);
  assert.deepEqual(done, { on: 3, rules: [a, c], changed: "yes", editing: null });
});

test("one more rule comes last, and what is in the form stays out of the list until it is taken", () => {
  const typing = edited(planDraft(null, seen), "new");
  assert.deepEqual([typing.rules, typing.changed], [[a, b], "no"]);
  assert.deepEqual(taken(typing, c).rules, [a, b, c]);
});

test("a form that is left alone changes nothing: without other changes the rules in force are shown again", () => {
  const draft = planDraft(null, seen);
  assert.equal(leftAlone(edited(draft, 0)), null);
  const turned = arranged(draft, [b, a]);
  assert.deepEqual(leftAlone(edited(turned, 0)), turned);
});

test("after others were faster the change goes on only by somebody's word, with everything it held", () => {
  const turned = arranged(planDraft(null, seen), [b, a]);
  assert.equal(planDraft(turned, others).on, 3);
  assert.deepEqual(basedOn(turned, others), { ...turned, on: 4 });
});

test("the rule in the form may keep its name, and take none of the others'", () => {
  const draft = planDraft(null, seen);
  assert.deepEqual(otherNames(edited(draft, 0)), ["b"]);
  assert.deepEqual(otherNames(edited(draft, "new")), ["a", "b"]);
});
