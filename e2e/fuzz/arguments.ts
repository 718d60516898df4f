// The command line of the fuzzing, read strictly.
import { parseArgs } from "node:util";
import { areaNames, type AreaName } from "./input.ts";

export const usage = `usage: npm run fuzz -- [AREA …] [--inputs N] [--seed N] [--only AREA:N[-M]] [--json]

  AREA            ${areaNames.join(", ")} (all of them where none is named)
  --inputs N      so many inputs of all areas together, 1 … 100000000 (100000 where left out)
  --seed N        the same seed makes the same inputs (1 where left out)
  --only AREA:N   nothing but input N of an area, or N to M: as a failure says it
  --json          one JSON object instead of the table`;

export type Only = Readonly<{ area: AreaName; from: number; to: number }>;

export type Wanted =
  | Readonly<{
      kind: "run";
      areas: readonly AreaName[];
      inputs: number;
      seed: number;
      only: Only | null;
      output: "text" | "json";
    }>
  | Readonly<{ kind: "help" }>
  | Readonly<{ kind: "wrong"; problem: string }>;

const options = {
  inputs: { type: "string" },
  seed: { type: "string" },
  only: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

const inputsDefault = 100_000;

/** Never throws: what cannot be read is "wrong", with a sentence that says what. */
export function parseArguments(words: readonly string[]): Wanted {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options,
      strict: true,
      allowPositionals: true,
    });
    if (values.help === true) return { kind: "help" };
    const strange = positionals.find((word) => !areaNames.some((name) => name === word));
    if (strange !== undefined) return wrong(`There is no area “${strange}”.`);
    const inputs = numberIn(values.inputs, inputsDefault);
    const seed = numberIn(values.seed, 1);
    if (inputs === null || inputs === 0)
      return wrong(`--inputs must be a number from 1 to 100000000, not “${values.inputs}”.`);
    if (seed === null) return wrong(`--seed must be a whole number, not “${values.seed}”.`);
    const only = values.only === undefined ? null : onlyIn(values.only);
    if (only === undefined) return wrong(`--only must be like http:17 or http:17-30, not “${values.only}”.`);
    const named =
      positionals.length === 0 ? areaNames : areaNames.filter((name) => positionals.includes(name));
    const areas = only === null ? named : [only.area];
    return { kind: "run", areas, inputs, seed, only, output: values.json === true ? "json" : "text" };
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
}

function numberIn(text: string | undefined, otherwise: number): number | null {
  if (text === undefined) return otherwise;
  return /^\d{1,9}$/.test(text) && Number(text) <= 100_000_000 ? Number(text) : null;
}

function onlyIn(text: string): Only | undefined {
  const [, name, from, to = from] = /^([a-z]+):(\d{1,9})(?:-(\d{1,9}))?$/.exec(text) ?? [];
  const area = areaNames.find((one) => one === name);
  if (area === undefined || Number(from) > Number(to)) return undefined;
  return { area, from: Number(from), to: Number(to) };
}

function wrong(problem: string): Wanted {
  return { kind: "wrong", problem };
}
