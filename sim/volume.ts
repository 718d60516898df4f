// Many payments on the store in memory: a town a day long after the other, each with a seed and a store of its own, on as
// many threads as there are processors. What one of them keeps is forgotten when it has been judged; what a thread has
// loaded and read is used for all of its towns.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { faultKinds, type FaultKind } from "./faults.ts";
import type { Report } from "./run.ts";

/** Payments of one town. */
export const townPayments = 500;
const townsBetweenLines = 10;

export type Days = Readonly<{ seed: number; payments: number }>;

/** The same as so many runs one after the other, as one report. */
export async function simulateVolume({ seed, payments }: Days): Promise<Report> {
  const days = Array.from({ length: Math.ceil(payments / townPayments) }, (_, day): Days => ({
    seed: (seed + day) % 4_294_967_296,
    payments: Math.min(townPayments, payments - day * townPayments),
  }));
  const reports = new Map<number, Report>();
  const waiting = [...days];
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL("volumeWorker.ts", import.meta.url));
    try {
      for (let day = waiting.shift(); day !== undefined; day = waiting.shift()) {
        const report = await simulatedBy(worker, day);
        reports.set(day.seed, report);
        for (const { checker, about, problem } of report.violations)
          process.stderr.write(
            `seed ${report.seed}, ${report.payments} payments: ${checker}: ${about}: ${problem}\n`,
          );
        tellProgress([...reports.values()], payments);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(days.length, availableParallelism()) }, work));
  return together(
    { seed, payments },
    days.flatMap((day) => reports.get(day.seed) ?? []),
  );
}

async function simulatedBy(worker: Worker, day: Days): Promise<Report> {
  worker.postMessage(day);
  // Rejects where the thread ends with an error.
  const [report] = (await once(worker, "message")) as [Report];
  return report;
}

/** Beside the report, for whoever waits for it. What is wrong is told at once, above: it need not be waited for. */
function tellProgress(reports: readonly Report[], payments: number): void {
  const done = reports.reduce((sum, report) => sum + report.payments, 0);
  const broken = reports.reduce((sum, report) => sum + report.violations.length, 0);
  if (reports.length % townsBetweenLines === 0 || done === payments)
    process.stderr.write(`${done} of ${payments} payments, ${broken} violations\n`);
}

function together({ seed, payments }: Days, reports: readonly Report[]): Report {
  const sum = (of: (report: Report) => number): number =>
    reports.reduce((total, report) => total + of(report), 0);
  const faults = Object.fromEntries(
    faultKinds.map((kind) => [kind, sum((report) => report.faults[kind])]),
  ) as Record<FaultKind, number>;
  const hash = createHash("sha256").update(reports.map(({ traceHash }) => traceHash).join("\n"));
  return {
    ...{ seed, payments, faults, traceHash: hash.digest("hex").slice(0, 32) },
    ...{ steps: sum(({ steps }) => steps), crashes: sum(({ crashes }) => crashes) },
    virtualSeconds: sum(({ virtualSeconds }) => virtualSeconds),
    faultsMissing: faultKinds.filter((kind) => faults[kind] === 0),
    // Each is reproduced with the seed of its own town.
    violations: reports.flatMap((report) =>
      report.violations.map((violation) => ({
        ...violation,
        problem: `seed ${report.seed}: ${violation.problem}`,
      })),
    ),
    trail: reports.find(({ trail }) => trail.length > 0)?.trail ?? [],
  };
}
