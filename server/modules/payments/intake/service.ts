// Creating a payment: accepted in a transaction, charged outside of any, and its outcome applied through the one door.
// Whoever repeats the request with the same key gets the same answer, whatever became of the first.
import { addSeconds } from "../../../kernel/time.ts";
import { refuse, success, type Refusal, type Result } from "../../../kernel/result.ts";
import { createBatcher } from "../../../platform/batch.ts";
import { CommitUnknownError } from "../../../platform/pg/errors.ts";
import { assert } from "../../../kernel/assert.ts";
import { timeUp, type AnswerBoard } from "../answers.ts";
import { callbackUrlOf, channelIo, type PaymentsDeps } from "../deps.ts";
import type { Payment } from "../model.ts";
import { routed } from "../routing/accounts.ts";
import type { Applied, Door } from "../service.ts";
import { findPayment } from "../store.ts";
import { answerOf } from "../view.ts";
import { acceptAll, type Acceptance, type Candidate } from "./accept.ts";
import { knownThere, makeCode, shownOrRefused } from "./code.ts";
import {
  identify,
  prepare,
  type Answer,
  type Identity,
  type PaymentRequest,
  type Prepared,
} from "./request.ts";
import { lockKey, selectKeys, storeAnswers, type KeyRow } from "./store.ts";

/** The answer to a request that created a payment, or to its repetition. */
export type Intake = Readonly<{
  /**
   * Creates the payment, or repeats the answer that its key has. Waits for an outcome as long as asked for.
   * Refuses what `identify` and `prepare` refuse, `idempotency_key_reused`, `idempotency_key_in_use`,
   * `merchant_order_no_used` and `payer_code_used`.
   */
  create(request: PaymentRequest): Promise<Result<Answer>>;
  /**
   * The same for a code to show: waits until it is made. Refuses besides `shown_codes_not_offered`, and
   * `shown_code_refused` or `shown_code_not_made` where a payment was begun and nobody will ever see its code.
   */
  createCode(request: PaymentRequest): Promise<Result<Answer>>;
  /** Resolves when no charge of this process is on its way. */
  idle(): Promise<void>;
}>;

/** The intake of one process. */
export function createIntake(deps: PaymentsDeps, door: Door, board: AnswerBoard<Applied>): Intake {
  const batcher = createBatcher<Candidate, Acceptance>({
    run: (candidates) => acceptAll(deps, candidates),
    keyOf: (candidate) => candidate.payment.merchantId,
    // After a COMMIT in doubt the key knows: it is ours if it happened, free if not, and waits where that is still open.
    recover: async (candidate) => one(await acceptAll(deps, [candidate])),
    ...(deps.batchTiming && { timing: deps.batchTiming }),
  });
  const onTheirWay = new Set<Promise<unknown>>();
  const track = <T>(payment: Payment, charged: Promise<T>): Promise<T> => {
    const ended = charged.catch((error: unknown) => {
      const { id: paymentId, merchantId } = payment;
      deps.log.error(
        { event: "charge_not_applied", paymentId, merchantId, err: error },
        "the resolver will ask for the outcome",
      );
    });
    onTheirWay.add(ended);
    void ended.then(() => onTheirWay.delete(ended));
    return charged;
  };
  const context = { deps, door, board, accept: batcher.submit, track };
  return {
    create: (request) => create(context, request),
    createCode: async (request) => {
      const answer = await create(context, request);
      return answer.ok ? shownOrRefused(answer.value) : answer;
    },
    idle: async () => {
      while (onTheirWay.size > 0) await Promise.all(onTheirWay);
    },
  };
}

type Context = Readonly<{
  deps: PaymentsDeps;
  door: Door;
  board: AnswerBoard<Applied>;
  accept: (candidate: Candidate) => Promise<Acceptance>;
  /** A charge goes on when its caller has stopped waiting: keeps it in sight until it has ended. */
  track: <T>(payment: Payment, charged: Promise<T>) => Promise<T>;
}>;

async function create(context: Context, request: PaymentRequest): Promise<Result<Answer>> {
  const { deps } = context;
  const deadline = addSeconds(deps.world.now(), request.waitSeconds);
  const identified = identify(deps, request);
  if (!identified.ok) return identified;
  const identity = identified.value;
  const prepared = knownThere(await routed(deps, await prepare(deps, request, identity)));
  if (!prepared.ok) return refusedUnlessRepeated(context, request, identity, prepared.refusal);
  const acceptance = await context.accept(prepared.value.candidate);
  switch (acceptance.kind) {
    case "refused":
      return { ok: false, refusal: await refusalFor(deps, identity, request, acceptance.refusal) };
    case "keyTaken":
      return replay(context, identity, acceptance.row);
    case "accepted": {
      const { payment } = prepared.value.candidate;
      const charged = context.track(payment, charge(context, prepared.value));
      return success(await answerBy(context, payment, { charged, deadline }));
    }
  }
}

/** A terminal learns that a code or an order number was used, and by which payment only where it took that one itself. */
async function refusalFor(
  deps: PaymentsDeps,
  { merchantId, terminalId }: Identity,
  { principal }: PaymentRequest,
  refusal: Refusal,
): Promise<Refusal> {
  const { paymentId, ...facts } = refusal.facts;
  if (principal.role !== "terminal" || typeof paymentId !== "string") return refusal;
  const earlier = paymentId === "" ? null : await findPayment(deps.pg.batch, merchantId, paymentId);
  if (earlier !== null && earlier.terminalId === terminalId) return refusal;
  // Stands where the id would: both texts put it in brackets.
  const instead = { paymentIdZh: "非本终端收取", paymentIdEn: "not taken at this terminal" };
  return { ...refusal, facts: { ...facts, ...instead } };
}

/** What was answered once is answered again, even where the request would be refused by now: a merchant is suspended, say. */
async function refusedUnlessRepeated(
  context: Context,
  request: PaymentRequest,
  identity: Identity,
  refusal: Refusal,
): Promise<Result<Answer>> {
  const { merchantId } = identity;
  const { idempotencyKey } = request;
  const rows = await context.deps.pg.transaction(
    (tx) => selectKeys(tx, merchantId, [idempotencyKey]),
    [merchantId],
  );
  const row = rows.get(idempotencyKey);
  return row === undefined ? { ok: false, refusal } : replay(context, identity, row);
}

/** The answer to a request that was made before. */
async function replay(context: Context, identity: Identity, row: KeyRow): Promise<Result<Answer>> {
  if (!row.fingerprint.equals(identity.fingerprint)) return refuse("idempotency_key_reused");
  if (row.answer !== null) return success({ ...row.answer, paymentId: row.paymentId });
  if (context.deps.world.now() < row.runningUntil)
    return refuse("idempotency_key_in_use", { paymentId: row.paymentId });
  // Its process died before it could answer: this repetition stores what is known now.
  return success(await settleAnswer(context.deps, identity.merchantId, row.key));
}

/**
 * Sends the charge, at most once, outside any transaction, and hands in whatever came of it; asks for a code in its place. Null where its time had
 * passed before it could be sent: the resolver, which was scheduled before, learns from the channel that there is no trade.
 */
async function charge(context: Context, prepared: Prepared): Promise<Applied | null> {
  const { deps, door } = context;
  const { payment } = prepared.candidate;
  if (prepared.payerCode === null) return makeCode(context, prepared);
  const { merchantId, id: paymentId, channel } = payment;
  // This process may have been stopped for minutes since the commit: the customer has left, and others may have closed it.
  if (deps.world.now() >= payment.expiresAt) {
    deps.log.warn(
      { event: "charge_not_sent", paymentId, merchantId },
      "the time of a payment had passed before its charge could be sent",
    );
    return null;
  }
  const reply = await prepared.channel.charge(channelIo(deps), prepared.account, {
    channelOrderNo: payment.channelOrderNo,
    orderedAt: payment.createdAt,
    amount: payment.amount,
    payerCode: prepared.payerCode,
    subject: payment.subject,
    expiresAt: payment.expiresAt,
    storeNo: prepared.storeNo,
    terminalNo: prepared.terminalNo,
    ...(payment.credit && { credit: payment.credit }),
    creditAcceptance: prepared.creditAcceptance,
    callbackUrl: callbackUrlOf(deps, { channel, merchantId }),
  });
  const applied = await door({ merchantId, paymentId, channel, command: { kind: "chargeAnswered", reply } });
  assert(applied !== null, `${paymentId}: accepted and gone`);
  return applied;
}

const answered = new Error("the answer is known");

/**
 * Waits for an outcome until the deadline, then gives the answer that is stored with the key. A charge still on its way
 * goes on without the caller. Rejects with whatever made the charge fail while the caller was waiting.
 */
async function answerBy(
  { deps, board }: Context,
  payment: Payment,
  { charged, deadline }: Readonly<{ charged: Promise<Applied | null>; deadline: Date }>,
): Promise<Answer> {
  const stop = new AbortController();
  try {
    const settled = board.settled(payment.id, stop.signal);
    const late = timeUp(deps, deadline, stop.signal);
    let applied = await Promise.race([charged, settled, late]);
    if (applied?.after.state === "processing") applied = await Promise.race([settled, late]);
    if (applied !== null && applied.answer !== null) return { ...applied.answer, paymentId: payment.id };
  } finally {
    // With a reason: without one each abort makes an error of its own, with its stack, that nobody reads.
    stop.abort(answered);
  }
  return settleAnswer(deps, payment.merchantId, payment.idempotencyKey);
}

/** The answer of a key; where there is none yet, the present state becomes it for ever. */
async function settleAnswer(deps: PaymentsDeps, merchantId: string, key: string): Promise<Answer> {
  return storeOrRead(deps, merchantId, key).catch((error: unknown) => {
    // Stored or not: once more finds the answer under the lock, or stores it.
    if (error instanceof CommitUnknownError) return storeOrRead(deps, merchantId, key);
    throw error;
  });
}

async function storeOrRead(deps: PaymentsDeps, merchantId: string, key: string): Promise<Answer> {
  return deps.pg.transaction(
    async (tx) => {
      const row = await lockKey(tx, merchantId, key);
      assert(row !== null, `${merchantId}: key ${key} was taken and is gone`);
      if (row.answer !== null) return { ...row.answer, paymentId: row.paymentId };
      // Not locked: whoever is changing the payment at this moment finds our answer stored, and leaves it.
      const payment = await findPayment(tx, merchantId, row.paymentId);
      assert(payment !== null, `${row.paymentId}: has a key and does not exist`);
      const answer = answerOf(payment);
      await storeAnswers(tx, merchantId, [{ key, answer }]);
      return { ...answer, paymentId: row.paymentId };
    },
    [merchantId],
  );
}

function one<T>(items: readonly T[]): T {
  const [item] = items;
  assert(item !== undefined && items.length === 1, `${items.length} answers to one question`);
  return item;
}
