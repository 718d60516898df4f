// Lanes of test files: each lane runs as many files at once as it says, beside the other lanes.
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";

/** Ends what hangs. The longest, the simulation, takes a third of this where it shares two processors with kills of servers. */
const testMsMax = 900_000;

/** “patient”: only what others leave of the processors, for files that keep no time. */
export type Lane = Readonly<{ files: readonly string[]; together: number; pace: "own" | "patient" }>;

export type Counts = Readonly<Record<(typeof counted)[number], number>>;

const counted = ["passed", "failed", "cancelled", "skipped", "todo"] as const;
const none: Counts = { passed: 0, failed: 0, cancelled: 0, skipped: 0, todo: 0 };

const patient = fileURLToPath(new URL("patient.ts", import.meta.url));

/** What several runs have counted, added up. */
export function sumOf(counts: readonly Counts[]): Counts {
  const sum = (what: keyof Counts): number => counts.reduce((total, count) => total + count[what], 0);
  return { ...none, ...Object.fromEntries(counted.map((what) => [what, sum(what)])) };
}

/** Runs all lanes at the same time. What the first tells is told as it comes, each other lane's words after those before it. */
export async function runLanes(
  lanes: readonly Lane[],
  where: Readonly<{ root: string; signal: AbortSignal }>,
): Promise<Counts> {
  let turn: Promise<unknown> = Promise.resolve();
  const each = lanes
    .filter(({ files }) => files.length > 0)
    .map((lane) => {
      const counts = runLane(lane, turn, where);
      turn = counts;
      return counts;
    });
  return sumOf(await Promise.all(each));
}

async function runLane(
  { files, together, pace }: Lane,
  turn: Promise<unknown>,
  { root, signal }: Readonly<{ root: string; signal: AbortSignal }>,
): Promise<Counts> {
  let total = none;
  const execArgv = { own: [], patient: ["--import", patient] }[pace];
  const events = run({ files, concurrency: together, timeout: testMsMax, cwd: root, signal, execArgv });
  events.on("test:summary", ({ file, counts }) => {
    if (file === undefined) total = { ...none, ...counts };
  });
  // A file that cannot be read, or a hook of it that fails, is a suite without a failed test: counted nowhere else.
  let suitesFailed = 0;
  events.on("test:fail", ({ details: { type, error } }) => {
    const { failureType } = error as { failureType?: unknown };
    if (type === "suite" && failureType !== "subtestsFailed") suitesFailed += 1;
  });
  const report = events.compose(new spec());
  await turn;
  for await (const text of report) process.stdout.write(text as string);
  return { ...total, failed: total.failed + suitesFailed };
}
