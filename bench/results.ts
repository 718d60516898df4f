// Results that are kept: one file for each claim in bench/results/, from which the page of figures is written.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { claims, type Claim } from "./arguments.ts";
import type { Sizes } from "./bench.ts";
import type { Facts } from "./machine.ts";
import type { Row } from "./report.ts";

/** What one run found out about one claim. */
export type Result = Readonly<{
  claim: Claim;
  /** The day of the run, as 2026-11-22. */
  measuredOn: string;
  facts: Facts;
  sizes: Omit<Sizes, "profileDirectory">;
  rows: readonly Row[];
}>;

const folderOfResults = fileURLToPath(new URL("results", import.meta.url));

export type Run = Readonly<{ rows: readonly Row[]; sizes: Sizes; facts: Facts; measuredAt: Date }>;

/** Writes one file for each claim of the run, in place of what an earlier run found. */
export function saveResults({ rows, sizes, facts, measuredAt }: Run, folder = folderOfResults): void {
  mkdirSync(folder, { recursive: true });
  const { profileDirectory: _, ...kept } = sizes;
  for (const [claim, of] of Map.groupBy(rows, (row) => row.claim)) {
    const measuredOn = measuredAt.toISOString().slice(0, 10);
    const result: Result = { claim, measuredOn, facts, sizes: kept, rows: of.map(rounded) };
    writeFileSync(join(folder, `${claim}.json`), `${JSON.stringify(result, null, 2)}\n`);
  }
}

/** Six digits say more than any of these figures knows. */
const digits = 6;

function rounded<Value>(value: Value): Value {
  return JSON.parse(
    JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === "number" ? Number(inner.toPrecision(digits)) : inner,
    ),
  ) as Value;
}

/** The results that are kept, in the order of the claims. */
export function readResults(folder = folderOfResults): readonly Result[] {
  const files = new Set(readdirSync(folder));
  return claims
    .filter((claim) => files.has(`${claim}.json`))
    .map((claim) => JSON.parse(readFileSync(join(folder, `${claim}.json`), "utf8")) as Result);
}
