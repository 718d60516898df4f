// Giving money back: accepted in a transaction, sent outside of any, and its outcome applied through the one door.
// Whoever repeats the request with the same key gets the same answer, whatever became of the first.
import { assert } from "../../../kernel/assert.ts";
import { success, type Result } from "../../../kernel/result.ts";
import { addSeconds } from "../../../kernel/time.ts";
import { createBatcher } from "../../../platform/batch.ts";
import { timeUp, type AnswerBoard } from "../answers.ts";
import type { PaymentsDeps } from "../deps.ts";
import type { Payment } from "../model.ts";
import { acceptRefunds, type RefundAcceptance, type RefundCandidate } from "./accept.ts";
import { earlierKey, replay, settleAnswer, type GiveBackAnswer } from "./answering/service.ts";
import type { Refund } from "./model.ts";
import { readRefundable } from "./reading.ts";
import { candidateOf, checkManager, fingerprintOfRefund, type GiveBackRequest } from "./request.ts";
import { addressOf, sendRefund } from "./sending.ts";
import type { RefundApplied, RefundDoor } from "./service.ts";
import { findRefund } from "./store.ts";

export type GiveBack = Readonly<{
  /**
   * Refunds, or repeats the answer that the key has. Waits for an outcome as long as asked for. Refuses `not_found`,
   * `refund_exceeds_paid`, `payment_not_refundable`, `reversal_not_possible`, `merchant_refund_no_used`,
   * `manager_code_*`, `idempotency_key_reused`, `idempotency_key_in_use`.
   */
  create(request: GiveBackRequest): Promise<Result<GiveBackAnswer>>;
  /** The same for a payment that the caller has found for this requester already. */
  createFor(request: GiveBackRequest, payment: Payment): Promise<Result<GiveBackAnswer>>;
  /** Resolves when no first send of this process is on its way. */
  idle(): Promise<void>;
}>;

/** The giving back of one process. */
export function createGiveBack(
  deps: PaymentsDeps,
  door: RefundDoor,
  board: AnswerBoard<RefundApplied>,
): GiveBack {
  const batcher = createBatcher<RefundCandidate, RefundAcceptance>({
    run: (candidates) => acceptRefunds(deps, candidates),
    keyOf: (candidate) => candidate.merchantId,
    // After a COMMIT in doubt the key knows: it is ours if it happened, free if not.
    recover: async (candidate) => {
      const [acceptance] = await acceptRefunds(deps, [candidate]);
      assert(acceptance !== undefined, `${candidate.opening.id}: no answer`);
      return acceptance;
    },
    ...(deps.batchTiming && { timing: deps.batchTiming }),
  });
  const onTheirWay = new Set<Promise<unknown>>();
  const track = <T>(refund: Refund, sent: Promise<T>): Promise<T> => {
    const ended = sent.catch((error: unknown) => {
      const { id: refundId, merchantId } = refund;
      deps.log.error(
        { event: "refund_not_applied", refundId, merchantId, err: error },
        "the resolver will ask for the outcome",
      );
    });
    onTheirWay.add(ended);
    void ended.then(() => onTheirWay.delete(ended));
    return sent;
  };
  const context = { deps, door, board, accept: batcher.submit, track };
  return {
    create: async (request) => {
      const found = await readRefundable(deps, request.principal, request.paymentId);
      return found.ok ? createFor(context, request, found.value) : found;
    },
    createFor: (request, payment) => createFor(context, request, payment),
    idle: async () => {
      while (onTheirWay.size > 0) await Promise.all(onTheirWay);
    },
  };
}

type Context = Readonly<{
  deps: PaymentsDeps;
  door: RefundDoor;
  board: AnswerBoard<RefundApplied>;
  accept: (candidate: RefundCandidate) => Promise<RefundAcceptance>;
  /** A send goes on when its caller has stopped waiting: keeps it in sight until it has ended. */
  track: <T>(refund: Refund, sent: Promise<T>) => Promise<T>;
}>;

async function createFor(
  context: Context,
  request: GiveBackRequest,
  payment: Payment,
): Promise<Result<GiveBackAnswer>> {
  const { deps } = context;
  const { merchantId } = payment;
  const deadline = addSeconds(deps.world.now(), request.waitSeconds);
  const identity = { merchantId, fingerprint: fingerprintOfRefund(deps, request, merchantId) };
  if (request.principal.role === "terminal") {
    // What was answered once is answered again, and costs no attempt at the manager’s code.
    const row = await earlierKey(deps, merchantId, request.idempotencyKey);
    if (row !== null) return replay(deps, identity, row);
    const checked = await checkManager(deps, request);
    if (!checked.ok) return checked;
  }
  const candidate = await candidateOf(deps, request, payment);
  if (!candidate.ok) return candidate;
  const acceptance = await context.accept(candidate.value);
  switch (acceptance.kind) {
    case "refused":
      return { ok: false, refusal: acceptance.refusal };
    case "accepted":
      return success(await sendAndAnswer(context, acceptance.pair.refund, deadline));
    case "keyTaken": {
      if (acceptance.row.refundId !== candidate.value.opening.id)
        return replay(deps, identity, acceptance.row);
      // Our own refund under this key: an earlier COMMIT was in doubt, and did happen.
      const refund = await findRefund(deps.pg.batch, merchantId, candidate.value.opening.id);
      assert(refund !== null, `${candidate.value.opening.id}: accepted and gone`);
      return success(await sendAndAnswer(context, refund, deadline));
    }
  }
}

/**
 * Sends it, and waits for an outcome until the deadline, then gives the answer that is stored with the key. A send still
 * on its way goes on without the caller. Rejects with whatever made the send fail while the caller was waiting.
 */
async function sendAndAnswer(context: Context, refund: Refund, deadline: Date): Promise<GiveBackAnswer> {
  const { deps, board } = context;
  const { id: refundId, paymentId, merchantId, idempotencyKey } = refund;
  const sent = context.track(refund, send(context, refund));
  const stop = new AbortController();
  try {
    const settled = board.settled(refundId, stop.signal);
    const late = timeUp(deps, deadline, stop.signal);
    const first = await Promise.race([sent, settled, late]);
    const applied = first === null || first.answer !== null ? first : await Promise.race([settled, late]);
    if (applied !== null && applied.answer !== null) return { ...applied.answer, paymentId, refundId };
  } finally {
    stop.abort();
  }
  return settleAnswer(deps, merchantId, idempotencyKey);
}

async function send({ deps, door }: Context, refund: Refund): Promise<RefundApplied | null> {
  const command = await sendRefund(deps, refund);
  if (command === null) return null;
  const applied = await door({ ...addressOf(refund), command });
  assert(applied !== null, `${refund.id}: accepted and gone`);
  return applied;
}
