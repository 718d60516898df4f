// npm run bench: measures what the product claims, each claim with its baseline in the same run. Ends with exit code 1
// where a check of the books failed; a goal that was missed is printed, for a figure depends on its machine.
import { parseArguments, usage, type Wanted } from "./arguments.ts";
import { measureClaims, sizesOf } from "./claims.ts";
import { writeDocument } from "./document.ts";
import { withMachine } from "./machine.ts";
import { isCompiled } from "./processes.ts";
import { textOf } from "./report.ts";
import { saveResults } from "./results.ts";

const wrongUsage = 2;

async function bench(wanted: Extract<Wanted, { kind: "run" }>): Promise<void> {
  const say = (line: string): void => console.error(line);
  const sizes = sizesOf(wanted);
  if (!isCompiled()) {
    say(
      "The server runs from its sources, which takes more memory than a user’s does; npm run bench compiles it.",
    );
    if (wanted.save === "yes") {
      say("Such figures are not kept: run npm run bench -- --save.");
      process.exitCode = wrongUsage;
      return;
    }
  }
  await withMachine(async (machine) => {
    const rows = await measureClaims(wanted.claims, { machine, sizes, say });
    console.log(wanted.output === "json" ? JSON.stringify(rows, null, 2) : textOf(rows, machine.facts));
    if (wanted.save === "yes") saveResults({ rows, sizes, facts: machine.facts, measuredAt: new Date() });
    if (rows.some(({ checked }) => checked.problems.length > 0)) process.exitCode = 1;
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
  case "document":
    await writeDocument();
    break;
  case "run":
    await bench(wanted);
    break;
}
