// The command line of the measurements, read strictly.
import { parseArgs } from "node:util";

/** In the order in which they are measured. */
export const claims = [
  "payments",
  "payments-latency",
  "wire",
  "ledger",
  "verify",
  "arrivals",
  "terminals",
  "growth",
  "start",
  "memory",
  "footprint",
  "soak",
] as const;
export type Claim = (typeof claims)[number];
/** Those that are measured where none is named: the other takes an hour by itself. */
export const claimsUsual = claims.filter((claim) => claim !== "soak");

export const usage = `usage: npm run bench -- [CLAIM …] [--json] [--save] [--rounds N] [--seconds N] [--profile FOLDER] …

  CLAIM            ${claims.slice(0, 6).join(", ")},
                   ${claims.slice(6).join(", ")} (all of them but soak where none is named)
  --json           one JSON array instead of text
  --save           keeps the rows in bench/results/, from which docs/reference/performance.md is written
  --document       writes that page from the results that are kept, and measures nothing
  --rounds N       how often the measured and its baseline take turns, 1 … 100 (default 5)
  --seconds N      how long each leg lasts, 0.1 … 600 (default 10; claims beside payments at most half of it)
  --scale N        of the TPC-B tables, 1 … 1000; smaller than 64 is no fair baseline (default 64)
  --merchants N    1 … 1000 (default 100)
  --connections N  1 … 64 (default 64)
  --growth-rows N  payments stored before growth is measured, 1000 … 100000000 (default 1000000)
  --soak-minutes N legs of a minute that soak has, 2 … 10000 (default 60)
  --profile FOLDER writes a processor profile of the server there; measures nothing that may be told`;

export type Wanted =
  | Readonly<{
      kind: "run";
      claims: readonly Claim[];
      output: "text" | "json";
      save: "yes" | "no";
      rounds: number;
      seconds: number;
      scale: number;
      merchants: number;
      connections: number;
      growthRows: number;
      soakMinutes: number;
      profileDirectory: string | null;
    }>
  | Readonly<{ kind: "help" }>
  | Readonly<{ kind: "document" }>
  | Readonly<{ kind: "wrong"; problem: string }>;

const options = {
  json: { type: "boolean" },
  save: { type: "boolean" },
  document: { type: "boolean" },
  rounds: { type: "string" },
  seconds: { type: "string" },
  scale: { type: "string" },
  merchants: { type: "string" },
  connections: { type: "string" },
  "growth-rows": { type: "string" },
  "soak-minutes": { type: "string" },
  profile: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

class Wrong extends Error {}

/** Never throws: what cannot be read is "wrong", with a sentence that says what. */
export function parseArguments(words: readonly string[]): Wanted {
  try {
    const { values, positionals } = parseArgs({
      ...{ args: [...words], options },
      ...{ strict: true, allowPositionals: true },
    });
    if (values.help === true) return { kind: "help" };
    if (values.document === true) return { kind: "document" };
    const whole = (name: WholeNumber, range: Omit<Range, "pattern">) =>
      numberIn(name, values[name], { ...range, pattern: /^\d+$/ });
    const seconds = { usual: 10, min: 0.1, max: 600, pattern: /^\d+(\.\d+)?$/ };
    return {
      kind: "run",
      claims: positionals.length === 0 ? claimsUsual : positionals.map(claimOf),
      output: values.json === true ? "json" : "text",
      save: values.save === true ? "yes" : "no",
      rounds: whole("rounds", { usual: 5, min: 1, max: 100 }),
      seconds: numberIn("seconds", values.seconds, seconds),
      scale: whole("scale", { usual: 64, min: 1, max: 1_000 }),
      merchants: whole("merchants", { usual: 100, min: 1, max: 1_000 }),
      connections: whole("connections", { usual: 64, min: 1, max: 64 }),
      growthRows: whole("growth-rows", { usual: 1_000_000, min: 1_000, max: 100_000_000 }),
      soakMinutes: whole("soak-minutes", { usual: 60, min: 2, max: 10_000 }),
      profileDirectory: values.profile ?? null,
    };
  } catch (error) {
    return { kind: "wrong", problem: error instanceof Error ? error.message : String(error) };
  }
}

function claimOf(word: string): Claim {
  const claim = claims.find((one) => one === word);
  if (claim === undefined) throw new Wrong(`There is no claim “${word}”; there is ${claims.join(", ")}.`);
  return claim;
}

type WholeNumber = "rounds" | "scale" | "merchants" | "connections" | "growth-rows" | "soak-minutes";
type Range = Readonly<{ usual: number; min: number; max: number; pattern: RegExp }>;

function numberIn(name: string, text: string | undefined, { usual, min, max, pattern }: Range): number {
  if (text === undefined) return usual;
  const value = Number(text);
  if (pattern.test(text) && value >= min && value <= max) return value;
  throw new Wrong(`--${name} must be a number from ${min} to ${max}, not “${text}”.`);
}
