// A diagnosis as the contract answers it: causes with their texts filled in, evidence, remedies with every step.
import type {
  Diagnosis,
  DiagnosedCause,
  EvidenceFact,
  Remedy as RemedyView,
} from "@huiyin/contract/api/diagnosis.ts";
import type { Localized, Sureness } from "@huiyin/contract/words.ts";
import { unreachable } from "../../kernel/assert.ts";
import { rfc3339 } from "../../kernel/time.ts";
import { tryNowOf } from "./advice.ts";
import { causeOf } from "./causes.ts";
import type { CaseFile, Cause, EvidenceFact as Fact, RankedCause } from "./model.ts";
import { questions } from "./questions.ts";
import type { RemedyRow, RemedyStep } from "./remedies/store.ts";
import type { Diagnosed } from "./service.ts";
import { restsOn, surenessOf } from "./sureness.ts";
import { fill, textsOf } from "./texts.ts";
import { toldFor, type ToldCause } from "./variants.ts";

export type RemedyRecords = Readonly<{ rows: readonly RemedyRow[]; steps: readonly RemedyStep[] }>;

export function diagnosisView({ diagnosis, revision }: Diagnosed, records: RemedyRecords): Diagnosis {
  const { caseFile, finding } = revision;
  const question = finding.questionId === null ? undefined : questions.get(finding.questionId);
  const treated = new Set(
    finding.verdict === "unknown" ? finding.causes.slice(0, 1).map((cause) => cause.id) : finding.named,
  );
  return {
    id: diagnosis.id,
    merchantId: diagnosis.merchantId,
    paymentId: diagnosis.paymentId,
    terminalId: diagnosis.terminalId,
    revision: revision.revision,
    verdict: finding.verdict,
    summary: summaryOf(revision),
    tryNow: tryNowOf(finding, caseFile),
    causes: finding.causes.map((ranked) => {
      const cause = toldFor(causeOf(ranked.id), caseFile);
      const remedies = treated.has(ranked.id)
        ? cause.remedies.map((remedy) => remedyView(remedy, records, caseFile))
        : [];
      return { ...causeView(cause, ranked, caseFile), remedies };
    }),
    ...(question && {
      question: {
        id: question.id,
        asked: question.asked,
        text: question.text,
        options: [...question.options],
      },
    }),
    at: rfc3339(revision.createdAt),
  };
}

/** One sentence that says where we stand. */
function summaryOf({ finding, caseFile }: Diagnosed["revision"]): Localized {
  const [first] = finding.causes;
  const name = first ? toldFor(causeOf(first.id), caseFile).names : { zh: "", en: "" };
  switch (finding.verdict) {
    case "named":
      return first && surenessIn(first) === "certain"
        ? name
        : { zh: `很可能：${name.zh}`, en: `Probably: ${name.en}` };
    case "noFault":
      return { zh: "没有发现故障，各环节都已完成", en: "No fault was found; every stage is complete" };
    case "question":
      return { zh: "还差一个回答，就能判断原因", en: "One answer is missing to tell the cause" };
    case "unknown":
      return name;
    default:
      return unreachable(finding.verdict);
  }
}

/** Findings of the first engine carry no word for it. */
function surenessIn(ranked: RankedCause): Sureness {
  return ranked.sureness ?? surenessOf(causeOf(ranked.id), ranked);
}

function causeView(cause: ToldCause, ranked: RankedCause, file: CaseFile): Omit<DiagnosedCause, "remedies"> {
  const sureness = surenessIn(ranked);
  const texts = textsOf(cause, file, sureness);
  return {
    id: cause.id,
    name: cause.names,
    variant: cause.variant,
    probability: Math.round(ranked.probability * 1_000) / 1_000,
    sureness,
    restsOn: restsOn(ranked.because),
    actor: cause.actor,
    because: ranked.because.map(factView),
    against: ranked.against.map(factView),
    texts: { payer: texts.payer, merchant: texts.merchant, operator: texts.operator },
  };
}

function factView({ signal, fact, at }: Fact): EvidenceFact {
  return { signal, fact, at: rfc3339(new Date(at)) };
}

function remedyView(
  remedy: Cause["remedies"][number],
  { rows, steps }: RemedyRecords,
  file: CaseFile,
): RemedyView {
  const row = rows.find((candidate) => candidate.remedyId === remedy.id);
  return {
    id: remedy.id,
    level: remedy.level,
    text: fill(remedy.text, file, "certain"),
    by: remedy.action === null ? "people" : "platform",
    roles: [...remedy.roles],
    state: row?.state ?? "offered",
    steps: steps
      .filter((step) => step.remedyId === remedy.id)
      .map(({ state, actor, facts, at }) => ({ state, actor, facts, at: rfc3339(at) })),
  };
}
