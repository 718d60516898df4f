// Every check that is not a test: types, lint, format, imports, migrations, log calls. node tools/check.ts
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { violationsIn } from "./architecture/cruise.ts";
import { lintLogCalls } from "./logCalls.ts";
import { lintMigrations, readMigrations } from "./migrationLint.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const programs = join(root, "node_modules", ".bin");

/** How many checks run at the same time: each of the two large ones fills a core. */
const concurrency = 2;

/** A check answers with what it found, as text; empty means all is well. */
type Check = Readonly<{ name: string; run: () => Promise<string> }>;

/** A child process's output, or nothing where it ended well. */
function output(program: string, ...words: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(programs, program), words, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const text = Buffer.concat(chunks).toString().trim();
      resolve(code === 0 ? "" : text || `${program} ended with ${signal ?? code}`);
    });
  });
}

const checks: readonly Check[] = [
  { name: "types, and rules that need them (.oxlintrc.json)", run: () => output("oxlint", "--quiet") },
  { name: "lint (eslint.config.js)", run: () => output("eslint", ".", "--max-warnings", "0") },
  {
    name: "format (npm run format)",
    run: () =>
      output(
        "prettier",
        "--check",
        "--log-level",
        "warn",
        "--cache",
        "--cache-location",
        "node_modules/.cache/prettier-check",
        ".",
      ),
  },
  {
    name: "imports (.dependency-cruiser.cjs)",
    run: async () =>
      (await violationsIn(root))
        .map(({ rule, from, to, advice }) => `${rule}: ${from} → ${to}\n  ${advice}`)
        .join("\n"),
  },
  {
    name: "migrations (tools/migrationLint.ts)",
    run: () => {
      const findings = lintMigrations(readMigrations(join(root, "server/db/migrations")));
      return Promise.resolve(
        findings.map(({ file, line, problem }) => `${file}:${line} ${problem}`).join("\n"),
      );
    },
  },
  {
    name: "log calls (tools/logCalls.ts)",
    run: () => {
      const found = lintLogCalls(root);
      return Promise.resolve(found.map(({ file, line, name }) => `${file}:${line} logs ${name}`).join("\n"));
    },
  },
];

/** What ran, and what each check that failed has found. */
type Checked = Readonly<{ passed: number; failures: readonly string[] }>;

/** Runs every check and prints one line for each, what it found below it. */
export async function runChecks(): Promise<Checked> {
  const waiting = [...checks];
  const failures: string[] = [];
  const worker = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const start = performance.now();
      const found = await check
        .run()
        .catch((error: unknown) => String(error instanceof Error ? error.stack : error));
      const seconds = ((performance.now() - start) / 1_000).toFixed(1);
      console.log(`${found === "" ? "✔" : "✖"} check: ${check.name} (${seconds} s)`);
      if (found === "") continue;
      failures.push(`check: ${check.name}\n${found}`);
      console.log(found.replaceAll(/^/gm, "    "));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return { passed: checks.length - failures.length, failures };
}

if (import.meta.main) {
  const { passed, failures } = await runChecks();
  console.log(`\n${passed} checks passed, ${failures.length} failed`);
  if (failures.length > 0) process.exitCode = 1;
}
