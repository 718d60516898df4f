// npm run fuzz: a hundred thousand inputs that nobody should send, to a real platform. Ends with exit code 1 where something
// did not hold, and says how to send that input again.
import { parseArguments, usage } from "./arguments.ts";
import { fuzz, type FuzzReport } from "./run.ts";

const wrongUsage = 2;

function textOf({ seed, inputs, areas, findings, heapBytes, longestWorkMs }: FuzzReport): string {
  const megabytes = heapBytes.map((bytes) => (bytes / 1e6).toFixed(1)).join(" → ");
  return [
    ...areas.map(
      (area) =>
        `${area.name.padEnd(10)} ${String(area.inputs).padStart(8)} inputs ${String(area.cpuSeconds).padStart(5)} s of CPU   ${Object.entries(
          area.outcomes,
        )
          .map(([outcome, count]) => `${outcome} ×${count}`)
          .join(", ")}`,
    ),
    `heap of the platform after each round: ${megabytes} MB; longest work without a pause: ${longestWorkMs} ms`,
    ...findings.map(
      ({ input, problem, shown }) =>
        `✖ ${input} — ${problem}\n    ${shown}\n    again: npm run fuzz -- --seed ${seed} --only ${input}`,
    ),
    `${findings.length === 0 ? "✔" : "✖"} ${inputs} inputs with seed ${seed}, ${findings.length} findings`,
  ].join("\n");
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
  case "run": {
    const report = await fuzz(wanted, (line) => console.error(line));
    console.log(wanted.output === "json" ? JSON.stringify(report, null, 2) : textOf(report));
    if (report.findings.length > 0) process.exitCode = 1;
    break;
  }
}
