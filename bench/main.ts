// npm run bench: measures what the product claims, each claim with its baseline in the same run. Ends with exit code 1
// where a check of the books failed; a goal that was missed is printed, for a figure depends on its machine.
import { parseArguments, usage, type Wanted } from "./arguments.ts";
import { measurePayments } from "./claims/payments.ts";
import { withMachine } from "./machine.ts";
import { textOf } from "./report.ts";

const wrongUsage = 2;

async function bench(wanted: Extract<Wanted, { kind: "run" }>): Promise<void> {
  const { seconds, rounds, scale, merchants, connections, profileDirectory } = wanted;
  const say = (line: string): void => console.error(line);
  const sizes = {
    ...{ rounds, scale, merchants, connections, profileDirectory, say },
    legMs: seconds * 1_000,
    warmUpMs: Math.min(seconds, 5) * 1_000,
  };
  await withMachine(async (machine) => {
    const rows = await measurePayments(machine, sizes);
    console.log(wanted.output === "json" ? JSON.stringify(rows, null, 2) : textOf(rows, machine.facts));
    if (rows.some(({ checked }) => !checked.booksAgree || !checked.ledgerBalanced)) process.exitCode = 1;
  });
}

const wanted = parseArguments(process.argv.slice(2));
switch (wanted.kind) {
  case "help":
    console.log(usage);
    break;
  case "wrong":
    console.error(`${wanted.problem}\n\n${usage}`);
    process.exitCode = wrongUsage;
    break;
  case "run":
    await bench(wanted);
    break;
}
