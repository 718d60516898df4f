// The shell of diagnosis: gather, conclude, store where something changed, offer what may be done.
import { createHash } from "node:crypto";
import { refuse, success, type Result } from "../../kernel/result.ts";
import type { World } from "../../kernel/world.ts";
import type { Pg, Tx } from "../../platform/pg/pg.ts";
import { buildCaseFile } from "./caseFile.ts";
import { causeOf, causes } from "./causes.ts";
import { diagnose } from "./engine.ts";
import { diagnosisLimits as limits } from "./limits.ts";
import type { CaseFile, Complaint, Finding, RefusalFacts } from "./model.ts";
import { questions } from "./questions.ts";
import type { DiagnosisReaders } from "./readers.ts";
import { offerRemedy } from "./remedies/store.ts";
import { readSignals } from "./signals.ts";
import {
  findDiagnosis,
  findDiagnosisOfPayment,
  findLastRevision,
  insertAnswer,
  insertDiagnosis,
  insertRevision,
  listAnswers,
  lockDiagnosis,
  replaceRevision,
  type DiagnosisRow,
  type Revision,
} from "./store.ts";
import { toldFor } from "./variants.ts";

export type DiagnosisDeps = Readonly<{ pg: Pg; world: World; readers: DiagnosisReaders }>;

/** Names the rules by which a finding was made. Grows when they change. */
export const engineVersion = "2";

export type Diagnosed = Readonly<{ diagnosis: DiagnosisRow; revision: Revision }>;

/**
 * Why a payment went as it did. Asking again answers from fresh evidence; it is stored again only where the evidence
 * changed. Refuses `not_found`.
 */
export async function diagnosePayment(
  deps: DiagnosisDeps,
  merchantId: string,
  paymentId: string,
  actor: string,
): Promise<Result<Diagnosed>> {
  const known = await findDiagnosisOfPayment(deps.pg.batch, merchantId, paymentId);
  const diagnosis = known ?? {
    id: deps.world.newId("dia"),
    merchantId,
    paymentId,
    terminalId: null,
    complaint: null,
  };
  return examine(deps, diagnosis, known === null ? { actor, isNew: "yes" } : { actor, isNew: "no" });
}

export type Asked = Readonly<{
  merchantId: string;
  paymentId: string | null;
  terminalId: string | null;
  complaint: Complaint | null;
  /** What was refused before it became a payment. */
  refusal?: RefusalFacts | null;
}>;

/** A new diagnosis of whatever the asker could tell; of a payment without any words it is the payment's own. Refuses `not_found`. */
export async function diagnoseAsked(
  deps: DiagnosisDeps,
  asked: Asked,
  actor: string,
): Promise<Result<Diagnosed>> {
  if (asked.paymentId !== null && asked.complaint === null) {
    return diagnosePayment(deps, asked.merchantId, asked.paymentId, actor);
  }
  const { refusal = null, ...subject } = asked;
  return examine(deps, { id: deps.world.newId("dia"), ...subject }, { actor, isNew: "yes", refusal });
}

/** Looks again at a diagnosis that exists. */
export async function diagnoseAgain(
  deps: DiagnosisDeps,
  diagnosis: DiagnosisRow,
  actor: string,
): Promise<Result<Diagnosed>> {
  return examine(deps, diagnosis, { actor, isNew: "no" });
}

/** Takes down an answer and concludes again. Refuses `question_not_asked`. */
export async function answerQuestion(
  deps: DiagnosisDeps,
  diagnosis: DiagnosisRow,
  answer: Readonly<{ questionId: string; optionId: string }>,
  actor: string,
): Promise<Result<Diagnosed>> {
  const at = deps.world.now().toISOString();
  const taken = await deps.pg.transaction(async (tx): Promise<Result<null>> => {
    await lockDiagnosis(tx, diagnosis);
    const asked = (await findLastRevision(tx, diagnosis))?.finding.questionId ?? null;
    const before = await listAnswers(tx, diagnosis);
    const same = before.some(
      (known) => known.questionId === answer.questionId && known.optionId === answer.optionId,
    );
    if (same) return success(null);
    const options = questions.get(answer.questionId)?.options ?? [];
    if (asked !== answer.questionId || !options.some((option) => option.id === answer.optionId))
      return refuse("question_not_asked");
    await insertAnswer(tx, diagnosis, { ...answer, at, actor });
    return success(null);
  });
  return taken.ok ? diagnoseAgain(deps, diagnosis, actor) : taken;
}

async function examine(
  deps: DiagnosisDeps,
  diagnosis: DiagnosisRow,
  asked: Readonly<{ actor: string; isNew: "yes" | "no"; refusal?: RefusalFacts | null }>,
): Promise<Result<Diagnosed>> {
  const answers = asked.isNew === "yes" ? [] : await listAnswers(deps.pg.batch, diagnosis);
  const last = asked.isNew === "yes" ? null : await findLastRevision(deps.pg.batch, diagnosis);
  const previous = last?.caseFile ?? null;
  const built = await buildCaseFile(
    { readers: deps.readers, now: deps.world.now() },
    { ...diagnosis, answers, previous, refusal: asked.refusal ?? previous?.refusal ?? null },
  );
  if (!built.ok) return built;
  const finding = diagnose({ causes, questions }, built.value);
  // What the case turned out to be about, so that remedies know whom to treat.
  const about = {
    ...diagnosis,
    paymentId: diagnosis.paymentId ?? built.value.payment?.id ?? null,
    terminalId: diagnosis.terminalId ?? built.value.terminal?.id ?? null,
  };
  if (last && sameBytes(last.fingerprint, fingerprintOf(built.value, finding)))
    return success({ diagnosis, revision: last });
  const stored = await deps.pg.transaction((tx) =>
    store(deps, tx, { diagnosis: about, caseFile: built.value, finding, actor: asked.actor }),
  );
  return success(stored);
}

type Examined = Readonly<{ diagnosis: DiagnosisRow; caseFile: CaseFile; finding: Finding; actor: string }>;

/** Two who ask at once share one diagnosis and store one revision. */
async function store(deps: DiagnosisDeps, tx: Tx, examined: Examined): Promise<Diagnosed> {
  const at = deps.world.now();
  const { caseFile, finding, actor } = examined;
  await insertDiagnosis(tx, examined.diagnosis, { actor, at });
  const diagnosis = await storedDiagnosis(tx, examined.diagnosis);
  await lockDiagnosis(tx, diagnosis);
  const last = await findLastRevision(tx, diagnosis);
  const fingerprint = fingerprintOf(caseFile, finding);
  if (last && sameBytes(last.fingerprint, fingerprint)) return { diagnosis, revision: last };
  const revision: Revision = {
    revision: (last?.revision ?? 0) + 1,
    fingerprint,
    engine: engineVersion,
    caseFile,
    finding,
    createdAt: at,
  };
  // The first looks stay for good; whoever looks on and on sees the newest.
  if (last !== null && last.revision >= limits.revisionsMax)
    await replaceRevision(tx, diagnosis, last, revision);
  else await insertRevision(tx, diagnosis, revision);
  await offer(tx, diagnosis, revision);
  return { diagnosis, revision };
}

/** The row as it is in the database: somebody else may have been first. */
async function storedDiagnosis(tx: Tx, diagnosis: DiagnosisRow): Promise<DiagnosisRow> {
  const byId = await findDiagnosis(tx, diagnosis.id);
  if (byId !== null || diagnosis.paymentId === null) return byId ?? diagnosis;
  return (await findDiagnosisOfPayment(tx, diagnosis.merchantId, diagnosis.paymentId)) ?? diagnosis;
}

/** Remedies that the platform itself can carry out, for the causes that were named. */
async function offer(
  tx: Tx,
  diagnosis: DiagnosisRow,
  { finding, caseFile, createdAt: offeredAt }: Revision,
): Promise<void> {
  for (const causeId of finding.named) {
    for (const { id: remedyId, action, level } of toldFor(causeOf(causeId), caseFile).remedies) {
      if (action === null) continue;
      const { merchantId, id: diagnosisId } = diagnosis;
      await offerRemedy(tx, {
        merchantId,
        diagnosisId,
        remedyId,
        causeId,
        action,
        level,
        state: "offered",
        version: 1,
        offeredAt,
      });
    }
  }
}

/** What was seen and what was concluded, without the moments at which we happened to look. */
export function fingerprintOf(file: CaseFile, finding: Finding): Uint8Array {
  const seen = [...readSignals(file)].map(([name, { value, fact }]) => [name, value, fact.zh]);
  const about = [
    file.payment?.id ?? null,
    file.payment?.state ?? null,
    file.answers,
    finding.verdict,
    finding.named,
  ];
  return createHash("sha256")
    .update(JSON.stringify([engineVersion, seen, about]))
    .digest();
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}
