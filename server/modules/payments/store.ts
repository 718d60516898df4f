// Every statement on payments and their timeline. A payment is written under its row lock and its version;
// statements are about a group of merchants, which may be one alone, and find every row by its merchant and its id.
import { sql } from "kysely";
import { assert } from "../../kernel/assert.ts";
import { idOf, uuidOf } from "../../kernel/ids.ts";
import { fen } from "../../kernel/money.ts";
import { storableJson } from "../../platform/pg/json.ts";
import type { Database, Tx } from "../../platform/pg/pg.ts";
import type { Payment, TimelineEntry } from "./model.ts";
import { changingRowOf, rowOf } from "./row.ts";

/** A payment as it is to be written, with what only the table knows. */
export type Write = Readonly<{ payment: Payment; heldVersion: number; heldLease: Date | null }>;

// Descriptions of the row as it is written first, and as a decision changes it. Values travel as one JSON document,
// because a batch of rows with array columns has no unnest.
const changingType = `
  merchant_id uuid, payment_id uuid, version integer, state text, code_url text, resolve_at timestamptz, resolve_step text,
  cancel_attempts integer, last_cancel_at timestamptz, reversal_requested_at timestamptz,
  review_since timestamptz, review_reason text, review_owner text, late_success boolean,
  channel_code text, channel_message text, retry text, blame text[], cause_hints text[], channel_trade_no text,
  funding_source text, payer_account text, facts text[], fee_rate_basis_points bigint, fee_minor bigint,
  refunded_minor bigint, refunds_minor bigint, refunding_minor bigint, decided_by text, last_notification_id text,
  paid_at timestamptz, finished_at timestamptz`;
const rowType = sql.raw(`${changingType},
  store_id uuid, terminal_id uuid, merchant_order_no text, channel text, channel_order_no text, idempotency_key text,
  amount_minor bigint, currency text, subject text, mode text, payer_code_masked text, credit_instalments integer,
  credit_fee_bearer text, created_at timestamptz, expires_at timestamptz`);
const writeType = sql.raw(`${changingType}, held_version integer, held_lease timestamptz`);

const rowColumns = sql.raw(`
  merchant_id, payment_id, version, state, store_id, terminal_id, merchant_order_no,
  channel, channel_order_no, idempotency_key, amount_minor, currency, subject,
  mode, code_url, payer_code_masked, resolve_at, resolve_step, cancel_attempts, last_cancel_at,
  review_since, review_reason, review_owner, late_success,
  channel_code, channel_message, retry, blame, cause_hints, channel_trade_no,
  funding_source, payer_account, facts, fee_rate_basis_points, fee_minor,
  refunded_minor, refunds_minor, refunding_minor, decided_by, last_notification_id,
  reversal_requested_at, credit_instalments, credit_fee_bearer,
  created_at, expires_at, paid_at, finished_at`);

/** The columns that `paymentOf` reads. */
export const paymentColumns = sql.raw(`
  payment.merchant_id, payment.payment_id, payment.version, payment.state, payment.store_id, payment.terminal_id,
  payment.merchant_order_no, payment.channel, payment.channel_order_no, payment.idempotency_key, payment.amount_minor,
  payment.subject, payment.mode, payment.code_url, payment.payer_code_masked, payment.resolve_at, payment.resolve_step, payment.cancel_attempts, payment.last_cancel_at,
  payment.review_since, payment.review_reason, payment.review_owner, payment.late_success, payment.channel_code,
  payment.channel_message, payment.retry, payment.blame, payment.cause_hints, payment.channel_trade_no,
  payment.funding_source, payment.payer_account, payment.facts, payment.fee_rate_basis_points, payment.fee_minor,
  payment.refunded_minor, payment.refunds_minor, payment.refunding_minor, payment.decided_by, payment.last_notification_id,
  payment.reversal_requested_at, payment.credit_instalments, payment.credit_fee_bearer,
  payment.created_at, payment.expires_at, payment.paid_at, payment.finished_at`);

export type PaymentRow = Readonly<{
  merchant_id: string;
  payment_id: string;
  version: number;
  state: Payment["state"];
  store_id: string | null;
  terminal_id: string | null;
  merchant_order_no: string | null;
  channel: Payment["channel"];
  channel_order_no: string;
  idempotency_key: string;
  amount_minor: bigint;
  subject: string;
  mode: Payment["mode"];
  code_url: string | null;
  payer_code_masked: string | null;
  resolve_at: Date | null;
  resolve_step: NonNullable<Payment["resolution"]>["step"] | null;
  cancel_attempts: number;
  last_cancel_at: Date | null;
  review_since: Date | null;
  review_reason: NonNullable<Payment["review"]>["reason"] | null;
  review_owner: NonNullable<Payment["review"]>["owner"] | null;
  late_success: boolean;
  channel_code: string | null;
  channel_message: string | null;
  retry: Payment["retry"];
  blame: Array<Payment["blame"][number]>;
  cause_hints: string[];
  channel_trade_no: string | null;
  funding_source: Payment["fundingSource"];
  payer_account: string | null;
  facts: Array<Payment["facts"][number]>;
  fee_rate_basis_points: bigint | null;
  fee_minor: bigint | null;
  refunded_minor: bigint;
  refunds_minor: bigint;
  refunding_minor: bigint;
  decided_by: string | null;
  last_notification_id: string | null;
  reversal_requested_at: Date | null;
  credit_instalments: NonNullable<Payment["credit"]>["instalments"] | null;
  credit_fee_bearer: NonNullable<Payment["credit"]>["feeBearer"] | null;
  created_at: Date;
  expires_at: Date;
  paid_at: Date | null;
  finished_at: Date | null;
}>;

function reviewOf({ review_since: since, review_reason: reason, review_owner: owner }: PaymentRow) {
  return since && reason && owner && { since, reason, owner };
}

/** The payment that a row holds. */
export function paymentOf(row: PaymentRow): Payment {
  return {
    id: idOf("pay", row.payment_id),
    merchantId: idOf("mer", row.merchant_id),
    storeId: row.store_id === null ? null : idOf("sto", row.store_id),
    terminalId: row.terminal_id === null ? null : idOf("trm", row.terminal_id),
    merchantOrderNo: row.merchant_order_no,
    channelOrderNo: row.channel_order_no,
    idempotencyKey: row.idempotency_key,
    amount: fen(row.amount_minor),
    subject: row.subject,
    channel: row.channel,
    mode: row.mode,
    codeUrl: row.code_url,
    payerCodeMasked: row.payer_code_masked,
    credit: row.credit_instalments &&
      row.credit_fee_bearer && { instalments: row.credit_instalments, feeBearer: row.credit_fee_bearer },
    state: row.state,
    version: row.version,
    resolution: row.resolve_at && row.resolve_step && { step: row.resolve_step, at: row.resolve_at },
    cancelAttempts: row.cancel_attempts,
    lastCancelAt: row.last_cancel_at,
    reversalRequestedAt: row.reversal_requested_at,
    review: reviewOf(row),
    lateSuccess: row.late_success,
    words: row.channel_code === null ? null : { code: row.channel_code, message: row.channel_message ?? "" },
    retry: row.retry,
    blame: row.blame,
    causeHints: row.cause_hints,
    channelTradeNo: row.channel_trade_no,
    fundingSource: row.funding_source,
    payerAccount: row.payer_account,
    facts: row.facts,
    feeRateBasisPoints: row.fee_rate_basis_points,
    fee: row.fee_minor === null ? null : fen(row.fee_minor),
    refunding: fen(row.refunding_minor),
    refunds: fen(row.refunds_minor),
    refunded: fen(row.refunded_minor),
    decidedBy: row.decided_by,
    lastNotificationId: row.last_notification_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    paidAt: row.paid_at,
    finishedAt: row.finished_at,
  };
}

/** Writes down new payments, each with its resolver scheduled. */
export async function insertPayments(tx: Tx, payments: readonly Payment[]): Promise<void> {
  const inserted = await sql`
    insert into payments.payment (${rowColumns})
    select ${rowColumns} from jsonb_to_recordset(${storableJson(payments.map(rowOf))}::jsonb) as row (${rowType})`.execute(
    tx,
  );
  assert(
    inserted.numAffectedRows === BigInt(payments.length),
    `inserted ${inserted.numAffectedRows} of ${payments.length} payments`,
  );
}

/** A payment, by whose it is. */
export type PaymentKey = Readonly<{ merchantId: string; paymentId: string }>;

/** Locks these payments in the order of merchants and ids: every decision about one payment happens in one order. */
export async function lockGroupPayments(tx: Tx, keys: readonly PaymentKey[]): Promise<Map<string, Payment>> {
  const paymentIds = keys.map(({ paymentId }) => uuidOf(paymentId));
  const { rows } = await sql<PaymentRow>`
    select ${paymentColumns} from payments.payment as payment
    where (payment.merchant_id, payment.payment_id) in (
        select * from unnest(${keys.map(({ merchantId }) => uuidOf(merchantId))}::uuid[], ${paymentIds}::uuid[]))
      and payment.payment_id = any(${paymentIds}::uuid[])
    order by payment.merchant_id, payment.payment_id
    for update`.execute(tx);
  return new Map(rows.map(paymentOf).map((payment) => [payment.id, payment]));
}

/** The same for one merchant. */
export async function lockPayments(
  tx: Tx,
  merchantId: string,
  paymentIds: readonly string[],
): Promise<Map<string, Payment>> {
  return lockGroupPayments(
    tx,
    paymentIds.map((paymentId) => ({ merchantId, paymentId })),
  );
}

/** Saves decided payments, each over the very version it was decided on, and gives back the leases held. */
export async function saveGroupPayments(tx: Tx, writes: readonly Write[]): Promise<void> {
  const rows = writes.map(({ payment, heldVersion, heldLease }) => ({
    ...changingRowOf(payment),
    held_version: heldVersion,
    held_lease: heldLease ?? undefined,
  }));
  const saved = await sql`
    update payments.payment as payment set
      version = row.version, state = row.state, code_url = row.code_url, resolve_at = row.resolve_at, resolve_step = row.resolve_step,
      lease_until = case when payment.lease_until = row.held_lease then null else payment.lease_until end,
      cancel_attempts = row.cancel_attempts, last_cancel_at = row.last_cancel_at, review_since = row.review_since, review_reason = row.review_reason,
      review_owner = row.review_owner, late_success = row.late_success, channel_code = row.channel_code,
      channel_message = row.channel_message, retry = row.retry, blame = row.blame, cause_hints = row.cause_hints,
      channel_trade_no = row.channel_trade_no, funding_source = row.funding_source, payer_account = row.payer_account,
      facts = row.facts, fee_rate_basis_points = row.fee_rate_basis_points, fee_minor = row.fee_minor,
      refunded_minor = row.refunded_minor, refunds_minor = row.refunds_minor, refunding_minor = row.refunding_minor,
      reversal_requested_at = row.reversal_requested_at, decided_by = row.decided_by, last_notification_id = row.last_notification_id,
      paid_at = row.paid_at, finished_at = row.finished_at
    from jsonb_to_recordset(${storableJson(rows)}::jsonb) as row (${writeType})
    where payment.merchant_id = row.merchant_id
      and payment.payment_id = any(${writes.map(({ payment }) => uuidOf(payment.id))}::uuid[])
      and payment.payment_id = row.payment_id and payment.version = row.held_version`.execute(tx);
  assert(
    saved.numAffectedRows === BigInt(writes.length),
    `saved ${saved.numAffectedRows} of ${writes.length} payments`,
  );
}

/** The same for one merchant. */
export async function savePayments(tx: Tx, merchantId: string, writes: readonly Write[]): Promise<void> {
  const strange = writes.find(({ payment }) => payment.merchantId !== merchantId);
  assert(strange === undefined, `${strange?.payment.id}: not a payment of ${merchantId}`);
  await saveGroupPayments(tx, writes);
}

/** A timeline entry with the id that it is told under. */
export type StoredEntry = TimelineEntry & Readonly<{ id: string }>;

/** The entries of one decision: they belong to the version that it led to. */
export type EventRow = Readonly<{
  merchantId: string;
  paymentId: string;
  version: number;
  entries: readonly StoredEntry[];
}>;

/** Adds to the timelines. Rows are never changed. */
export async function appendEvents(tx: Tx, events: readonly EventRow[]): Promise<void> {
  const rows = events.map((event) => ({
    merchant_id: uuidOf(event.merchantId),
    payment_id: uuidOf(event.paymentId),
    version: event.version,
    entries: event.entries,
  }));
  const appended = await sql`
    insert into payments.event (merchant_id, payment_id, version, entries)
    select merchant_id, payment_id, version, entries
    from jsonb_to_recordset(${storableJson(rows)}::jsonb) as row (merchant_id uuid, payment_id uuid, version integer, entries jsonb)`.execute(
    tx,
  );
  assert(
    appended.numAffectedRows === BigInt(events.length),
    `appended ${appended.numAffectedRows} of ${events.length} events`,
  );
}

/** One payment, unlocked, or null. */
export async function findPayment(
  tx: Tx | Database,
  merchantId: string,
  paymentId: string,
): Promise<Payment | null> {
  const { rows } = await sql<PaymentRow>`
    select ${paymentColumns} from payments.payment as payment
    where merchant_id = ${uuidOf(merchantId)} and payment_id = ${uuidOf(paymentId)}`.execute(tx);
  return rows[0] === undefined ? null : paymentOf(rows[0]);
}
