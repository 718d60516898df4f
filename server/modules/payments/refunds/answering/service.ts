// The stored answers of requests to give money back: what was answered once is answered for ever, to the byte.
import { assert } from "../../../../kernel/assert.ts";
import { refuse, success, type Result } from "../../../../kernel/result.ts";
import { CommitUnknownError } from "../../../../platform/pg/errors.ts";
import type { Tx } from "../../../../platform/pg/pg.ts";
import type { PaymentsDeps } from "../../deps.ts";
import { lockKey, selectKeys, storeAnswers, type KeyRow } from "../../intake/store.ts";
import { findPayment } from "../../store.ts";
import type { StoredAnswer } from "../../view.ts";
import { findRefund } from "../store.ts";
import { refundAnswerOf, reversalAnswerOf } from "../view.ts";

/** The answer to a request that gave money back or cancelled a payment; null where it made no refund. */
export type GiveBackAnswer = StoredAnswer & Readonly<{ paymentId: string; refundId: string | null }>;

/** The row of a key that was used before, or null. */
export async function earlierKey(
  deps: PaymentsDeps,
  merchantId: string,
  key: string,
): Promise<KeyRow | null> {
  const rows = await deps.pg.transaction((tx) => selectKeys(tx, merchantId, [key]), [merchantId]);
  return rows.get(key) ?? null;
}

/**
 * The answer to a request that was made before. Refuses `idempotency_key_reused` where it was another request, and
 * `idempotency_key_in_use` while it may still be running.
 */
export async function replay(
  deps: PaymentsDeps,
  { merchantId, fingerprint }: Readonly<{ merchantId: string; fingerprint: Buffer }>,
  row: KeyRow,
): Promise<Result<GiveBackAnswer>> {
  if (!row.fingerprint.equals(fingerprint)) return refuse("idempotency_key_reused");
  const { paymentId, refundId } = row;
  if (row.answer !== null) return success({ ...row.answer, paymentId, refundId });
  if (deps.world.now() < row.runningUntil) return refuse("idempotency_key_in_use", { paymentId });
  // Its process died before it could answer: this repetition stores what is known now.
  return success(await settleAnswer(deps, merchantId, row.key));
}

/** The answer of a key; where there is none yet, the present state becomes it for ever. */
export async function settleAnswer(
  deps: PaymentsDeps,
  merchantId: string,
  key: string,
): Promise<GiveBackAnswer> {
  const storeOrRead = () => deps.pg.transaction((tx) => storeOrReadIn(tx, merchantId, key), [merchantId]);
  return storeOrRead().catch((error: unknown) => {
    // Stored or not: once more finds the answer under the lock, or stores it.
    if (error instanceof CommitUnknownError) return storeOrRead();
    throw error;
  });
}

async function storeOrReadIn(tx: Tx, merchantId: string, key: string): Promise<GiveBackAnswer> {
  const row = await lockKey(tx, merchantId, key);
  assert(row !== null, `${merchantId}: key ${key} was taken and is gone`);
  const { paymentId, refundId } = row;
  if (row.answer !== null) return { ...row.answer, paymentId, refundId };
  // Not locked: whoever is changing them at this moment finds our answer stored, and leaves it.
  const payment = await findPayment(tx, merchantId, paymentId);
  assert(payment !== null, `${paymentId}: has a key and does not exist`);
  const refund = refundId === null ? null : await findRefund(tx, merchantId, refundId);
  assert((refund === null) === (refundId === null), `${refundId}: has a key and does not exist`);
  const answer = refund === null ? reversalAnswerOf(payment) : refundAnswerOf({ payment, refund });
  await storeAnswers(tx, merchantId, [{ key, answer }]);
  return { ...answer, paymentId, refundId };
}
