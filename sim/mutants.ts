// Planted bugs: each is applied to a copy of the tree, compiled, run, and must be reported by exactly the checkers, or fail
// the test, that its header names. A patch that does not apply, compile or reach its line has killed nobody: that is a failure too.
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readMutant, type Mutant } from "./mutantFile.ts";
import { copyTree, type Tree } from "./tree.ts";
import { createTypeChecker, type TypeChecker } from "./typeCheck.ts";

export type Verdict = Readonly<{ name: string; killed: "yes" | "no"; detail: string }>;

const ownFolder = fileURLToPath(new URL("mutants/", import.meta.url));
/** Planted bugs are run at the lowest priority, beside tests that load the machine. */
const runMsMax = 600_000;
const run = promisify(execFile);

/** Names of all planted bugs in a folder, sorted; those of the simulation where none is named. */
export function mutantNames(folder: string = ownFolder): string[] {
  const files = fs.readdirSync(folder).filter((file) => file.endsWith(".patch"));
  return files.map((file) => file.slice(0, -".patch".length)).sort();
}

export type Bench = Readonly<{ tree: Tree; types: TypeChecker }>;

let shared: Bench | null = null;

/** One bench for everybody in this process, gone when the process ends: what the checker has read, it reads once. */
export function sharedBench(): Bench {
  if (shared !== null) return shared;
  const tree = copyTree();
  process.once("exit", tree.remove);
  shared = { tree, types: createTypeChecker(tree.directory) };
  return shared;
}

/** The planted bug with this name, as its file says. */
export function mutantText(name: string, folder: string = ownFolder): string {
  return fs.readFileSync(join(folder, `${name}.patch`), "utf8");
}

/** Tries one planted bug on the bench. Rejects only where its header is wrong. */
export async function tryMutant(bench: Bench, name: string, text: string): Promise<Verdict> {
  const mutant = readMutant(name, text);
  const file = join(bench.tree.directory, `${name}.patch`);
  fs.writeFileSync(file, text);
  const survived = (detail: string): Verdict => ({ name, killed: "no", detail });
  try {
    await run("git", ["apply", "--whitespace=nowarn", file], { cwd: bench.tree.directory });
  } catch (error) {
    return survived(`the patch does not apply: ${firstLine(error)}`);
  }
  try {
    const [complaint] = bench.types.check(mutant.touches);
    if (complaint !== undefined) return survived(`does not compile: ${complaint}`);
    const { testFile } = mutant;
    return judge(
      mutant,
      testFile === null ? await simulateMutant(bench, mutant) : await testMutant(bench, mutant, testFile),
    );
  } catch (error) {
    return survived(`the run broke: ${firstLine(error)}`);
  } finally {
    bench.tree.restore(mutant.touches);
  }
}

type Outcome = Readonly<{ reached: number; examples: Readonly<Record<string, string>> }>;

/** Runs the seeds of the mutant until one of them reaches its line. */
async function simulateMutant(bench: Bench, { seeds, payments }: Mutant): Promise<Outcome> {
  let outcome: Outcome = { reached: 0, examples: {} };
  for (const seed of seeds) {
    outcome = await inProcess(bench.tree, ["simulate", String(seed), String(payments)]);
    if (outcome.reached > 0) break;
  }
  return outcome;
}

/** Runs the one test, which needs what `node tools/test.ts` has set. The copy of the tree has no tests of its own. */
async function testMutant({ tree }: Bench, { killedBy }: Mutant, testFile: string): Promise<Outcome> {
  tree.restore([testFile]);
  return inProcess(tree, ["test", testFile, ...killedBy]);
}

/** Runs `mutantRun.ts` in the tree. What one process has compiled the next takes over, and it goes with the tree. */
async function inProcess({ directory }: Tree, words: readonly string[]): Promise<Outcome> {
  const { stdout } = await run(process.execPath, [join(directory, "sim/mutantRun.ts"), ...words], {
    cwd: directory,
    timeout: runMsMax,
    env: { ...process.env, NODE_COMPILE_CACHE: join(directory, "compiled") },
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Outcome;
}

function judge({ name, killedBy, also }: Mutant, { reached, examples }: Outcome): Verdict {
  const reported = Object.keys(examples);
  const detail = Object.entries(examples)
    .map(([checker, example]) => `[${checker}] ${example}`)
    .join("; ");
  if (reached === 0) return { name, killed: "no", detail: `the mutated line was never reached; ${detail}` };
  const missing = killedBy.filter((checker) => !reported.includes(checker));
  if (missing.length > 0)
    return {
      name,
      killed: "no",
      detail: `${missing.join(", ")} did not report it; ${detail || "nobody did"}`,
    };
  const others = reported.filter((checker) => !killedBy.includes(checker) && !also.includes(checker));
  if (others.length > 0)
    return { name, killed: "no", detail: `${others.join(", ")} reported it as well; ${detail}` };
  return { name, killed: "yes", detail: `reached ${reached} times; ${detail}` };
}

function firstLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  const text = stderr !== undefined && stderr.trim() !== "" ? stderr : (message ?? String(error));
  return text.trim().split("\n").slice(0, 3).join(" | ");
}
