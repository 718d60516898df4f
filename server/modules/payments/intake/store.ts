// What may happen only once: idempotency keys, merchant order numbers, payer codes. Taken in this order, each sorted.
import { sql } from "kysely";
import { assert } from "../../../kernel/assert.ts";
import { idOf, uuidOf } from "../../../kernel/ids.ts";
import type { Tx } from "../../../platform/pg/pg.ts";
import type { StoredAnswer } from "../view.ts";

export type KeyClaim = Readonly<{
  key: string;
  fingerprint: Buffer;
  paymentId: string;
  /** The refund that the key made, where it made one. */
  refundId?: string | null;
  runningUntil: Date;
}>;

export type KeyRow = Readonly<{
  key: string;
  fingerprint: Buffer;
  paymentId: string;
  refundId: string | null;
  runningUntil: Date;
  answer: StoredAnswer | null;
}>;

/** Takes the keys that are free. Waits for a transaction that is taking the same key. Returns those taken now. */
export async function claimKeys(
  tx: Tx,
  merchantId: string,
  claims: readonly KeyClaim[],
  now: Date,
): Promise<Set<string>> {
  const { rows } = await sql<{ key: string }>`
    insert into payments.idempotency_key (merchant_id, key, fingerprint, payment_id, refund_id, created_at, running_until)
    select ${uuidOf(merchantId)}::uuid, key, fingerprint, payment_id, refund_id, ${now}::timestamptz, running_until
    from unnest(
      ${claims.map((claim) => claim.key)}::text[],
      ${claims.map((claim) => claim.fingerprint)}::bytea[],
      ${claims.map((claim) => uuidOf(claim.paymentId))}::uuid[],
      ${claims.map((claim) => (claim.refundId ? uuidOf(claim.refundId) : null))}::uuid[],
      ${claims.map((claim) => claim.runningUntil)}::timestamptz[])
      as claim (key, fingerprint, payment_id, refund_id, running_until)
    order by key
    on conflict (merchant_id, key) do nothing
    returning key`.execute(tx);
  return new Set(rows.map((row) => row.key));
}

/** Keys that were taken before. */
export async function selectKeys(
  tx: Tx,
  merchantId: string,
  keys: readonly string[],
): Promise<Map<string, KeyRow>> {
  const { rows } = await sql<StoredKey>`
    select key, fingerprint, payment_id, refund_id, running_until, answer_status, answer_body
    from payments.idempotency_key
    where merchant_id = ${uuidOf(merchantId)} and key = any(${keys}::text[])`.execute(tx);
  return new Map(rows.map((row) => [row.key, keyOf(row)]));
}

/** One key under lock, so that its answer is stored once. */
export async function lockKey(tx: Tx, merchantId: string, key: string): Promise<KeyRow | null> {
  const { rows } = await sql<StoredKey>`
    select key, fingerprint, payment_id, refund_id, running_until, answer_status, answer_body
    from payments.idempotency_key
    where merchant_id = ${uuidOf(merchantId)} and key = ${key}
    for update`.execute(tx);
  return rows[0] === undefined ? null : keyOf(rows[0]);
}

type StoredKey = Readonly<{
  key: string;
  fingerprint: Buffer;
  payment_id: string;
  refund_id: string | null;
  running_until: Date;
  answer_status: 201 | 202 | null;
  answer_body: string | null;
}>;

function keyOf(row: StoredKey): KeyRow {
  const { answer_status: status, answer_body: body } = row;
  return {
    key: row.key,
    fingerprint: row.fingerprint,
    paymentId: idOf("pay", row.payment_id),
    refundId: row.refund_id === null ? null : idOf("ref", row.refund_id),
    runningUntil: row.running_until,
    answer: status === null || body === null ? null : { status, body },
  };
}

export type KeyAnswer = Readonly<{ key: string; answer: StoredAnswer }>;

/**
 * Stores answers where none is stored yet. The first one stays: what was once answered is answered for ever.
 * Returns the keys whose answer is this one.
 */
export async function storeAnswers(
  tx: Tx,
  merchantId: string,
  answers: readonly KeyAnswer[],
): Promise<Set<string>> {
  const { rows } = await sql<{ key: string }>`
    update payments.idempotency_key as stored set answer_status = given.status, answer_body = given.body
    from unnest(
      ${answers.map(({ key }) => key)}::text[],
      ${answers.map(({ answer }) => answer.status)}::integer[],
      ${answers.map(({ answer }) => answer.body)}::text[]) as given (key, status, body)
    where stored.merchant_id = ${uuidOf(merchantId)} and stored.key = given.key and stored.answer_status is null
    returning stored.key`.execute(tx);
  return new Set(rows.map((row) => row.key));
}

/** Gives back keys that this very transaction took for requests it then refused: a refused request has not happened. */
export async function releaseKeys(
  tx: Tx,
  merchantId: string,
  claims: readonly Pick<KeyClaim, "key" | "paymentId">[],
): Promise<void> {
  const released = await sql`
    delete from payments.idempotency_key as taken
    using unnest(${claims.map(({ key }) => key)}::text[], ${claims.map(({ paymentId }) => uuidOf(paymentId))}::uuid[]) as refused (key, payment_id)
    where taken.merchant_id = ${uuidOf(merchantId)} and taken.key = refused.key and taken.payment_id = refused.payment_id`.execute(
    tx,
  );
  assert(
    released.numAffectedRows === BigInt(claims.length),
    `${merchantId}: released ${released.numAffectedRows} of ${claims.length} keys`,
  );
}

export type OrderNoClaim = Readonly<{ merchantOrderNo: string; paymentId: string }>;

/** Takes the order numbers that are free; returns those taken now. A taken one is taken for ever. */
export async function claimOrderNos(
  tx: Tx,
  merchantId: string,
  claims: readonly OrderNoClaim[],
): Promise<Set<string>> {
  const { rows } = await sql<{ merchant_order_no: string }>`
    insert into payments.merchant_order_no (merchant_id, merchant_order_no, payment_id)
    select ${uuidOf(merchantId)}::uuid, merchant_order_no, payment_id
    from unnest(
      ${claims.map((claim) => claim.merchantOrderNo)}::text[],
      ${claims.map((claim) => uuidOf(claim.paymentId))}::uuid[]) as claim (merchant_order_no, payment_id)
    order by merchant_order_no
    on conflict (merchant_id, merchant_order_no) do nothing
    returning merchant_order_no`.execute(tx);
  return new Set(rows.map((row) => row.merchant_order_no));
}

/** Gives back order numbers that this very transaction took for requests it then refused. */
export async function releaseOrderNos(
  tx: Tx,
  merchantId: string,
  claims: readonly OrderNoClaim[],
): Promise<void> {
  const released = await sql`
    delete from payments.merchant_order_no as taken
    using unnest(
      ${claims.map((claim) => claim.merchantOrderNo)}::text[],
      ${claims.map((claim) => uuidOf(claim.paymentId))}::uuid[]) as refused (merchant_order_no, payment_id)
    where taken.merchant_id = ${uuidOf(merchantId)}
      and taken.merchant_order_no = refused.merchant_order_no and taken.payment_id = refused.payment_id`.execute(
    tx,
  );
  assert(
    released.numAffectedRows === BigInt(claims.length),
    `${merchantId}: released ${released.numAffectedRows} of ${claims.length} order numbers`,
  );
}

/** The payments that hold these order numbers. */
export async function selectOrderNos(
  tx: Tx,
  merchantId: string,
  merchantOrderNos: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ merchant_order_no: string; payment_id: string }>`
    select merchant_order_no, payment_id from payments.merchant_order_no
    where merchant_id = ${uuidOf(merchantId)} and merchant_order_no = any(${merchantOrderNos}::text[])`.execute(
    tx,
  );
  return new Map(rows.map((row) => [row.merchant_order_no, idOf("pay", row.payment_id)]));
}

export type CodeClaim = Readonly<{ codeHash: Buffer; paymentId: string }>;

/**
 * Takes the payer codes that are free: never seen, seen before `takenSince`, or seen with a payment that failed for
 * certain. Returns the hashes (hex) taken now. No code may occur twice in one call.
 */
export async function claimPayerCodes(
  tx: Tx,
  merchantId: string,
  claims: readonly CodeClaim[],
  at: Readonly<{ now: Date; takenSince: Date }>,
): Promise<Set<string>> {
  const { rows } = await sql<{ code_hash: Buffer }>`
    insert into payments.payer_code as taken (merchant_id, code_hash, payment_id, used_at)
    select ${uuidOf(merchantId)}::uuid, code_hash, payment_id, ${at.now}::timestamptz
    from unnest(
      ${claims.map((claim) => claim.codeHash)}::bytea[],
      ${claims.map((claim) => uuidOf(claim.paymentId))}::uuid[]) as claim (code_hash, payment_id)
    order by code_hash
    on conflict (merchant_id, code_hash) do update set payment_id = excluded.payment_id, used_at = excluded.used_at
    where taken.used_at <= ${at.takenSince}
       or exists (
         select from payments.payment as earlier
         where earlier.merchant_id = taken.merchant_id and earlier.payment_id = taken.payment_id and earlier.state = 'failed')
    returning code_hash`.execute(tx);
  return new Set(rows.map((row) => row.code_hash.toString("hex")));
}

/** By hash (hex), the payments that hold these codes. */
export async function selectPayerCodes(
  tx: Tx,
  merchantId: string,
  codeHashes: readonly Buffer[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ code_hash: Buffer; payment_id: string }>`
    select code_hash, payment_id from payments.payer_code
    where merchant_id = ${uuidOf(merchantId)} and code_hash = any(${codeHashes}::bytea[])`.execute(tx);
  return new Map(rows.map((row) => [row.code_hash.toString("hex"), idOf("pay", row.payment_id)]));
}

/** Forgets payer codes whose time is over. Returns how many. */
export async function deletePayerCodes(tx: Tx, usedBefore: Date): Promise<bigint> {
  const deleted = await sql`delete from payments.payer_code where used_at < ${usedBefore}`.execute(tx);
  return deleted.numAffectedRows ?? 0n;
}
