// Every statement on diagnoses, their revisions and answers.
import { sql } from "kysely";
import { assert } from "../../kernel/assert.ts";
import { idOf, uuidOf } from "../../kernel/ids.ts";
import { storableJson } from "../../platform/pg/json.ts";
import type { Database, Tx } from "../../platform/pg/pg.ts";
import type { Answer, CaseFile, Complaint, Finding } from "./model.ts";

export type DiagnosisRow = Readonly<{
  id: string;
  merchantId: string;
  paymentId: string | null;
  terminalId: string | null;
  complaint: Complaint | null;
}>;

type RawDiagnosis = {
  merchant_id: string;
  diagnosis_id: string;
  payment_id: string | null;
  terminal_id: string | null;
  complaint: Complaint | null;
};

function diagnosisOf(row: RawDiagnosis): DiagnosisRow {
  return {
    id: idOf("dia", row.diagnosis_id),
    merchantId: idOf("mer", row.merchant_id),
    paymentId: row.payment_id === null ? null : idOf("pay", row.payment_id),
    terminalId: row.terminal_id === null ? null : idOf("trm", row.terminal_id),
    complaint: row.complaint,
  };
}

function uuidOrNull(id: string | null): string | null {
  return id === null ? null : uuidOf(id);
}

/** Adds a diagnosis; where the payment has one of its own already, nothing happens. */
export async function insertDiagnosis(
  tx: Tx,
  row: DiagnosisRow,
  made: Readonly<{ actor: string; at: Date }>,
): Promise<void> {
  const complaint = row.complaint === null ? null : storableJson(row.complaint);
  await sql`
    insert into diagnosis.diagnosis (merchant_id, diagnosis_id, payment_id, terminal_id, complaint, actor, created_at)
    values (${uuidOf(row.merchantId)}, ${uuidOf(row.id)}, ${uuidOrNull(row.paymentId)}, ${uuidOrNull(row.terminalId)},
            ${complaint}::jsonb, ${made.actor}, ${made.at})
    on conflict do nothing`.execute(tx);
}

/** The payment's own diagnosis. */
export async function findDiagnosisOfPayment(
  tx: Tx | Database,
  merchantId: string,
  paymentId: string,
): Promise<DiagnosisRow | null> {
  const { rows } = await sql<RawDiagnosis>`
    select merchant_id, diagnosis_id, payment_id, terminal_id, complaint from diagnosis.diagnosis
    where merchant_id = ${uuidOf(merchantId)} and payment_id = ${uuidOf(paymentId)} and complaint is null`.execute(
    tx,
  );
  return rows[0] ? diagnosisOf(rows[0]) : null;
}

export async function findDiagnosis(tx: Tx | Database, diagnosisId: string): Promise<DiagnosisRow | null> {
  const { rows } = await sql<RawDiagnosis>`
    select merchant_id, diagnosis_id, payment_id, terminal_id, complaint from diagnosis.diagnosis
    where diagnosis_id = ${uuidOf(diagnosisId)}`.execute(tx);
  return rows[0] ? diagnosisOf(rows[0]) : null;
}

/** Locks the diagnosis: its revisions and answers are numbered in one order. */
export async function lockDiagnosis(tx: Tx, row: DiagnosisRow): Promise<void> {
  const { rows } = await sql`
    select 1 from diagnosis.diagnosis
    where merchant_id = ${uuidOf(row.merchantId)} and diagnosis_id = ${uuidOf(row.id)} for update`.execute(
    tx,
  );
  assert(rows.length === 1, `${row.id} is not there to be locked`);
}

export type Revision = Readonly<{
  revision: number;
  fingerprint: Uint8Array;
  engine: string;
  caseFile: CaseFile;
  finding: Finding;
  createdAt: Date;
}>;

export async function findLastRevision(tx: Tx | Database, row: DiagnosisRow): Promise<Revision | null> {
  const { rows } = await sql<{
    revision: number;
    fingerprint: Uint8Array;
    engine: string;
    case_file: CaseFile;
    finding: Finding;
    created_at: Date;
  }>`
    select revision, fingerprint, engine, case_file, finding, created_at from diagnosis.revision
    where merchant_id = ${uuidOf(row.merchantId)} and diagnosis_id = ${uuidOf(row.id)}
    order by revision desc limit 1`.execute(tx);
  const found = rows[0];
  if (!found) return null;
  const { revision, fingerprint, engine, finding } = found;
  return { revision, fingerprint, engine, finding, caseFile: found.case_file, createdAt: found.created_at };
}

export async function insertRevision(tx: Tx, row: DiagnosisRow, revision: Revision): Promise<void> {
  await sql`
    insert into diagnosis.revision
      (merchant_id, diagnosis_id, revision, fingerprint, engine, case_file, finding, created_at)
    values (${uuidOf(row.merchantId)}, ${uuidOf(row.id)}, ${revision.revision}, ${Buffer.from(revision.fingerprint)}::bytea,
            ${revision.engine}, ${storableJson(revision.caseFile)}::jsonb, ${storableJson(revision.finding)}::jsonb,
            ${revision.createdAt})`.execute(tx);
}

/** Puts a revision in the place of the last one, which is forgotten. The diagnosis must be locked. */
export async function replaceRevision(
  tx: Tx,
  row: DiagnosisRow,
  last: Pick<Revision, "revision">,
  revision: Revision,
): Promise<void> {
  const result = await sql`
    update diagnosis.revision
    set revision = ${revision.revision}, fingerprint = ${Buffer.from(revision.fingerprint)}::bytea,
        engine = ${revision.engine}, case_file = ${storableJson(revision.caseFile)}::jsonb,
        finding = ${storableJson(revision.finding)}::jsonb, created_at = ${revision.createdAt}
    where merchant_id = ${uuidOf(row.merchantId)} and diagnosis_id = ${uuidOf(row.id)}
      and revision = ${last.revision}`.execute(tx);
  assert(result.numAffectedRows === 1n, `${row.id} has no revision ${last.revision} to replace`);
}

export async function listAnswers(tx: Tx | Database, row: DiagnosisRow): Promise<Answer[]> {
  const { rows } = await sql<{ question_id: string; option_id: string; actor: string; at: Date }>`
    select question_id, option_id, actor, at from diagnosis.answer
    where merchant_id = ${uuidOf(row.merchantId)} and diagnosis_id = ${uuidOf(row.id)} order by no`.execute(
    tx,
  );
  return rows.map((answer) => ({
    questionId: answer.question_id,
    optionId: answer.option_id,
    actor: answer.actor,
    at: answer.at.toISOString(),
  }));
}

/** Adds an answer behind those already given. The diagnosis must be locked. */
export async function insertAnswer(tx: Tx, row: DiagnosisRow, answer: Answer): Promise<void> {
  await sql`
    insert into diagnosis.answer (merchant_id, diagnosis_id, no, question_id, option_id, actor, at)
    select ${uuidOf(row.merchantId)}::uuid, ${uuidOf(row.id)}::uuid, count(*) + 1, ${answer.questionId}, ${answer.optionId},
           ${answer.actor}, ${new Date(answer.at)}
    from diagnosis.answer
    where merchant_id = ${uuidOf(row.merchantId)} and diagnosis_id = ${uuidOf(row.id)}`.execute(tx);
}
