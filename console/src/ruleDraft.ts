// A routing rule as a form holds it, what is wrong with it, and how it reads as a sentence.
import type { PutRoutingPlan } from "@huiyin/contract/api/routing.ts";
import type { Localized } from "@huiyin/contract/words.ts";
import { fenOfInput, yuan } from "./fen.ts";

export type Rule = PutRoutingPlan["rules"][number];
type Method = NonNullable<Rule["when"]["methods"]>[number];

/** Everything as it was typed; empty where it does not matter. Amounts in yuan, times of day in Beijing. */
export type RuleDraft = Readonly<{
  name: string;
  storeIds: readonly string[];
  methods: readonly Method[];
  amountMin: string;
  amountMax: string;
  from: string;
  to: string;
  /** By account; what has no weight takes no part. */
  weights: Readonly<Record<string, string>>;
}>;

export const emptyRule: RuleDraft = {
  ...{ name: "", storeIds: [], methods: [], amountMin: "", amountMax: "", from: "", to: "", weights: {} },
};

const weightMax = 1_000;

export function draftOf({ name, when, targets }: Rule): RuleDraft {
  return {
    name,
    storeIds: when.storeIds ?? [],
    methods: when.methods ?? [],
    amountMin: when.amountMin === undefined ? "" : yuan(when.amountMin),
    amountMax: when.amountMax === undefined ? "" : yuan(when.amountMax),
    from: when.from ?? "",
    to: when.to ?? "",
    weights: Object.fromEntries(targets.map(({ route, weight }) => [route, String(weight)])),
  };
}

export type RuleProblem =
  ("missing" | "nameTaken") | ("amount" | "amountsTurned" | "noTime") | ("weight" | "noTarget");
export type RuleProblems = Readonly<
  Partial<Record<"name" | "amountMin" | "amountMax" | "to" | "targets" | `weight:${string}`, RuleProblem>>
>;

/** What is wrong, by field, beside rules of these names; empty where it can be taken into the list. */
export function ruleProblems(draft: RuleDraft, names: readonly string[]): RuleProblems {
  const { name, amountMin, amountMax, from, to, weights } = draft;
  const problems: Record<string, RuleProblem> = {};
  if (name.trim() === "") problems["name"] = "missing";
  else if (names.some((other) => other.trim() === name.trim())) problems["name"] = "nameTaken";
  // A day begins at midnight where nothing was typed.
  if (to !== "" && to === (from === "" ? "00:00" : from)) problems["to"] = "noTime";
  const [min, max] = [amountOf(amountMin), amountOf(amountMax)];
  if (min === null) problems["amountMin"] = "amount";
  if (max === null) problems["amountMax"] = "amount";
  if (min && max && max < min) problems["amountMax"] = "amountsTurned";
  const typed = Object.entries(weights).filter(([, weight]) => weight.trim() !== "");
  for (const [route, weight] of typed) if (weightOf(weight) === null) problems[`weight:${route}`] = "weight";
  if (typed.length === 0) problems["targets"] = "noTarget";
  return problems;
}

/** Fen; undefined where nothing was typed, null where it is no amount. */
function amountOf(typed: string): number | null | undefined {
  if (typed.trim() === "") return undefined;
  const fen = fenOfInput(typed);
  return fen === null || fen < 1 ? null : fen;
}

function weightOf(typed: string): number | null {
  const weight = /^\d{1,4}$/.test(typed.trim()) ? Number(typed) : 0;
  return weight >= 1 && weight <= weightMax ? weight : null;
}

/** The rule that the form holds. Call where nothing is wrong. */
export function ruleOf(draft: RuleDraft): Rule {
  const { name, storeIds, methods, from, to, weights } = draft;
  const [min, max] = [amountOf(draft.amountMin), amountOf(draft.amountMax)];
  return {
    name: name.trim(),
    when: {
      ...(storeIds.length > 0 && { storeIds: [...storeIds] }),
      ...(methods.length > 0 && { methods: [...methods] }),
      ...(min && { amountMin: min }),
      ...(max && { amountMax: max }),
      ...(from !== "" && { from }),
      ...(to !== "" && { to }),
    },
    targets: Object.entries(weights).flatMap(([route, typed]) => {
      const weight = weightOf(typed);
      return weight === null ? [] : [{ route, weight }];
    }),
  };
}

const methodWords: Readonly<Record<Method, Localized>> = {
  payerCode: { zh: "扫付款码", en: "payer’s codes" },
  shownCode: { zh: "出示收款码", en: "shown codes" },
};

/** Which payments a rule is about, as a sentence without its end: “1 号店，¥100.00 以上，22:00 至次日 06:00”. */
export function conditionWords({ when }: Rule, storeNames: ReadonlyMap<string, Localized>): Localized {
  const stores = when.storeIds?.map((id) => storeNames.get(id) ?? { zh: id, en: id });
  const parts: Localized[] = [
    ...(stores ? [joined(stores)] : []),
    ...(when.methods ? [joined(when.methods.map((method) => methodWords[method]))] : []),
    ...amountWords(when),
    ...timeWords(when),
  ];
  if (parts.length === 0) return { zh: "所有收款", en: "All payments" };
  return { zh: parts.map(({ zh }) => zh).join("，"), en: parts.map(({ en }) => en).join("; ") };
}

function joined(words: readonly Localized[]): Localized {
  return { zh: words.map(({ zh }) => zh).join("、"), en: words.map(({ en }) => en).join(", ") };
}

function amountWords({ amountMin: min, amountMax: max }: Rule["when"]): Localized[] {
  if (min !== undefined && max !== undefined) {
    const both = `¥${yuan(min)} – ¥${yuan(max)}`;
    return [{ zh: both, en: both }];
  }
  if (min !== undefined) return [{ zh: `¥${yuan(min)} 及以上`, en: `¥${yuan(min)} or more` }];
  if (max !== undefined) return [{ zh: `¥${yuan(max)} 及以下`, en: `¥${yuan(max)} or less` }];
  return [];
}

function timeWords({ from, to }: Rule["when"]): Localized[] {
  if (from === undefined && to === undefined) return [];
  const [begin, end] = [from ?? "00:00", to ?? "24:00"];
  const overnight = end < begin;
  return [
    {
      zh: `每天 ${begin} 至${overnight ? "次日" : ""} ${end}`,
      en: `daily ${begin} to ${end}${overnight ? " of the next day" : ""}`,
    },
  ];
}

/** The share of each account, in whole percent: “main 70% · second 30%”. */
export function targetWords({ targets }: Rule): string {
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  return targets.map(({ route, weight }) => `${route} ${Math.round((weight * 100) / total)}%`).join(" · ");
}

/** The list with one rule a place further up or down; as it was at its ends. */
export function moved<Item>(list: readonly Item[], index: number, by: -1 | 1): readonly Item[] {
  const [one, other] = [list[index], list[index + by]];
  if (one === undefined || other === undefined) return list;
  return list.with(index, other).with(index + by, one);
}
