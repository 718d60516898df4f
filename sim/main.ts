// npm run simulate -- --seed N --payments N [--store postgres|memory] [--json]
// npm run simulate -- --callbacks N, or --mutant NAME
// Prints the trace hash, how often each fault was met, and every violation. Exit codes: 0 all held, 1 a promise was
// broken or a fault was not met, 2 the command line is wrong.
import { parseArguments, usage } from "./arguments.ts";
import { mutantNames, mutantText, tryMutant } from "./mutants.ts";
import { runCallbacksInParallel } from "./callbacks/parallel.ts";
import { printCallbacks, printReport } from "./report.ts";
import { simulate } from "./run.ts";
import { openMemoryStore, openPostgresStore } from "./stores.ts";
import { withThrowAwayDatabase } from "./throwAway.ts";
import { copyTree } from "./tree.ts";
import { createTypeChecker } from "./typeCheck.ts";
import { simulateVolume, townPayments } from "./volume.ts";

const wanted = parseArguments(process.argv.slice(2));
if (wanted.kind === "wrong") {
  console.error(`${wanted.problem}\n${usage}`);
  process.exitCode = 2;
} else if (wanted.kind === "help") {
  console.log(usage);
} else if (wanted.kind === "mutant" && !mutantNames().includes(wanted.name)) {
  console.error(`There is no mutant “${wanted.name}”. There are: ${mutantNames().join(", ")}.`);
  process.exitCode = 2;
} else if (wanted.kind === "mutant") {
  const tree = copyTree();
  const types = createTypeChecker(tree.directory);
  const verdict = await tryMutant({ tree, types }, wanted.name, mutantText(wanted.name)).finally(tree.remove);
  const text = `${verdict.killed === "yes" ? "killed" : "NOT KILLED"}: ${verdict.name}: ${verdict.detail}`;
  console.log(wanted.output === "json" ? JSON.stringify(verdict) : text);
  if (verdict.killed === "no") process.exitCode = 1;
} else if (wanted.kind === "callbacks") {
  const report = await runCallbacksInParallel({ seed: wanted.seed, callbacks: wanted.callbacks });
  printCallbacks(report, wanted.output);
  if (report.violations.length > 0) process.exitCode = 1;
} else {
  const { seed, payments } = wanted;
  const report =
    wanted.store === "memory"
      ? payments > townPayments
        ? await simulateVolume({ seed, payments })
        : await simulate({ seed, payments, store: openMemoryStore() })
      : await withThrowAwayDatabase(async (url) =>
          simulate({ seed, payments, store: await openPostgresStore(url) }),
        );
  printReport(report, wanted.output);
  if (report.violations.length > 0 || report.faultsMissing.length > 0) process.exitCode = 1;
}
