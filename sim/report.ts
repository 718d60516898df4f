// What a run prints.
import type { CallbackReport } from "./callbacks/run.ts";
import { faultKinds, faultsOf, type ChannelFault } from "./faults.ts";
import type { Report } from "./run.ts";

const shownMax = 40;
const cellWidth = 9;

export function printReport(report: Report, output: "text" | "json"): void {
  console.log(output === "json" ? JSON.stringify(report) : textOf(report));
}

export function printCallbacks(report: CallbackReport, output: "text" | "json"): void {
  if (output === "json") return console.log(JSON.stringify(report));
  const { counts, payments, violations } = report;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const lines = [
    `${total} callbacks about ${payments} payments`,
    ...Object.keys(counts)
      .sort()
      .map((name) => `  ${String(counts[name]).padStart(8)}  ${name}`),
    violations.length === 0 ? "no violation" : `${violations.length} VIOLATIONS:`,
    ...violations.slice(0, shownMax).map((problem) => `  ${problem}`),
  ];
  console.log(lines.join("\n"));
}

function textOf(report: Report): string {
  const { seed, payments, steps, virtualSeconds, crashes, traceHash, faults, faultsMissing, violations } =
    report;
  const lines = [
    `seed ${seed}, ${payments} payments, ${steps} steps, ${virtualSeconds} virtual seconds, ${crashes} crashes`,
    `trace hash ${traceHash}`,
    "faults met:",
    ...faultLines(faults),
  ];
  if (faultsMissing.length > 0) lines.push(`NOT MET: ${faultsMissing.join(", ")}`);
  if (violations.length === 0) return [...lines, "no violation"].join("\n");
  lines.push(`${violations.length} VIOLATIONS (reproduce with --seed ${seed} --payments ${payments}):`);
  for (const { checker, about, problem, step } of violations.slice(0, shownMax))
    lines.push(`  [${checker}] step ${step}, ${about}: ${problem}`);
  if (violations.length > shownMax) lines.push(`  … and ${violations.length - shownMax} more`);
  if (report.trail.length > 0)
    lines.push("the first one’s trail:", ...report.trail.map((line) => `  ${line}`));
  return lines.join("\n");
}

/** What concerns everybody, then what each network was met with, side by side. */
function faultLines(faults: Report["faults"]): string[] {
  const channels = Object.keys(faultsOf) as Array<keyof typeof faultsOf>;
  const cell = (text: string): string => text.padStart(cellWidth);
  const names = new Set<ChannelFault>(channels.flatMap((channel) => faultsOf[channel]));
  const countAt = (channel: (typeof channels)[number], name: ChannelFault): string =>
    faultsOf[channel].includes(name) ? String(faults[`${channel} ${name}`]) : "-";
  return [
    ...faultKinds
      .filter((kind) => !kind.includes(" "))
      .map((kind) => `${cell("").repeat(channels.length - 1)}${cell(String(faults[kind]))}  ${kind}`),
    channels.map(cell).join(""),
    ...[...names].map(
      (name) => `${channels.map((channel) => cell(countAt(channel, name))).join("")}  ${name}`,
    ),
  ];
}
