// npm run faults: kills, stops and starves a real platform under load and compares all books afterwards. Ends with exit
// code 1 where something that was promised did not hold.
import { parseArguments, usage, type Wanted } from "./arguments.ts";
import { inOrder, runPart } from "./parts.ts";
import { textOf, type Row } from "./report.ts";
import { createShelf } from "./stages.ts";

const wrongUsage = 2;

async function run(wanted: Extract<Wanted, { kind: "run" }>): Promise<void> {
  const { mode, kills, output } = wanted;
  const rows: Row[] = [];
  await using shelf = createShelf();
  await inOrder(wanted.parts, async (name) => {
    const say = (line: string): void => console.error(`${name}: ${line}`);
    rows.push(await runPart(name, shelf, { mode, kills, say }));
  });
  console.log(output === "json" ? JSON.stringify(rows, null, 2) : textOf(rows));
  if (rows.some(({ problems }) => problems.length > 0)) process.exitCode = 1;
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
    await run(wanted);
    break;
}
