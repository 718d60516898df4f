// What a run of the faults prints: one row for each part.
import type { Comparison } from "./books.ts";

/** How long something may take, and how long it took here. */
export type Goal = Readonly<{ what: string; tookMs: number; msMax: number }>;

export type Row = Readonly<{
  name: string;
  /** How many faults of which kind. */
  what: string;
  /** What was measured, in words with units. */
  figures: Readonly<Record<string, string | number>>;
  /** Figures that a goal was set for. One that is missed is no problem: it belongs to its machine. */
  goals?: readonly Goal[];
  /** What did not hold; empty is well. */
  problems: readonly string[];
}>;

export type Say = (line: string) => void;

const problemsShownMax = 20;

/** The table for a person. */
export function textOf(rows: readonly Row[]): string {
  return rows
    .flatMap(({ name, what, figures, goals = [], problems }) => [
      `${problems.length === 0 ? "✔" : "✖"} ${name}: ${what}`,
      ...goals.map((goal) => `    ${goal.what.padEnd(34)} ${goalText(goal)}`),
      ...Object.entries(figures).map(([figure, value]) => `    ${figure.padEnd(34)} ${value}`),
      ...problems.slice(0, problemsShownMax).map((problem) => `    ✖ ${problem}`),
      ...(problems.length > problemsShownMax ? [`    ✖ … ${problems.length - problemsShownMax} more`] : []),
    ])
    .join("\n");
}

/** The comparisons of one part together, as figures and problems. */
export function toldOf(
  comparisons: readonly Comparison[],
): Pick<Row, "problems"> & Readonly<{ counted: Record<string, number> }> {
  const sum = (of: (one: Comparison) => number): number =>
    comparisons.reduce((total, one) => total + of(one), 0);
  const findings = comparisons.flatMap((one) => one.findings);
  const ofKind = (kind: string): number => findings.filter((finding) => finding.kind === kind).length;
  return {
    counted: {
      "payments asked for": sum(({ operations }) => operations),
      "acknowledged to a client": sum(({ acknowledged }) => acknowledged),
      "unknown, settled by query": sum(({ settled }) => settled),
      "payments that were made": sum(({ stored }) => stored),
      match: sum(({ matched }) => matched),
      mismatch: ofKind("mismatch"),
      missing: ofKind("missing"),
      duplicate: ofKind("duplicate"),
    },
    problems: findings.map(({ kind, problem }) => `${kind}: ${problem}`),
  };
}

function goalText({ tookMs, msMax }: Goal): string {
  return `${seconds(tookMs)}   goal ≤ ${msMax / 1_000} s: ${tookMs <= msMax ? "met" : "MISSED"}`;
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}

export function perSecond(count: number, ms: number): string {
  return `${Math.round((count * 1_000) / Math.max(1, ms))}/s`;
}

type Others = Readonly<Record<string, number>>;

/** “3 × 503 database_unavailable, 2 × no answer”. */
export function othersText(all: readonly Others[]): string {
  const total = new Map<string, number>();
  for (const others of all)
    for (const [what, count] of Object.entries(others)) total.set(what, (total.get(what) ?? 0) + count);
  return [...total].map(([what, count]) => `${count} × ${what}`).join(", ") || "none";
}

/** Answers that say nothing but that we have not thought of something: whatever is broken, nobody may be told that. */
export function wordless(all: readonly Others[]): string[] {
  return all.flatMap((others) =>
    Object.entries(others)
      .filter(([what]) => what.startsWith("500"))
      .map(([what, count]) => `${count} × ${what}: what is broken has a name`),
  );
}
