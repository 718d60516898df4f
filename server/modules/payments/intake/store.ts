// What may happen only once: idempotency keys, merchant order numbers, payer codes. Taken in this order, each sorted.
// Statements are about a group of merchants, which may be one alone: every row is found by its merchant and its name.
import { sql } from "kysely";
import { assert } from "../../../kernel/assert.ts";
import { idOf, uuidOf } from "../../../kernel/ids.ts";
import type { Tx } from "../../../platform/pg/pg.ts";
import { nameIn, type Of } from "../grouping.ts";
import type { StoredAnswer } from "../view.ts";
import { bodyOf, storedTextOf } from "./answerText.ts";

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

/**
 * Takes the keys that are free. Waits for a transaction that is taking the same key.
 * @returns those taken now, by `nameIn`
 */
export async function claimGroupKeys(
  tx: Tx,
  claims: ReadonlyArray<Of<KeyClaim>>,
  now: Date,
): Promise<Set<string>> {
  const { rows } = await sql<{ merchant_id: string; key: string }>`
    insert into payments.idempotency_key (merchant_id, key, fingerprint, payment_id, refund_id, created_at, running_until)
    select merchant_id, key, fingerprint, payment_id, refund_id, ${now}::timestamptz, running_until
    from unnest(
      ${claims.map((claim) => uuidOf(claim.merchantId))}::uuid[],
      ${claims.map((claim) => claim.key)}::text[],
      ${claims.map((claim) => claim.fingerprint)}::bytea[],
      ${claims.map((claim) => uuidOf(claim.paymentId))}::uuid[],
      ${claims.map((claim) => (claim.refundId ? uuidOf(claim.refundId) : null))}::uuid[],
      ${claims.map((claim) => claim.runningUntil)}::timestamptz[])
      as claim (merchant_id, key, fingerprint, payment_id, refund_id, running_until)
    order by merchant_id, key
    on conflict (merchant_id, key) do nothing
    returning merchant_id, key`.execute(tx);
  return new Set(rows.map((row) => `${row.merchant_id} ${row.key}`));
}

/** The same for one merchant: the keys taken now. */
export async function claimKeys(
  tx: Tx,
  merchantId: string,
  claims: readonly KeyClaim[],
  now: Date,
): Promise<Set<string>> {
  const named = claims.map((claim) => ({ ...claim, merchantId }));
  const taken = await claimGroupKeys(tx, named, now);
  return new Set(claims.map(({ key }) => key).filter((key) => taken.has(nameIn(merchantId, key))));
}

/** Keys that were taken before, by `nameIn`. */
export async function selectGroupKeys(
  tx: Tx,
  keys: ReadonlyArray<Of<Readonly<{ key: string }>>>,
): Promise<Map<string, KeyRow>> {
  const { rows } = await sql<StoredKey & { merchant_id: string }>`
    select merchant_id, key, fingerprint, payment_id, refund_id, running_until, answer_status, answer_body
    from payments.idempotency_key
    where (merchant_id, key) in (
      select * from unnest(${keys.map((one) => uuidOf(one.merchantId))}::uuid[], ${keys.map((one) => one.key)}::text[]))`.execute(
    tx,
  );
  return new Map(rows.map((row) => [`${row.merchant_id} ${row.key}`, keyOf(row)]));
}

/** The same for one merchant, by key. */
export async function selectKeys(
  tx: Tx,
  merchantId: string,
  keys: readonly string[],
): Promise<Map<string, KeyRow>> {
  const named = keys.map((key) => ({ merchantId, key }));
  return new Map([...(await selectGroupKeys(tx, named)).values()].map((row) => [row.key, row]));
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
    answer: status === null || body === null ? null : { status, body: bodyOf(body) },
  };
}

export type KeyAnswer = Readonly<{ key: string; answer: StoredAnswer }>;

/**
 * Stores answers where none is stored yet. The first one stays: what was once answered is answered for ever.
 * @returns the keys whose answer is this one, by `nameIn`
 */
export async function storeGroupAnswers(tx: Tx, answers: ReadonlyArray<Of<KeyAnswer>>): Promise<Set<string>> {
  const { rows } = await sql<{ merchant_id: string; key: string }>`
    update payments.idempotency_key as stored set answer_status = given.status, answer_body = given.body
    from unnest(
      ${answers.map(({ merchantId }) => uuidOf(merchantId))}::uuid[],
      ${answers.map(({ key }) => key)}::text[],
      ${answers.map(({ answer }) => answer.status)}::integer[],
      ${answers.map(({ answer }) => storedTextOf(answer.body))}::text[]) as given (merchant_id, key, status, body)
    where stored.merchant_id = given.merchant_id and stored.key = given.key and stored.answer_status is null
    returning stored.merchant_id, stored.key`.execute(tx);
  return new Set(rows.map((row) => `${row.merchant_id} ${row.key}`));
}

/** The same for one merchant: the keys whose answer is this one. */
export async function storeAnswers(
  tx: Tx,
  merchantId: string,
  answers: readonly KeyAnswer[],
): Promise<Set<string>> {
  const named = answers.map((one) => ({ ...one, merchantId }));
  const stored = await storeGroupAnswers(tx, named);
  return new Set(answers.map(({ key }) => key).filter((key) => stored.has(nameIn(merchantId, key))));
}

/** Gives back keys that this very transaction took for requests it then refused: a refused request has not happened. */
export async function releaseGroupKeys(
  tx: Tx,
  claims: ReadonlyArray<Of<Pick<KeyClaim, "key" | "paymentId">>>,
): Promise<void> {
  const released = await sql`
    delete from payments.idempotency_key as taken
    using unnest(
      ${claims.map(({ merchantId }) => uuidOf(merchantId))}::uuid[],
      ${claims.map(({ key }) => key)}::text[],
      ${claims.map(({ paymentId }) => uuidOf(paymentId))}::uuid[]) as refused (merchant_id, key, payment_id)
    where taken.merchant_id = refused.merchant_id and taken.key = refused.key and taken.payment_id = refused.payment_id`.execute(
    tx,
  );
  assert(
    released.numAffectedRows === BigInt(claims.length),
    `released ${released.numAffectedRows} of ${claims.length} keys`,
  );
}

/** The same for one merchant. */
export async function releaseKeys(
  tx: Tx,
  merchantId: string,
  claims: readonly Pick<KeyClaim, "key" | "paymentId">[],
): Promise<void> {
  const named = claims.map(({ key, paymentId }) => ({ merchantId, key, paymentId }));
  await releaseGroupKeys(tx, named);
}

export type OrderNoClaim = Of<Readonly<{ merchantOrderNo: string; paymentId: string }>>;

/** Takes the order numbers that are free; returns those taken now, by `nameIn`. A taken one is taken for ever. */
export async function claimOrderNos(tx: Tx, claims: readonly OrderNoClaim[]): Promise<Set<string>> {
  const { rows } = await sql<{ merchant_id: string; merchant_order_no: string }>`
    insert into payments.merchant_order_no (merchant_id, merchant_order_no, payment_id)
    select merchant_id, merchant_order_no, payment_id
    from unnest(
      ${claims.map((claim) => uuidOf(claim.merchantId))}::uuid[],
      ${claims.map((claim) => claim.merchantOrderNo)}::text[],
      ${claims.map((claim) => uuidOf(claim.paymentId))}::uuid[]) as claim (merchant_id, merchant_order_no, payment_id)
    order by merchant_id, merchant_order_no
    on conflict (merchant_id, merchant_order_no) do nothing
    returning merchant_id, merchant_order_no`.execute(tx);
  return new Set(rows.map((row) => `${row.merchant_id} ${row.merchant_order_no}`));
}

/** Gives back order numbers that this very transaction took for requests it then refused. */
export async function releaseOrderNos(tx: Tx, claims: readonly OrderNoClaim[]): Promise<void> {
  const released = await sql`
    delete from payments.merchant_order_no as taken
    using unnest(
      ${claims.map((claim) => uuidOf(claim.merchantId))}::uuid[],
      ${claims.map((claim) => claim.merchantOrderNo)}::text[],
      ${claims.map((claim) => uuidOf(claim.paymentId))}::uuid[]) as refused (merchant_id, merchant_order_no, payment_id)
    where taken.merchant_id = refused.merchant_id
      and taken.merchant_order_no = refused.merchant_order_no and taken.payment_id = refused.payment_id`.execute(
    tx,
  );
  assert(
    released.numAffectedRows === BigInt(claims.length),
    `released ${released.numAffectedRows} of ${claims.length} order numbers`,
  );
}

/** The payments that hold these order numbers, by `nameIn`. */
export async function selectOrderNos(
  tx: Tx,
  orderNos: ReadonlyArray<Of<Readonly<{ merchantOrderNo: string }>>>,
): Promise<Map<string, string>> {
  const { rows } = await sql<{ merchant_id: string; merchant_order_no: string; payment_id: string }>`
    select merchant_id, merchant_order_no, payment_id from payments.merchant_order_no
    where (merchant_id, merchant_order_no) in (
      select * from unnest(
        ${orderNos.map(({ merchantId }) => uuidOf(merchantId))}::uuid[],
        ${orderNos.map(({ merchantOrderNo }) => merchantOrderNo)}::text[]))`.execute(tx);
  return new Map(
    rows.map((row) => [`${row.merchant_id} ${row.merchant_order_no}`, idOf("pay", row.payment_id)]),
  );
}

export type CodeClaim = Of<Readonly<{ codeHash: Buffer; paymentId: string }>>;

/**
 * Takes the payer codes that are free: never seen, seen before `takenSince`, or seen with a payment that failed for
 * certain. Returns those taken now, by `nameIn` of their hashes (hex). No code of a merchant may occur twice in one call.
 */
export async function claimPayerCodes(
  tx: Tx,
  claims: readonly CodeClaim[],
  at: Readonly<{ now: Date; takenSince: Date }>,
): Promise<Set<string>> {
  const { rows } = await sql<{ merchant_id: string; code_hash: Buffer }>`
    insert into payments.payer_code as taken (merchant_id, code_hash, payment_id, used_at)
    select merchant_id, code_hash, payment_id, ${at.now}::timestamptz
    from unnest(
      ${claims.map((claim) => uuidOf(claim.merchantId))}::uuid[],
      ${claims.map((claim) => claim.codeHash)}::bytea[],
      ${claims.map((claim) => uuidOf(claim.paymentId))}::uuid[]) as claim (merchant_id, code_hash, payment_id)
    order by merchant_id, code_hash
    on conflict (merchant_id, code_hash) do update set payment_id = excluded.payment_id, used_at = excluded.used_at
    where taken.used_at <= ${at.takenSince}
       or exists (
         select from payments.payment as earlier
         where earlier.merchant_id = taken.merchant_id and earlier.payment_id = taken.payment_id and earlier.state = 'failed')
    returning merchant_id, code_hash`.execute(tx);
  return new Set(rows.map((row) => `${row.merchant_id} ${row.code_hash.toString("hex")}`));
}

/** The payments that hold these codes, by `nameIn` of their hashes (hex). */
export async function selectPayerCodes(
  tx: Tx,
  codes: ReadonlyArray<Of<Readonly<{ codeHash: Buffer }>>>,
): Promise<Map<string, string>> {
  const { rows } = await sql<{ merchant_id: string; code_hash: Buffer; payment_id: string }>`
    select merchant_id, code_hash, payment_id from payments.payer_code
    where (merchant_id, code_hash) in (
      select * from unnest(
        ${codes.map(({ merchantId }) => uuidOf(merchantId))}::uuid[],
        ${codes.map(({ codeHash }) => codeHash)}::bytea[]))`.execute(tx);
  return new Map(
    rows.map((row) => [`${row.merchant_id} ${row.code_hash.toString("hex")}`, idOf("pay", row.payment_id)]),
  );
}

/** Forgets payer codes whose time is over. Returns how many. */
export async function deletePayerCodes(tx: Tx, usedBefore: Date): Promise<bigint> {
  const deleted = await sql`delete from payments.payer_code where used_at < ${usedBefore}`.execute(tx);
  return deleted.numAffectedRows ?? 0n;
}
