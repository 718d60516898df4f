// One simulation in a process of its own, for a tree with a planted bug: node sim/mutantRun.ts URL SEED PAYMENTS.
// Prints one JSON line: which checkers reported, and how often the mutated line was reached.
let reached = 0;
Object.assign(globalThis, { mutantReached: () => void (reached += 1) });

// Loaded only now: the mutated line may stand where a module begins.
const { simulate } = await import("./run.ts");
const [url = "", seed, payments] = process.argv.slice(2);
const { violations } = await simulate({ url, seed: Number(seed), payments: Number(payments) });
const examples = Object.fromEntries(
  violations.map(({ checker, about, problem }) => [checker, `${about}: ${problem}`]),
);
process.stdout.write(`${JSON.stringify({ reached, examples })}\n`);
