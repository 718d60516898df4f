// docs/reference/performance.md, from the results that are kept in bench/results/: nothing in it is written by hand.
import type { Claim } from "./arguments.ts";
import { goalText, isBusy, machineText, numberText, type Row } from "./report.ts";
import { readResults, type Result } from "./results.ts";

/** The page, as Markdown. The results in the folder of the project where none are given. */
export function performanceReference(results: readonly Result[] = readResults()): string {
  const rows = results.flatMap((result) => result.rows);
  const row = (name: string): Row | null => rows.find((one) => one.name === name) ?? null;
  return [
    `# Performance

<!-- Written by \`npm run generate\` from bench/results/. Measure again with \`npm run bench -- --save\`. -->

Every figure below was measured by \`npm run bench\`, each claim beside a baseline in the same run; how, is in
[bench/README.md](../../bench/README.md). A figure belongs to its machine: compare ratios, and measure on yours.`,
    measured(results),
    claimsTable(rows),
    costPerPayment(row),
    growth(row),
    sizing(row),
    limitsOf(results),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function measured(results: readonly Result[]): string {
  const machines = new Map<string, Claim[]>();
  for (const { claim, facts, measuredOn } of results) {
    const machine = `${measuredOn}: ${machineText(facts)}`;
    machines.set(machine, [...(machines.get(machine) ?? []), claim]);
  }
  const lines = [...machines].map(
    ([machine, of]) => `- ${machine} — ${of.map((claim) => `\`${claim}\``).join(", ")}`,
  );
  return `## Measured on\n\n${lines.length > 0 ? lines.join("\n") : "Nothing has been measured yet."}`;
}

function claimsTable(rows: readonly Row[]): string {
  if (rows.length === 0) return "";
  const lines = rows.map(({ name, value, unit, spread, baseline, ratio, goal, met, checked }) =>
    [
      `\`${name}\``,
      `${numberText(value)} ${unit}`,
      `${numberText(spread.min)} … ${numberText(spread.max)}`,
      `${baseline.name}: ${numberText(baseline.value)}`,
      numberText(ratio),
      goal === null ? "none" : goalText(goal),
      met === "noGoal" ? "" : met === "yes" ? "met" : "**missed**",
      checked.booksAgree === "noMoney" ? "no money moved" : checked.booksAgree,
    ].join(" | "),
  );
  return `## The claims

Medians of the rounds; the spread is the smallest and the largest.

| claim | value | spread | baseline | ratio | goal | | books agree |
|---|---|---|---|---|---|---|---|
${lines.map((line) => `| ${line} |`).join("\n")}`;
}

function costPerPayment(row: (name: string) => Row | null): string {
  const payments = row("payments");
  if (payments === null) return "";
  const of = (name: string): string => numberText(payments.figures[name] ?? NaN);
  const stages: ReadonlyArray<readonly [string, string]> = [
    ["processor of the server", `${of("serverCpuMsPerPayment")} ms`],
    ["processor of the database", `${of("databaseCpuMsPerPayment")} ms`],
    ...extraCost("a signature by the terminal, server", row("payments-signed"), payments),
    ...extraCost("RSA2 on the wire to the channel, server", row("wire"), payments),
    ...(row("footprint-rows") === null
      ? []
      : ([
          ["rows written", numberText(row("footprint-rows")?.value ?? NaN)],
          ["write-ahead log", `${numberText(row("footprint-wal")?.value ?? NaN)} bytes`],
          ["stored for ever, indexes included", `${numberText(row("footprint-stored")?.value ?? NaN)} bytes`],
        ] as const)),
  ];
  const tables = Object.entries((row("footprint-rows") ?? payments).rowsByTable);
  return `## What one payment costs

With a bearer key, at the highest rate, ${numberText(payments.value)} payments/s:

| stage | each payment |
|---|---|
${stages.map(([stage, cost]) => `| ${stage} | ${cost} |`).join("\n")}

Rows by table, inserted, updated and deleted; less than one where a batch shares it:

| table | rows |
|---|---|
${tables.map(([table, count]) => `| \`${table}\` | ${numberText(count)} |`).join("\n")}`;
}

function extraCost(stage: string, row: Row | null, payments: Row): ReadonlyArray<readonly [string, string]> {
  const name = "serverCpuMsPerPayment";
  const more = (row?.figures[name] ?? NaN) - (payments.figures[name] ?? NaN);
  return Number.isFinite(more) ? [[stage, `${more >= 0 ? "+" : ""}${numberText(more)} ms`]] : [];
}

function growth(row: (name: string) => Row | null): string {
  const grown = row("growth");
  if (grown === null) return "";
  const of = (name: string): string => numberText(grown.figures[name] ?? NaN);
  return `## How it grows

| | empty database | with ${of("storedBefore")} payments stored |
|---|---|---|
| payments/s | ${numberText(grown.baseline.value)} | ${numberText(grown.value)} |
| processor of the server, ms each | ${of("serverCpuMsPerPaymentWhenEmpty")} | ${of("serverCpuMsPerPayment")} |
| processor of the database, ms each | ${of("databaseCpuMsPerPaymentWhenEmpty")} | ${of("databaseCpuMsPerPayment")} |
| p99, ms | ${of("p99MsWhenEmpty")} | ${of("p99Ms")} |`;
}

const daysPerYear = 365;
/** Of a day’s payments, as much as its busiest hour may have. */
const busiestHourShare = 0.15;
const secondsPerHour = 3_600;
const gigabyte = 1e9;

function sizing(row: (name: string) => Row | null): string {
  const payments = row("payments");
  if (payments === null) return "";
  const serverMs = payments.figures["serverCpuMsPerPayment"] ?? NaN;
  const databaseMs = payments.figures["databaseCpuMsPerPayment"] ?? NaN;
  const perCore = 1_000 / (serverMs + databaseMs);
  const stored = row("footprint-stored")?.value ?? NaN;
  const terminal = row("terminals")?.value ?? NaN;
  const peak = row("memory-at-peak")?.value ?? NaN;
  const lines = [10_000, 100_000, 1_000_000, 10_000_000].map((perDay) => {
    const busiest = (perDay * busiestHourShare) / secondsPerHour;
    const cores = busiest / perCore;
    const gigabytes = (perDay * daysPerYear * stored) / gigabyte;
    return `| ${numberText(perDay)} | ${numberText(busiest)} | ${coresText(cores)} | ${numberText(gigabytes)} |`;
  });
  return `## How to size a deployment

One core, shared by the server and its database, carries ${numberText(perCore)} payments/s with a bearer key
(1,000 ms ÷ (${numberText(serverMs)} + ${numberText(databaseMs)}) ms); the clients of the measurement, which ran on the
same machine, are not in it. The server is one process of Node and uses little more than one core: ${numberText(1_000 / serverMs)}
payments/s are its bound, and a second server on the same database adds as much, until the database is the bound.
Plan for half of that, for latency. The busiest hour is taken to have ${busiestHourShare * 100} % of a day’s payments:

| payments/day | payments/s in the busiest hour | cores at work | GB stored in a year |
|---|---|---|---|
${lines.join("\n")}

Memory: ${numberText(peak)} MB for the server at its highest rate${Number.isFinite(terminal) ? `, ${numberText(terminal)} KB for each connected terminal` : ""}; PostgreSQL beside it. A disk that makes one write durable in more
than 5 ms is felt in every payment: each waits for two commits, which it shares with those beside it.`;
}

/** Next to nothing is not nothing. */
function coresText(cores: number): string {
  return cores < 0.01 ? "< 0.01" : numberText(cores);
}

function limitsOf(results: readonly Result[]): string {
  if (results.length === 0) return "";
  const wrong = results.flatMap(({ rows }) => rows).filter(({ checked }) => checked.problems.length > 0);
  const missed = results.flatMap(({ rows }) => rows).filter(({ met }) => met === "no");
  const busy = results.filter(({ facts }) => isBusy(facts));
  const names = busy.map(({ claim }) => `\`${claim}\``).join(", ");
  return `## Honest about it

Server, database, clients and baseline share one machine, so each takes from the others; a rate is what was left.
${busy.length === 0 ? "Nobody else was at work on it." : `Others were at work on it during ${names}: rates and latencies there say how little was left, not how fast the product is, and goals for them prove nothing either way. Processor time, rows and bytes for each payment hold.`}
${missed.length === 0 ? "Every goal is met." : `Missed on this machine: ${missed.map(({ name }) => `\`${name}\``).join(", ")}.`}
${wrong.length === 0 ? "Every check of the books passed." : `A check FAILED in: ${wrong.map(({ name }) => `\`${name}\``).join(", ")}.`}`;
}
