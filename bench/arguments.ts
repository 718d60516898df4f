// The command line of the measurements, read strictly.
import { parseArgs } from "node:util";

export const usage = `usage: npm run bench -- [CLAIM …] [--json] [--rounds N] [--seconds N] [--scale N] [--profile FOLDER]

  CLAIM            payments (all of them where none is named)
  --json           one JSON array instead of text
  --rounds N       how often the measured and its baseline take turns, 1 … 100 (default 5)
  --seconds N      how long each leg lasts, 0.1 … 600 (default 10)
  --scale N        of the TPC-B tables, 1 … 1000; smaller than 64 is no fair baseline (default 64)
  --merchants N    1 … 1000 (default 100)
  --connections N  1 … 64 (default 64)
  --profile FOLDER writes a processor profile of the server there; measures nothing that may be told`;

export const claims = ["payments"] as const;
export type Claim = (typeof claims)[number];

export type Wanted =
  | Readonly<{
      kind: "run";
      claims: readonly Claim[];
      output: "text" | "json";
      rounds: number;
      seconds: number;
      scale: number;
      merchants: number;
      connections: number;
      profileDirectory: string | null;
    }>
  | Readonly<{ kind: "help" }>
  | Readonly<{ kind: "wrong"; problem: string }>;

const options = {
  json: { type: "boolean" },
  rounds: { type: "string" },
  seconds: { type: "string" },
  scale: { type: "string" },
  merchants: { type: "string" },
  connections: { type: "string" },
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
    const whole = (name: "rounds" | "scale" | "merchants" | "connections", usual: number, max: number) =>
      numberIn(name, values[name], { usual, min: 1, max, pattern: /^\d+$/ });
    return {
      kind: "run",
      claims: positionals.length === 0 ? claims : positionals.map(claimOf),
      output: values.json === true ? "json" : "text",
      rounds: whole("rounds", 5, 100),
      seconds: numberIn("seconds", values.seconds, {
        usual: 10,
        min: 0.1,
        max: 600,
        pattern: /^\d+(\.\d+)?$/,
      }),
      scale: whole("scale", 64, 1_000),
      merchants: whole("merchants", 100, 1_000),
      connections: whole("connections", 64, 64),
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

type Range = Readonly<{ usual: number; min: number; max: number; pattern: RegExp }>;

function numberIn(name: string, text: string | undefined, { usual, min, max, pattern }: Range): number {
  if (text === undefined) return usual;
  const value = Number(text);
  if (pattern.test(text) && value >= min && value <= max) return value;
  throw new Wrong(`--${name} must be a number from ${min} to ${max}, not “${text}”.`);
}
