// The rules of a merchant at a channel while somebody changes them: what was seen when it began, what is in the form.
import type { Rule } from "./ruleDraft.ts";

/** The place of the rule in the form; "new" is one more. */
export type Editing = number | "new" | null;

/** As long as it exists nothing that others do changes what is shown: it ends when it is put in force or discarded. */
export type PlanDraft = Readonly<{
  rules: readonly Rule[];
  /** The version that was in force when the first rule was taken into the form, or moved or removed. */
  on: number;
  changed: "yes" | "no";
  editing: Editing;
}>;

type Plan = Readonly<{ version: number; rules: readonly Rule[] }>;

/** What was begun before, or the rules in force with nothing done to them. */
export function planDraft(begun: PlanDraft | null, { rules, version }: Plan): PlanDraft {
  return begun ?? { rules, on: version, changed: "no", editing: null };
}

/** Opens the form of a rule: from now on the change is based on what is shown. */
export function edited(draft: PlanDraft, editing: Exclude<Editing, null>): PlanDraft {
  return { ...draft, editing };
}

/** Closes the form without taking what it holds; null where nothing else was changed. */
export function leftAlone(draft: PlanDraft): PlanDraft | null {
  return draft.changed === "yes" ? { ...draft, editing: null } : null;
}

/** The list with the rule that the form held in its place. */
export function taken(draft: PlanDraft, rule: Rule): PlanDraft {
  const { rules, editing } = draft;
  return arranged(draft, typeof editing === "number" ? rules.with(editing, rule) : [...rules, rule]);
}

/** The list in another order, or without one of its rules. */
export function arranged(draft: PlanDraft, rules: readonly Rule[]): PlanDraft {
  return { ...draft, rules, changed: "yes", editing: null };
}

/** Based on what is in force by now, after somebody has looked at it: put in force, it replaces that. */
export function basedOn(draft: PlanDraft, { version }: Pick<Plan, "version">): PlanDraft {
  return { ...draft, on: version };
}

/** The names that the rule in the form cannot have. */
export function otherNames({ rules, editing }: PlanDraft): readonly string[] {
  return rules.flatMap(({ name }, index) => (index === editing ? [] : [name]));
}
