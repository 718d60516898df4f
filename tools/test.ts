// Runs the tests: node tools/test.ts [--checks] [FILE or FOLDER …]. Each run has a PostgreSQL of its own in a temporary
// directory, so several runs may go on at once, and ends with the line "N passed, N failed". With --checks, the checks
// of tools/check.ts run first and count like tests.
import { chmodSync, existsSync, globSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { claimant } from "../server/platform/postgres/claim.ts";
import { findPostmaster, stopPostmaster } from "../server/platform/postgres/orphan.ts";
import { existingPlace } from "../server/platform/postgres/place.ts";
import { runChecks } from "./check.ts";
import { claimFileOf, startPostgres, type RunningPostgres } from "../server/platform/postgres/supervisor.ts";
import { groupFiles, placesOf } from "./testGroups.ts";
import { asOne, runLanes, type Ran } from "./testLanes.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const directoryPrefix = "huiyin-test-";
const templateDatabase = "huiyin_template";
const abandonedAfterMs = 60_000;
// Every process reads half the server (testGroups.ts): what one has compiled, the others take over. Beside the
// code, so that it goes with it.
process.env["NODE_COMPILE_CACHE"] ??= join(root, "node_modules/.cache/compiled");

// The longest of all first, so that no core idles at the end, and beside it those that mostly wait. The databases of
// server/platform/ are started one after the other: the last group of all would wait for them alone.
const order = [/^sim\/simulate\.test\.ts$/, /^e2e\//, /^(sim|bench|cli)\//, /^server\/platform\//, /^/];

/** Test files under the given files and folders, in the order in which they begin. */
function testFiles(wanted: readonly string[]): string[] {
  const found = wanted.flatMap((path) => {
    const absolute = resolve(path);
    const entry = statSync(absolute, { throwIfNoEntry: false });
    if (entry === undefined) throw new Error(`There is no ${path}.`);
    if (entry.isFile()) return [absolute];
    const exclude = (name: string): boolean => /(^|\/)(node_modules|dist|plants)(\/|$)/.test(name);
    return globSync("**/*.test.ts", { cwd: absolute, exclude }).map((name) => join(absolute, name));
  });
  const rank = (file: string): number => order.findIndex((place) => place.test(relative(root, file)));
  return [...new Set(found)].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/** Runs that were killed leave a database behind: ended and removed here, once its owner is known to be dead. */
async function removeAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(directoryPrefix))) {
    const directory = join(tmpdir(), name);
    try {
      const ageMs = Date.now() - statSync(directory).mtimeMs;
      if (ageMs < abandonedAfterMs || claimant(claimFileOf(directory)) !== null) continue;
      const place = existingPlace(directory);
      const postmaster = place === null ? null : findPostmaster(place.data);
      if (postmaster !== null) await stopPostmaster(postmaster.identity, "immediate");
      if (place !== null) rmSync(place.directory, { recursive: true, force: true });
      rmSync(directory, { recursive: true, force: true });
    } catch {
      // Another user's, or another run removes it at this moment.
    }
  }
}

async function startDatabase(directory: string): Promise<RunningPostgres> {
  const log = (line: string): void => console.error(line);
  const postgres = await startPostgres({
    dataDirectory: directory,
    log,
    durability: "throwAway",
    database: templateDatabase,
  });
  const migrate = join(root, "server/platform/pg/migrate.ts");
  if (existsSync(migrate)) {
    const module = (await import(pathToFileURL(migrate).href)) as {
      migrate: (url: string, options: { log: (line: string) => void }) => Promise<unknown>;
    };
    await module.migrate(postgres.url, { log: () => undefined });
  }
  const admin = new URL(postgres.url);
  admin.pathname = "/postgres";
  process.env["HUIYIN_TEST_DATABASE_URL"] = admin.href;
  process.env["HUIYIN_TEST_TEMPLATE"] = templateDatabase;
  return postgres;
}

/** Everything, and at its end what wants to be alone, beside it only what is patient. */
async function runFiles(
  files: readonly string[],
  { directory, signal }: Readonly<{ directory: string; signal: AbortSignal }>,
): Promise<Ran> {
  const together = Number(process.env["HUIYIN_TEST_CONCURRENCY"]) || Math.max(2, availableParallelism());
  const { first, whole, alone, patient } = placesOf(root, files);
  const where = { root, signal };
  const grouped = (some: readonly string[]): readonly string[] => groupFiles(root, directory, some);
  const early = [
    { files: grouped(first), together, pace: "own" },
    { files: whole, together, pace: "own" },
  ] as const;
  const late = [
    { files: alone, together: 1, pace: "own" },
    { files: grouped(patient), together: 2, pace: "patient" },
  ] as const;
  const ran = await runLanes(early, where);
  return signal.aborted ? ran : asOne([ran, await runLanes(late, where)]);
}

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const wanted = words.filter((word) => word !== "--checks");
  const files = testFiles(wanted.length > 0 ? wanted : [root]);
  if (files.length === 0) throw new Error("No test files there.");
  const interrupted = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => interrupted.abort());
  const checked = words.includes("--checks") ? await runChecks() : { passed: 0, failures: [] };
  await removeAbandoned();
  const directory = mkdtempSync(join(tmpdir(), directoryPrefix));
  // Root's database runs as another account, which has to get in.
  chmodSync(directory, 0o711);
  let postgres: RunningPostgres | null = null;
  try {
    postgres = await startDatabase(directory);
    const { counts, failures } = await runFiles(files, { directory, signal: interrupted.signal });
    const passed = checked.passed + counts.passed;
    const failed = checked.failures.length + counts.failed + counts.cancelled;
    const skipped = counts.skipped + counts.todo;
    // Thousands of lines lie between a failure and the end, where one looks.
    for (const failure of [...checked.failures, ...failures]) console.log(`\n✖ ${failure}`);
    console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
    if (failed > 0 || counts.passed === 0 || interrupted.signal.aborted) process.exitCode = 1;
  } finally {
    await postgres?.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

await main();
