// The command line of the simulation, read strictly.
import { parseArgs } from "node:util";
import type { StoreKind } from "./stores.ts";

export const usage = `usage: npm run simulate -- --seed N --payments N [--store STORE] [--json]
       npm run simulate -- --callbacks N [--seed N] [--json]
       npm run simulate -- --mutant NAME [--json]

  --seed N       0 … 4294967295; the same seed does the same (default 7)
  --payments N   1 … 1000000 (default 2000)
  --store STORE  postgres or memory (default postgres); memory takes 500 payments a town, with a seed one higher for each
  --callbacks N  1 … 10000000: no shops, but callbacks of three networks, a third of them wrong in some way
  --json         one JSON object instead of text
  --mutant NAME  runs the planted bug sim/mutants/NAME.patch and requires that its checker reports it`;

const seedMax = 4_294_967_295;
const paymentsMax = 1_000_000;
const callbacksMax = 10_000_000;

type Output = "text" | "json";

export type Wanted =
  | Readonly<{ kind: "run"; seed: number; payments: number; store: StoreKind; output: Output }>
  | Readonly<{ kind: "callbacks"; seed: number; callbacks: number; output: Output }>
  | Readonly<{ kind: "mutant"; name: string; output: Output }>
  | Readonly<{ kind: "help" }>
  | Readonly<{ kind: "wrong"; problem: string }>;

const options = {
  seed: { type: "string" },
  payments: { type: "string" },
  store: { type: "string" },
  callbacks: { type: "string" },
  json: { type: "boolean" },
  mutant: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** Never throws: what cannot be read is "wrong", with a sentence that says what. */
export function parseArguments(words: readonly string[]): Wanted {
  let values: ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];
  try {
    ({ values } = parseArgs({ args: [...words], options, strict: true, allowPositionals: false }));
  } catch (error) {
    return { kind: "wrong", problem: error instanceof Error ? error.message : String(error) };
  }
  if (values.help === true) return { kind: "help" };
  const seed = wholeNumber(values.seed ?? "7", 0, seedMax);
  if (seed === null)
    return {
      kind: "wrong",
      problem: `--seed must be a whole number from 0 to ${seedMax}, not “${values.seed}”.`,
    };
  const output = values.json === true ? "json" : "text";
  if (values.mutant !== undefined) {
    if (values.payments !== undefined || values.seed !== undefined || values.store !== undefined)
      return {
        kind: "wrong",
        problem: "--seed, --payments and --store have no meaning with --mutant: its header says what is run.",
      };
    if (!/^[a-z0-9-]{1,64}$/.test(values.mutant))
      return {
        kind: "wrong",
        problem: `--mutant names a file of sim/mutants without its ending, not “${values.mutant}”.`,
      };
    return { kind: "mutant", name: values.mutant, output };
  }
  if (values.callbacks !== undefined) {
    const callbacks = wholeNumber(values.callbacks, 1, callbacksMax);
    if (callbacks === null)
      return {
        kind: "wrong",
        problem: `--callbacks must be a whole number from 1 to ${callbacksMax}, not “${values.callbacks}”.`,
      };
    if (values.payments !== undefined || values.store !== undefined)
      return { kind: "wrong", problem: "--payments and --store have no meaning with --callbacks." };
    return { kind: "callbacks", seed, callbacks, output };
  }
  const payments = wholeNumber(values.payments ?? "2000", 1, paymentsMax);
  if (payments === null)
    return {
      kind: "wrong",
      problem: `--payments must be a whole number from 1 to ${paymentsMax}, not “${values.payments}”.`,
    };
  const store = values.store ?? "postgres";
  if (store !== "postgres" && store !== "memory")
    return { kind: "wrong", problem: `--store must be postgres or memory, not “${store}”.` };
  return { kind: "run", seed, payments, store, output };
}

function wholeNumber(text: string, min: number, max: number): number | null {
  if (!/^\d{1,10}$/.test(text)) return null;
  const value = Number(text);
  return value >= min && value <= max ? value : null;
}
