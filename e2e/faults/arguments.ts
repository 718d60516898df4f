// The command line of the faults, read strictly.
import { parseArgs } from "node:util";
import { partNames, type PartName } from "./parts.ts";

export const usage = `usage: npm run faults -- [PART …] [--long] [--kills N] [--json]

  PART       ${partNames.join(", ")} (all of them where none is named)
  --long     as often, as long and as many as is claimed; otherwise as in npm test
  --kills N  so many kills of the server, 1 … 10000
  --json     one JSON array instead of the table`;

export type Wanted =
  | Readonly<{
      kind: "run";
      parts: readonly PartName[];
      mode: "short" | "long";
      kills: number | null;
      output: "text" | "json";
    }>
  | Readonly<{ kind: "help" }>
  | Readonly<{ kind: "wrong"; problem: string }>;

const options = {
  long: { type: "boolean" },
  kills: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** Never throws: what cannot be read is "wrong", with a sentence that says what. */
export function parseArguments(words: readonly string[]): Wanted {
  try {
    const read = parseArgs({ args: [...words], options, strict: true, allowPositionals: true });
    const { values, positionals } = read;
    if (values.help === true) return { kind: "help" };
    const strange = positionals.find((word) => !partNames.some((name) => name === word));
    if (strange !== undefined) return wrong(`There is no part “${strange}”.`);
    const kills = values.kills === undefined ? null : Number(values.kills);
    if (kills !== null && !(/^\d{1,5}$/.test(values.kills ?? "") && kills >= 1 && kills <= 10_000))
      return wrong(`--kills must be a number from 1 to 10000, not “${values.kills}”.`);
    const parts =
      positionals.length === 0 ? partNames : partNames.filter((name) => positionals.includes(name));
    const mode = values.long === true ? "long" : "short";
    return { kind: "run", parts, mode, kills, output: values.json === true ? "json" : "text" };
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
}

function wrong(problem: string): Wanted {
  return { kind: "wrong", problem };
}
