// Callbacks on as many threads as there are processors: chapters know nothing of each other.
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { CallbackOptions, CallbackReport } from "./run.ts";

/** The same as `runCallbacks`, sooner. */
export async function runCallbacksInParallel(
  options: Omit<CallbackOptions, "part">,
): Promise<CallbackReport> {
  const of = Math.max(1, availableParallelism());
  const parts = await Promise.all(
    Array.from({ length: of }, (_, index) => runPart({ ...options, part: { index, of } })),
  );
  const counts: Record<string, number> = {};
  for (const part of parts)
    for (const [name, count] of Object.entries(part.counts)) counts[name] = (counts[name] ?? 0) + count;
  return {
    counts,
    payments: parts.reduce((sum, part) => sum + part.payments, 0),
    violations: parts.flatMap((part) => part.violations),
  };
}

function runPart(options: CallbackOptions): Promise<CallbackReport> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("worker.ts", import.meta.url), { workerData: options });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}
