// One simulation, or one test, in a process of its own, for a tree with a planted bug:
//   node sim/mutantRun.ts simulate SEED PAYMENTS
//   node sim/mutantRun.ts test FILE NAME
// On the store in memory: what is planted is in the services, and the same seed does the same there, sooner.
// Prints one JSON line: which checkers reported, or that the test failed, and how often the mutated line was reached.
import { resolve } from "node:path";
import { run } from "node:test";

let reached = 0;
Object.assign(globalThis, { mutantReached: () => void (reached += 1) });

type Examples = Readonly<Record<string, string>>;

// Loaded only now: the mutated line may stand where a module begins.
async function simulateOnce(seed: number, payments: number): Promise<Examples> {
  const [{ simulate }, { openMemoryStore }] = await Promise.all([import("./run.ts"), import("./stores.ts")]);
  const { violations } = await simulate({ store: openMemoryStore(), seed, payments });
  return Object.fromEntries(
    violations.map(({ checker, about, problem }) => [checker, `${about}: ${problem}`]),
  );
}

/** In this very process, so that the mark is seen. */
async function testOnce(file: string, name: string): Promise<Examples> {
  const pattern = new RegExp(`^${name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);
  const events = run({ files: [resolve(file)], isolation: "none", testNamePatterns: [pattern] });
  const failed: Record<string, string> = {};
  for await (const { type, data } of events)
    if (type === "test:fail" && data.name === name) failed[name] = causeOf(data.details.error);
  return failed;
}

function causeOf(error: Error): string {
  return String(error.cause ?? error).split("\n", 1)[0] ?? "";
}

const [first = "", second = "", third = ""] = process.argv.slice(2);
const examples =
  first === "test" ? await testOnce(second, third) : await simulateOnce(Number(second), Number(third));
process.stdout.write(`${JSON.stringify({ reached, examples })}\n`);
