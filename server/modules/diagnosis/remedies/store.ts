// Every statement on remedies and their steps.
import { sql } from "kysely";
import { idOf, uuidOf } from "../../../kernel/ids.ts";
import { storableJson } from "../../../platform/pg/json.ts";
import type { Database, Tx } from "../../../platform/pg/pg.ts";
import type { RemedyAction, RemedyLevel, RemedyState } from "../model.ts";
import type { DiagnosisRow } from "../store.ts";

export type RemedyRow = Readonly<{
  merchantId: string;
  diagnosisId: string;
  remedyId: string;
  causeId: string;
  action: RemedyAction;
  level: RemedyLevel;
  state: RemedyState;
  version: number;
  offeredAt: Date;
}>;

type RawRemedy = {
  merchant_id: string;
  diagnosis_id: string;
  remedy_id: string;
  cause_id: string;
  action: RemedyAction;
  level: RemedyLevel;
  state: RemedyState;
  version: number;
  offered_at: Date;
};

function remedyOf(row: RawRemedy): RemedyRow {
  return {
    merchantId: idOf("mer", row.merchant_id),
    diagnosisId: idOf("dia", row.diagnosis_id),
    remedyId: row.remedy_id,
    causeId: row.cause_id,
    action: row.action,
    level: row.level,
    state: row.state,
    version: row.version,
    offeredAt: row.offered_at,
  };
}

/** Puts a remedy on offer; one that is known already stays as it is. */
export async function offerRemedy(tx: Tx, remedy: RemedyRow): Promise<void> {
  const result = await sql`
    insert into diagnosis.remedy
      (merchant_id, diagnosis_id, remedy_id, cause_id, action, level, state, version, lease_until, offered_at)
    values (${uuidOf(remedy.merchantId)}, ${uuidOf(remedy.diagnosisId)}, ${remedy.remedyId}, ${remedy.causeId},
            ${remedy.action}, ${remedy.level}, 'offered', 1, null, ${remedy.offeredAt})
    on conflict (merchant_id, diagnosis_id, remedy_id) do nothing`.execute(tx);
  if (result.numAffectedRows === 1n)
    await insertRemedyEvent(tx, remedy, { actor: "engine", facts: {}, at: remedy.offeredAt });
}

export async function listRemedies(tx: Tx | Database, row: DiagnosisRow): Promise<RemedyRow[]> {
  const { rows } = await sql<RawRemedy>`
    select merchant_id, diagnosis_id, remedy_id, cause_id, action, level, state, version, offered_at from diagnosis.remedy
    where merchant_id = ${uuidOf(row.merchantId)} and diagnosis_id = ${uuidOf(row.id)} order by remedy_id`.execute(
    tx,
  );
  return rows.map(remedyOf);
}

/**
 * Remedies of these levels on offer, or left running, offered after `since`: merchants in turns, what was tried least
 * first, then the oldest; without the first `skip`.
 */
export async function openRemedies(
  tx: Tx | Database,
  wanted: Readonly<{ levels: readonly RemedyLevel[]; since: Date; now: Date; skip: number; limit: number }>,
): Promise<RemedyRow[]> {
  const { rows } = await sql<RawRemedy>`
    select merchant_id, diagnosis_id, remedy_id, cause_id, action, level, state, version, offered_at from diagnosis.remedy
    where state in ('offered', 'running') and offered_at > ${wanted.since}
      and ((state = 'offered' and level = any(${wanted.levels}::text[])) or lease_until < ${wanted.now})
    order by row_number() over (partition by merchant_id order by version, offered_at, diagnosis_id, remedy_id),
             version, offered_at, diagnosis_id, remedy_id
    limit ${wanted.limit} offset ${wanted.skip}`.execute(tx);
  return rows.map(remedyOf);
}

/**
 * Takes a remedy to carry it out, until `leaseUntil`. Null where somebody else has it or it is done: one at a time,
 * whoever clicks how often.
 */
export async function claimRemedy(
  tx: Tx,
  key: Pick<RemedyRow, "merchantId" | "diagnosisId" | "remedyId">,
  claim: Readonly<{ actor: string; now: Date; leaseUntil: Date }>,
): Promise<RemedyRow | null> {
  const { rows } = await sql<RawRemedy>`
    update diagnosis.remedy
    set state = 'running', version = version + 1, lease_until = ${claim.leaseUntil}
    where merchant_id = ${uuidOf(key.merchantId)} and diagnosis_id = ${uuidOf(key.diagnosisId)} and remedy_id = ${key.remedyId}
      and (state in ('offered', 'failed') or (state = 'running' and lease_until < ${claim.now}))
    returning merchant_id, diagnosis_id, remedy_id, cause_id, action, level, state, version, offered_at`.execute(
    tx,
  );
  const claimed = rows[0] ? remedyOf(rows[0]) : null;
  if (claimed) await insertRemedyEvent(tx, claimed, { actor: claim.actor, facts: {}, at: claim.now });
  return claimed;
}

/** Writes down what became of a claimed remedy. False where the claim had run out and somebody else took over. */
export async function settleRemedy(
  tx: Tx,
  claimed: RemedyRow,
  end: Readonly<{
    state: RemedyState;
    leaseUntil: Date | null;
    actor: string;
    facts: Readonly<Record<string, unknown>>;
    at: Date;
  }>,
): Promise<boolean> {
  const result = await sql`
    update diagnosis.remedy set state = ${end.state}, version = version + 1, lease_until = ${end.leaseUntil}
    where merchant_id = ${uuidOf(claimed.merchantId)} and diagnosis_id = ${uuidOf(claimed.diagnosisId)}
      and remedy_id = ${claimed.remedyId} and version = ${claimed.version}`.execute(tx);
  if (result.numAffectedRows === 0n) return false;
  await insertRemedyEvent(tx, { ...claimed, state: end.state, version: claimed.version + 1 }, end);
  return true;
}

async function insertRemedyEvent(
  tx: Tx,
  remedy: RemedyRow,
  event: Readonly<{ actor: string; facts: Readonly<Record<string, unknown>>; at: Date }>,
): Promise<void> {
  await sql`
    insert into diagnosis.remedy_event (merchant_id, diagnosis_id, remedy_id, version, state, actor, facts, at)
    values (${uuidOf(remedy.merchantId)}, ${uuidOf(remedy.diagnosisId)}, ${remedy.remedyId}, ${remedy.version},
            ${remedy.state}, ${event.actor}, ${storableJson(event.facts)}::jsonb, ${event.at})`.execute(tx);
}

export type RemedyStep = Readonly<{
  remedyId: string;
  state: RemedyState;
  actor: string;
  facts: Record<string, unknown>;
  at: Date;
}>;

/** Every step of every remedy of a diagnosis, oldest first. */
export async function listRemedySteps(tx: Tx | Database, row: DiagnosisRow): Promise<RemedyStep[]> {
  const { rows } = await sql<{
    remedy_id: string;
    state: RemedyState;
    actor: string;
    facts: Record<string, unknown>;
    at: Date;
  }>`
    select remedy_id, state, actor, facts, at from diagnosis.remedy_event
    where merchant_id = ${uuidOf(row.merchantId)} and diagnosis_id = ${uuidOf(row.id)}
    order by remedy_id, version`.execute(tx);
  return rows.map(({ remedy_id: remedyId, ...step }) => ({ remedyId, ...step }));
}
