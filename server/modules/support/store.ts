// Every statement that touches cases.
import { createHash } from "node:crypto";
import { sql } from "kysely";
import type { CaseKind } from "@huiyin/contract/words.ts";
import { idOf, uuidOf } from "../../kernel/ids.ts";
import { storableJson } from "../../platform/pg/json.ts";
import type { Tx } from "../../platform/pg/pg.ts";
import type { Case, CaseDraft } from "./model.ts";

/** Opens what was not noticed before; returns how many cases are new. */
export async function insertCases(
  tx: Tx,
  cases: ReadonlyArray<CaseDraft & Pick<Case, "id" | "openedAt">>,
): Promise<bigint> {
  const inserted = await sql`
    insert into support."case" (merchant_id, case_id, kind, subject_id, payment_id, facts, opened_at)
    select merchant_id, case_id, kind, subject_id, payment_id, facts::jsonb, opened_at
    from unnest(
      ${cases.map((one) => uuidOf(one.merchantId))}::uuid[],
      ${cases.map((one) => uuidOf(one.id))}::uuid[],
      ${cases.map((one) => one.kind)}::text[],
      ${cases.map((one) => uuidOf(one.subjectId))}::uuid[],
      ${cases.map((one) => one.paymentId && uuidOf(one.paymentId))}::uuid[],
      ${cases.map((one) => storableJson(one.facts))}::text[],
      ${cases.map((one) => one.openedAt)}::timestamptz[])
      as opened (merchant_id, case_id, kind, subject_id, payment_id, facts, opened_at)
    order by merchant_id, kind, subject_id
    on conflict (merchant_id, kind, subject_id) do nothing`.execute(tx);
  return inserted.numAffectedRows ?? 0n;
}

/**
 * Opens those whose subject has a case already, but about something else: under a subject of their own, made of subject
 * and facts, so that the same contradiction again meets itself.
 */
export async function insertRecurrences(
  tx: Tx,
  cases: ReadonlyArray<CaseDraft & Pick<Case, "id" | "openedAt">>,
): Promise<bigint> {
  const inserted = await sql`
    insert into support."case" (merchant_id, case_id, kind, subject_id, payment_id, facts, opened_at)
    select opened.merchant_id, opened.case_id, opened.kind, opened.own_subject_id, opened.payment_id,
           opened.facts::jsonb, opened.opened_at
    from unnest(
      ${cases.map((one) => uuidOf(one.merchantId))}::uuid[],
      ${cases.map((one) => uuidOf(one.id))}::uuid[],
      ${cases.map((one) => one.kind)}::text[],
      ${cases.map((one) => uuidOf(one.subjectId))}::uuid[],
      ${cases.map((one) => subjectWithFacts(one))}::uuid[],
      ${cases.map((one) => one.paymentId && uuidOf(one.paymentId))}::uuid[],
      ${cases.map((one) => storableJson(one.facts))}::text[],
      ${cases.map((one) => one.openedAt)}::timestamptz[])
      as opened (merchant_id, case_id, kind, subject_id, own_subject_id, payment_id, facts, opened_at)
    join support."case" first on first.merchant_id = opened.merchant_id and first.kind = opened.kind
      and first.subject_id = opened.subject_id and first.facts <> opened.facts::jsonb
    order by opened.merchant_id, opened.kind, opened.own_subject_id
    on conflict (merchant_id, kind, subject_id) do nothing`.execute(tx);
  return inserted.numAffectedRows ?? 0n;
}

/** A UUID (version 8, our own making) from the subject and what was found about it, whatever the order of its facts. */
function subjectWithFacts({ subjectId, facts }: CaseDraft): string {
  const sorted = Object.entries(facts).sort(([left], [right]) => (left < right ? -1 : 1));
  const digest = createHash("sha256")
    .update(`${uuidOf(subjectId)}\n${JSON.stringify(sorted)}`)
    .digest()
    .subarray(0, 16);
  digest[6] = 0x80 | ((digest[6] ?? 0) & 0x0f);
  digest[8] = 0x80 | ((digest[8] ?? 0) & 0x3f);
  return digest.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

type CaseRow = Readonly<{
  merchant_id: string;
  case_id: string;
  kind: CaseKind;
  subject_id: string;
  payment_id: string | null;
  facts: Record<string, string | number>;
  opened_at: Date;
  closed_at: Date | null;
  closed_by: string | null;
  resolution: string | null;
}>;

const columns = sql.raw(
  "merchant_id, case_id, kind, subject_id, payment_id, facts, opened_at, closed_at, closed_by, resolution",
);

function caseOf(row: CaseRow): Case {
  const { closed_at: at, closed_by: by, resolution } = row;
  return {
    id: idOf("cas", row.case_id),
    merchantId: idOf("mer", row.merchant_id),
    kind: row.kind,
    subjectId: row.subject_id,
    paymentId: row.payment_id === null ? null : idOf("pay", row.payment_id),
    facts: row.facts,
    openedAt: row.opened_at,
    closing: at === null || by === null || resolution === null ? null : { at, by, resolution },
  };
}

export type CaseFilter = Readonly<{
  merchantId: string | null;
  kind: CaseKind | null;
  state: "open" | "closed" | null;
  paymentId: string | null;
  after: string | null;
  before: string | null;
  limit: number;
}>;

/** Cases a reader may see, newest first; the next newer ones, oldest first, where `before` is set. */
export async function selectCases(tx: Tx, filter: CaseFilter): Promise<Case[]> {
  const merchant = filter.merchantId && uuidOf(filter.merchantId);
  const payment = filter.paymentId && uuidOf(filter.paymentId);
  const older = filter.after && uuidOf(filter.after);
  const newer = filter.before && uuidOf(filter.before);
  const { rows } = await sql<CaseRow>`
    select ${columns} from support."case"
    where (${merchant}::uuid is null or merchant_id = ${merchant}::uuid)
      and (${payment}::uuid is null or payment_id = ${payment}::uuid)
      and (${filter.kind}::text is null or kind = ${filter.kind}::text)
      and (${filter.state}::text is null or (closed_at is null) = (${filter.state}::text = 'open'))
      and (${older}::uuid is null or case_id < ${older}::uuid)
      and (${newer}::uuid is null or case_id > ${newer}::uuid)
    order by case_id ${newer === null ? sql`desc` : sql`asc`}
    limit ${filter.limit}`.execute(tx);
  return rows.map(caseOf);
}

/** A case by its id, or null. */
export async function findCase(tx: Tx, caseId: string): Promise<Case | null> {
  const { rows } = await sql<CaseRow>`
    select ${columns} from support."case" where case_id = ${uuidOf(caseId)}`.execute(tx);
  return rows[0] === undefined ? null : caseOf(rows[0]);
}

/** Closes an open case; null where it is not open (any more). */
export async function updateClosed(
  tx: Tx,
  found: Pick<Case, "merchantId" | "id">,
  closing: NonNullable<Case["closing"]>,
): Promise<Case | null> {
  const { rows } = await sql<CaseRow>`
    update support."case" set closed_at = ${closing.at}, closed_by = ${closing.by}, resolution = ${closing.resolution}
    where merchant_id = ${uuidOf(found.merchantId)} and case_id = ${uuidOf(found.id)} and closed_at is null
    returning ${columns}`.execute(tx);
  return rows[0] === undefined ? null : caseOf(rows[0]);
}

/** Closes what is open of these; returns how many cases were. */
export async function closeBySubject(
  tx: Tx,
  closings: ReadonlyArray<
    Pick<CaseDraft, "merchantId" | "kind" | "subjectId"> & NonNullable<Case["closing"]>
  >,
): Promise<bigint> {
  const closed = await sql`
    update support."case" c set closed_at = ending.at, closed_by = ending.by, resolution = ending.resolution
    from unnest(
      ${closings.map((one) => uuidOf(one.merchantId))}::uuid[],
      ${closings.map((one) => one.kind)}::text[],
      ${closings.map((one) => uuidOf(one.subjectId))}::uuid[],
      ${closings.map((one) => one.at)}::timestamptz[],
      ${closings.map((one) => one.by)}::text[],
      ${closings.map((one) => one.resolution)}::text[])
      as ending (merchant_id, kind, subject_id, at, by, resolution)
    where c.merchant_id = ending.merchant_id and c.kind = ending.kind and c.subject_id = ending.subject_id
      and c.closed_at is null`.execute(tx);
  return closed.numAffectedRows ?? 0n;
}
