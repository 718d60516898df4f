// huiyin doctor: examines an installation, running or not, and names what is wrong with it; exit 1 when something is.
import { examine } from "../doctor/examine.ts";
import type { Examination, Finding } from "../doctor/model.ts";
import { exitCodes } from "../exit.ts";
import { print, type Output } from "../print.ts";

export async function doctor(output: Output): Promise<void> {
  const examination = await examine({
    environment: process.env,
    say: (line) => console.error(line),
  });
  const ok = examination.findings.every(({ severity }) => severity !== "broken");
  print(output, { ok, ...examination }, () => console.log(textOf(examination)));
  if (!ok) process.exitCode = exitCodes.refused;
}

function textOf({ dataDirectory, platform, findings, skipped, fine }: Examination): string {
  const state = platform === "running" ? "运行中 / running" : "未运行 / stopped";
  const verdict =
    findings.length === 0
      ? `未发现问题 / nothing wrong was found（${fine.length} 项检查 / checks）`
      : `发现 ${findings.length} 个问题 / ${findings.length} found（另有 ${fine.length} 项正常 / others are fine）`;
  return [
    `${dataDirectory}（${state}）`,
    ...findings.map(findingText),
    ...skippedTexts(skipped),
    verdict,
  ].join("\n");
}

/** One line for each reason: mostly one thing keeps everything else from being looked at. */
function skippedTexts(skipped: Examination["skipped"]): string[] {
  const byReason = Map.groupBy(skipped, ({ reason }) => reason.en);
  return [...byReason.values()].map((same) => {
    const { zh, en } = same[0]?.reason ?? { zh: "", en: "" };
    return `– 未检查，因为${zh} / not examined, as ${en}: ${same.map(({ id }) => id).join(", ")}`;
  });
}

function findingText({ id, severity, title, next, evidence }: Finding): string {
  return [
    `${severity === "broken" ? "✖" : "⚠"} ${title.zh} / ${title.en}（${id}）`,
    ...evidence.map((fact) => `    ${fact}`),
    `  → ${next.zh}`,
    `    ${next.en}`,
  ].join("\n");
}
