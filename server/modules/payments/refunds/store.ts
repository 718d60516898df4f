// Every statement on refunds. A refund is written under the row lock of its payment and over its own version.
import { sql } from "kysely";
import { assert } from "../../../kernel/assert.ts";
import { idOf, uuidOf } from "../../../kernel/ids.ts";
import { fen } from "../../../kernel/money.ts";
import { storableJson } from "../../../platform/pg/json.ts";
import type { Database, Tx } from "../../../platform/pg/pg.ts";
import type { Refund } from "./model.ts";

/** A refund as it is to be written, with what only the table knows. */
export type RefundWrite = Readonly<{ refund: Refund; heldVersion: number; heldLease: Date | null }>;

const rowType = sql.raw(`
  merchant_id uuid, refund_id uuid, payment_id uuid, version integer, state text, kind text, way text, store_id uuid, terminal_id uuid,
  merchant_refund_no text, channel text, channel_order_no text, channel_refund_no text, idempotency_key text,
  amount_minor bigint, currency text, reason text, resolve_at timestamptz, resolve_step text, sends integer,
  sent_by timestamptz, last_said text, review_since timestamptz, refunded_before_minor bigint, channel_code text,
  channel_message text, retry text, cause_hints text[], fee_returned_minor bigint, decided_by text,
  created_at timestamptz, refunded_at timestamptz, finished_at timestamptz`);

const rowColumns = sql.raw(`
  merchant_id, refund_id, payment_id, version, state, kind, way, store_id, terminal_id,
  merchant_refund_no, channel, channel_order_no, channel_refund_no, idempotency_key,
  amount_minor, currency, reason, resolve_at, resolve_step, sends,
  sent_by, last_said, review_since, refunded_before_minor, channel_code,
  channel_message, retry, cause_hints, fee_returned_minor, decided_by,
  created_at, refunded_at, finished_at`);

/** The columns that `refundOf` reads. */
export const refundColumns = sql.raw(`
  refund.merchant_id, refund.refund_id, refund.payment_id, refund.version, refund.state, refund.kind, refund.way, refund.store_id,
  refund.terminal_id, refund.merchant_refund_no, refund.channel, refund.channel_order_no, refund.channel_refund_no,
  refund.idempotency_key, refund.amount_minor, refund.reason, refund.resolve_at, refund.resolve_step, refund.sends,
  refund.sent_by, refund.last_said, refund.review_since, refund.refunded_before_minor, refund.channel_code,
  refund.channel_message, refund.retry, refund.cause_hints, refund.fee_returned_minor, refund.decided_by,
  refund.created_at, refund.refunded_at, refund.finished_at`);

export type RefundRow = Readonly<{
  merchant_id: string;
  refund_id: string;
  payment_id: string;
  version: number;
  state: Refund["state"];
  kind: Refund["kind"];
  way: Refund["way"];
  store_id: string | null;
  terminal_id: string | null;
  merchant_refund_no: string | null;
  channel: Refund["channel"];
  channel_order_no: string;
  channel_refund_no: string;
  idempotency_key: string;
  amount_minor: bigint;
  reason: string | null;
  resolve_at: Date | null;
  resolve_step: "send" | "query" | null;
  sends: number;
  sent_by: Date;
  last_said: Refund["lastSaid"];
  review_since: Date | null;
  refunded_before_minor: bigint;
  channel_code: string | null;
  channel_message: string | null;
  retry: Refund["retry"];
  cause_hints: string[];
  fee_returned_minor: bigint | null;
  decided_by: string | null;
  created_at: Date;
  refunded_at: Date | null;
  finished_at: Date | null;
}>;

/** The refund that a row holds. */
export function refundOf(row: RefundRow): Refund {
  return {
    id: idOf("ref", row.refund_id),
    merchantId: idOf("mer", row.merchant_id),
    paymentId: idOf("pay", row.payment_id),
    storeId: row.store_id === null ? null : idOf("sto", row.store_id),
    terminalId: row.terminal_id === null ? null : idOf("trm", row.terminal_id),
    kind: row.kind,
    way: row.way,
    merchantRefundNo: row.merchant_refund_no,
    channel: row.channel,
    channelOrderNo: row.channel_order_no,
    channelRefundNo: row.channel_refund_no,
    idempotencyKey: row.idempotency_key,
    amount: fen(row.amount_minor),
    reason: row.reason,
    state: row.state,
    version: row.version,
    resolution: row.resolve_at && row.resolve_step && { step: row.resolve_step, at: row.resolve_at },
    sends: row.sends,
    sentBy: row.sent_by,
    lastSaid: row.last_said,
    reviewSince: row.review_since,
    refundedBefore: fen(row.refunded_before_minor),
    words: row.channel_code === null ? null : { code: row.channel_code, message: row.channel_message ?? "" },
    retry: row.retry,
    causeHints: row.cause_hints,
    feeReturned: row.fee_returned_minor === null ? null : fen(row.fee_returned_minor),
    decidedBy: row.decided_by,
    createdAt: row.created_at,
    refundedAt: row.refunded_at,
    finishedAt: row.finished_at,
  };
}

function rowOf(refund: Refund): Record<string, unknown> {
  return {
    merchant_id: uuidOf(refund.merchantId),
    refund_id: uuidOf(refund.id),
    payment_id: uuidOf(refund.paymentId),
    version: refund.version,
    state: refund.state,
    kind: refund.kind,
    way: refund.way,
    store_id: refund.storeId && uuidOf(refund.storeId),
    terminal_id: refund.terminalId && uuidOf(refund.terminalId),
    merchant_refund_no: refund.merchantRefundNo,
    channel: refund.channel,
    channel_order_no: refund.channelOrderNo,
    channel_refund_no: refund.channelRefundNo,
    idempotency_key: refund.idempotencyKey,
    amount_minor: refund.amount.minor.toString(),
    currency: refund.amount.currency,
    reason: refund.reason,
    resolve_at: refund.resolution?.at ?? null,
    resolve_step: refund.resolution?.step ?? null,
    sends: refund.sends,
    sent_by: refund.sentBy,
    last_said: refund.lastSaid,
    review_since: refund.reviewSince,
    refunded_before_minor: refund.refundedBefore.minor.toString(),
    channel_code: refund.words?.code ?? null,
    channel_message: refund.words?.message ?? null,
    retry: refund.retry,
    cause_hints: refund.causeHints,
    fee_returned_minor: refund.feeReturned?.minor.toString() ?? null,
    decided_by: refund.decidedBy,
    created_at: refund.createdAt,
    refunded_at: refund.refundedAt,
    finished_at: refund.finishedAt,
  };
}

/** Writes down new refunds, each with its resolver scheduled. */
export async function insertRefunds(tx: Tx, refunds: readonly Refund[]): Promise<void> {
  const inserted = await sql`
    insert into payments.refund (${rowColumns})
    select ${rowColumns} from jsonb_to_recordset(${storableJson(refunds.map(rowOf))}::jsonb) as row (${rowType})`.execute(
    tx,
  );
  assert(
    inserted.numAffectedRows === BigInt(refunds.length),
    `inserted ${inserted.numAffectedRows} of ${refunds.length} refunds`,
  );
}

/** A refund, by whose it is. */
export type RefundKey = Readonly<{ merchantId: string; refundId: string }>;

/** Locks these refunds in the order of merchants and ids, after their payments. */
export async function lockGroupRefunds(tx: Tx, keys: readonly RefundKey[]): Promise<Map<string, Refund>> {
  const refundIds = keys.map(({ refundId }) => uuidOf(refundId));
  const { rows } = await sql<RefundRow>`
    select ${refundColumns} from payments.refund as refund
    where (refund.merchant_id, refund.refund_id) in (
        select * from unnest(${keys.map(({ merchantId }) => uuidOf(merchantId))}::uuid[], ${refundIds}::uuid[]))
      and refund.refund_id = any(${refundIds}::uuid[])
    order by refund.merchant_id, refund.refund_id
    for update`.execute(tx);
  return new Map(rows.map(refundOf).map((refund) => [refund.id, refund]));
}

/** The same for one merchant. */
export async function lockRefunds(
  tx: Tx,
  merchantId: string,
  refundIds: readonly string[],
): Promise<Map<string, Refund>> {
  return lockGroupRefunds(
    tx,
    refundIds.map((refundId) => ({ merchantId, refundId })),
  );
}

/** Saves decided refunds, each over the very version it was decided on, and gives back the leases held. */
export async function saveGroupRefunds(tx: Tx, writes: readonly RefundWrite[]): Promise<void> {
  const rows = writes.map(({ refund, heldVersion, heldLease }) => ({
    ...rowOf(refund),
    held_version: heldVersion,
    held_lease: heldLease,
  }));
  const saved = await sql`
    update payments.refund as refund set
      version = row.version, state = row.state, way = row.way, resolve_at = row.resolve_at, resolve_step = row.resolve_step,
      lease_until = case when refund.lease_until = row.held_lease then null else refund.lease_until end,
      sent_by = row.sent_by, last_said = row.last_said, review_since = row.review_since,
      channel_code = row.channel_code, channel_message = row.channel_message, retry = row.retry,
      cause_hints = row.cause_hints, fee_returned_minor = row.fee_returned_minor, decided_by = row.decided_by,
      refunded_at = row.refunded_at, finished_at = row.finished_at
    from jsonb_to_recordset(${storableJson(rows)}::jsonb) as row (${rowType}, held_version integer, held_lease timestamptz)
    where refund.merchant_id = row.merchant_id
      and refund.refund_id = any(${writes.map(({ refund }) => uuidOf(refund.id))}::uuid[])
      and refund.refund_id = row.refund_id and refund.version = row.held_version`.execute(tx);
  assert(
    saved.numAffectedRows === BigInt(writes.length),
    `saved ${saved.numAffectedRows} of ${writes.length} refunds`,
  );
}

/** The same for one merchant. */
export async function saveRefunds(tx: Tx, merchantId: string, writes: readonly RefundWrite[]): Promise<void> {
  const strange = writes.find(({ refund }) => refund.merchantId !== merchantId);
  assert(strange === undefined, `${strange?.refund.id}: not a refund of ${merchantId}`);
  await saveGroupRefunds(tx, writes);
}

/** One refund, unlocked, or null. */
export async function findRefund(
  tx: Tx | Database,
  merchantId: string,
  refundId: string,
): Promise<Refund | null> {
  const { rows } = await sql<RefundRow>`
    select ${refundColumns} from payments.refund as refund
    where merchant_id = ${uuidOf(merchantId)} and refund_id = ${uuidOf(refundId)}`.execute(tx);
  return rows[0] === undefined ? null : refundOf(rows[0]);
}

export type RefundNoClaim = Readonly<{ merchantRefundNo: string; refundId: string }>;

/** Takes the refund numbers that are free; returns those taken now. A taken one is taken for ever. */
export async function claimRefundNos(
  tx: Tx,
  merchantId: string,
  claims: readonly RefundNoClaim[],
): Promise<Set<string>> {
  const { rows } = await sql<{ merchant_refund_no: string }>`
    insert into payments.merchant_refund_no (merchant_id, merchant_refund_no, refund_id)
    select ${uuidOf(merchantId)}::uuid, merchant_refund_no, refund_id
    from unnest(
      ${claims.map((claim) => claim.merchantRefundNo)}::text[],
      ${claims.map((claim) => uuidOf(claim.refundId))}::uuid[]) as claim (merchant_refund_no, refund_id)
    order by merchant_refund_no
    on conflict (merchant_id, merchant_refund_no) do nothing
    returning merchant_refund_no`.execute(tx);
  return new Set(rows.map((row) => row.merchant_refund_no));
}

/** Gives back refund numbers that this very transaction took for requests it then refused. */
export async function releaseRefundNos(
  tx: Tx,
  merchantId: string,
  claims: readonly RefundNoClaim[],
): Promise<void> {
  const released = await sql`
    delete from payments.merchant_refund_no as taken
    using unnest(
      ${claims.map((claim) => claim.merchantRefundNo)}::text[],
      ${claims.map((claim) => uuidOf(claim.refundId))}::uuid[]) as refused (merchant_refund_no, refund_id)
    where taken.merchant_id = ${uuidOf(merchantId)}
      and taken.merchant_refund_no = refused.merchant_refund_no and taken.refund_id = refused.refund_id`.execute(
    tx,
  );
  assert(
    released.numAffectedRows === BigInt(claims.length),
    `${merchantId}: released ${released.numAffectedRows} of ${claims.length} refund numbers`,
  );
}

/** The refunds that hold these numbers. */
export async function selectRefundNos(
  tx: Tx,
  merchantId: string,
  merchantRefundNos: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ merchant_refund_no: string; refund_id: string }>`
    select merchant_refund_no, refund_id from payments.merchant_refund_no
    where merchant_id = ${uuidOf(merchantId)} and merchant_refund_no = any(${merchantRefundNos}::text[])`.execute(
    tx,
  );
  return new Map(rows.map((row) => [row.merchant_refund_no, idOf("ref", row.refund_id)]));
}
