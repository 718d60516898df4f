// What a run of measurements tells: one row for each figure that a goal was set for, beside its baseline.
import type { Claim } from "./arguments.ts";
import type { Facts } from "./machine.ts";
import { medianOf, spreadOf, type Spread } from "./statistics.ts";

/** What the value itself, or its ratio to the baseline, is meant to be. */
export type Goal = Readonly<{ of: "value" | "ratio"; is: "atLeast" | "atMost"; bound: number }>;

/** What was looked at beside the clock. */
export type Checked = Readonly<{
  /** In words: what was compared with what. */
  what: string;
  /** noMoney: nothing was paid. */
  booksAgree: "yes" | "no" | "noMoney";
  /** What does not fit; empty is well. */
  problems: readonly string[];
}>;

export type Row = Readonly<{
  claim: Claim;
  name: string;
  /** Median over the rounds. */
  value: number;
  unit: string;
  spread: Spread;
  baseline: Readonly<{ name: string; value: number; spread: Spread }>;
  /** Median of value over median of baseline. */
  ratio: number;
  /** Null where none is set. */
  goal: Goal | null;
  met: "yes" | "no" | "noGoal";
  /** What else was measured; units are in the names. */
  figures: Readonly<Record<string, number>>;
  /** Rows inserted, updated and deleted for each payment, by table; empty where nobody counted. */
  rowsByTable: Readonly<Record<string, number>>;
  /** Answers other than “paid”, by what they were, over all rounds. */
  others: Readonly<Record<string, number>>;
  checked: Checked;
}>;

export type Series = Readonly<{ name: string; values: readonly number[] }>;

type Told = Pick<Row, "claim" | "unit" | "goal" | "checked"> &
  Partial<Pick<Row, "figures" | "rowsByTable" | "others">> &
  Readonly<{ baseline: Series }>;

/** One row of medians. */
export function rowOf({ name, values }: Series, told: Told): Row {
  const value = medianOf(values);
  const baseline = {
    name: told.baseline.name,
    value: medianOf(told.baseline.values),
    spread: spreadOf(told.baseline.values),
  };
  const row = {
    ...{
      name,
      value,
      baseline,
      spread: spreadOf(values),
      ratio: value === baseline.value ? 1 : value / baseline.value,
    },
    ...{ claim: told.claim, unit: told.unit, goal: told.goal, checked: told.checked },
    ...{ figures: told.figures ?? {}, rowsByTable: told.rowsByTable ?? {}, others: told.others ?? {} },
  };
  return { ...row, met: metBy(row) };
}

function metBy({ value, ratio, goal }: Pick<Row, "value" | "ratio" | "goal">): Row["met"] {
  if (goal === null) return "noGoal";
  const measured = goal.of === "value" ? value : ratio;
  return (goal.is === "atLeast" ? measured >= goal.bound : measured <= goal.bound) ? "yes" : "no";
}

/** Of several rounds: books agree where they agreed every time. */
export function checkedOf(what: string, problems: readonly string[]): Checked {
  return { what, booksAgree: problems.length === 0 ? "yes" : "no", problems };
}

const problemsShownMax = 5;

/** One line about the machine. */
export function machineText(facts: Facts): string {
  const { processor, cores, memoryGigabytes, node, postgres, fsyncMs, loadBefore } = facts;
  const beside = isBusy(facts) ? `, BESIDE OTHER WORK (load ${loadBefore.toFixed(1)})` : "";
  return `${processor}, ${cores} cores, ${memoryGigabytes} GB; Node ${node}, PostgreSQL ${postgres}; fsync ${fsyncMs.toFixed(2)} ms${beside}`;
}

/** Whether others were at work on the machine: then rates and latencies say little, and what each payment costs still much. */
export function isBusy({ cores, loadBefore }: Facts): boolean {
  return loadBefore > cores / 2;
}

/** What a person reads. */
export function textOf(rows: readonly Row[], facts: Facts): string {
  return [machineText(facts), ...rows.map(rowText)].join("\n\n");
}

function rowText(row: Row): string {
  const { baseline, checked, goal } = row;
  const pairs = (of: Readonly<Record<string, number>>): string =>
    Object.entries(of)
      .map(([name, value]) => `${name} ${numberText(value)}`)
      .join(", ");
  const others = Object.entries(row.others).map(([what, count]) => `${count} × ${what}`);
  const asked = goal === null ? "no goal" : `goal ${goalText(goal)}: ${row.met === "yes" ? "met" : "MISSED"}`;
  return [
    `${row.name}: ${span(row)} ${row.unit}`,
    `  ${numberText(row.ratio)} × ${baseline.name} (${span(baseline)}), ${asked}`,
    ...(Object.keys(row.figures).length > 0 ? [`  ${pairs(row.figures)}`] : []),
    ...(Object.keys(row.rowsByTable).length > 0 ? [`  rows by table: ${pairs(row.rowsByTable)}`] : []),
    ...(others.length > 0 ? [`  not paid: ${others.join(", ")}`] : []),
    `  checked: ${checked.what}: ${checked.problems.length === 0 ? "all agree" : "DOES NOT AGREE"}`,
    ...checked.problems.slice(0, problemsShownMax).map((problem) => `    ${problem}`),
  ].join("\n");
}

/** “≥ 2.5 × baseline”, “≤ 45”. */
export function goalText({ of, is, bound }: Goal): string {
  return `${is === "atLeast" ? "≥" : "≤"} ${bound.toLocaleString("en")}${of === "ratio" ? " × baseline" : ""}`;
}

/** Whole where it is large, with as many digits as say something where it is small. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return Number(value.toFixed(digits)).toLocaleString("en");
}

function span({ value, spread }: Readonly<{ value: number; spread: Spread }>): string {
  return `${numberText(value)} (${numberText(spread.min)} … ${numberText(spread.max)})`;
}
