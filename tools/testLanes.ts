// Lanes of test files: each lane runs as many files at once as it says, beside the other lanes.
import { relative } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";

/** Ends what hangs. The longest, the simulation, takes a third of this where it shares two processors with kills of servers. */
const testMsMax = 900_000;

/** “patient”: only what others leave of the processors, for files that keep no time. */
export type Lane = Readonly<{ files: readonly string[]; together: number; pace: "own" | "patient" }>;

export type Counts = Readonly<Record<(typeof counted)[number], number>>;

/** What ran, and of each test that failed its file, its name and its error. */
export type Ran = Readonly<{ counts: Counts; failures: readonly string[] }>;

const counted = ["passed", "failed", "cancelled", "skipped", "todo"] as const;
const none: Counts = { passed: 0, failed: 0, cancelled: 0, skipped: 0, todo: 0 };

const patient = fileURLToPath(new URL("patient.ts", import.meta.url));

/** A list of findings may be long: its beginning says what is wrong. */
const errorCharactersMax = 3_000;

/** Several runs as one: counts added up, failures one after the other. */
export function asOne(runs: readonly Ran[]): Ran {
  const sum = (what: keyof Counts): number => runs.reduce((total, { counts }) => total + counts[what], 0);
  return {
    counts: { ...none, ...Object.fromEntries(counted.map((what) => [what, sum(what)])) },
    failures: runs.flatMap(({ failures }) => failures),
  };
}

/** Runs all lanes at the same time. What the first tells is told as it comes, each other lane's words after those before it. */
export async function runLanes(
  lanes: readonly Lane[],
  where: Readonly<{ root: string; signal: AbortSignal }>,
): Promise<Ran> {
  let turn: Promise<unknown> = Promise.resolve();
  const each = lanes
    .filter(({ files }) => files.length > 0)
    .map((lane) => {
      const ran = runLane(lane, turn, where);
      turn = ran;
      return ran;
    });
  return asOne(await Promise.all(each));
}

async function runLane(
  { files, together, pace }: Lane,
  turn: Promise<unknown>,
  { root, signal }: Readonly<{ root: string; signal: AbortSignal }>,
): Promise<Ran> {
  let total = none;
  const execArgv = { own: [], patient: ["--import", patient] }[pace];
  const events = run({ files, concurrency: together, timeout: testMsMax, cwd: root, signal, execArgv });
  events.on("test:summary", ({ file, counts }) => {
    if (file === undefined) total = { ...none, ...counts };
  });
  // A file that cannot be read, or a hook of it that fails, is a suite without a failed test: counted nowhere else.
  let suitesFailed = 0;
  const failures: string[] = [];
  events.on("test:fail", ({ name, file, details: { type, error } }) => {
    const { failureType } = error as { failureType?: unknown };
    if (failureType === "subtestsFailed") return;
    if (type === "suite") suitesFailed += 1;
    const shown = inspect(error.cause ?? error, { depth: 5 }).slice(0, errorCharactersMax);
    failures.push(`${file === undefined ? "" : `${relative(root, file)}: `}${name}\n${shown}`);
  });
  const report = events.compose(new spec());
  await turn;
  for await (const text of report) process.stdout.write(text as string);
  return { counts: { ...total, failed: total.failed + suitesFailed }, failures };
}
