// Undoing a payment by hand: cancelled while its outcome is unclear, given back in full once it succeeded.
import { refuse, success, type Result } from "../../../kernel/result.ts";
import { addSeconds } from "../../../kernel/time.ts";
import { timeUp, type AnswerBoard } from "../answers.ts";
import type { PaymentsDeps } from "../deps.ts";
import { isFinal, mayBeCancelled, type Payment } from "../model.ts";
import type { Resolver } from "../resolver/service.ts";
import type { Applied, Door } from "../service.ts";
import { earlierKey, replay, settleAnswer, type GiveBackAnswer } from "./answering/service.ts";
import type { GiveBack } from "./giveBack.ts";
import { readRefundable } from "./reading.ts";
import { fingerprintOfRefund, requesterOf, runningSeconds, type GiveBackRequest } from "./request.ts";

export type ReversalDeps = Readonly<{
  deps: PaymentsDeps;
  door: Door;
  board: AnswerBoard<Applied>;
  resolver: Pick<Resolver, "resolveNow">;
  giveBack: GiveBack;
}>;

/**
 * Cancels the payment while it is open, or refunds what is left of it. Waits for an outcome as long as asked for; a cancel
 * that came too late leaves a paid payment, which another request refunds. Refuses what `GiveBack.create` refuses.
 */
export async function reverse(
  around: ReversalDeps,
  request: GiveBackRequest,
): Promise<Result<GiveBackAnswer>> {
  const { deps, giveBack } = around;
  const found = await readRefundable(deps, request.principal, request.paymentId);
  if (!found.ok) return found;
  const payment = found.value;
  if (!mayBeCancelled(payment)) return giveBack.createFor(request, payment);
  const { merchantId } = payment;
  const identity = { merchantId, fingerprint: fingerprintOfRefund(deps, request, merchantId) };
  const row = await earlierKey(deps, merchantId, request.idempotencyKey);
  if (row !== null) return replay(deps, identity, row);
  return cancel(around, request, { payment, fingerprint: identity.fingerprint });
}

type Undoing = Readonly<{ payment: Payment; fingerprint: Buffer }>;

async function cancel(
  around: ReversalDeps,
  request: GiveBackRequest,
  { payment, fingerprint }: Undoing,
): Promise<Result<GiveBackAnswer>> {
  const { deps, door, resolver, giveBack } = around;
  const { merchantId, id: paymentId, channel } = payment;
  const { idempotencyKey: key, reason, waitSeconds } = request;
  const now = deps.world.now();
  const runningUntil = addSeconds(now, runningSeconds(deps, payment, waitSeconds));
  const claim = { key, fingerprint, paymentId, runningUntil };
  const command = { kind: "reversalRequested", by: requesterOf(request.principal), reason } as const;
  const applied = await door({ merchantId, paymentId, channel, command, claim });
  if (applied === null) {
    const row = await earlierKey(deps, merchantId, key);
    if (row === null) return refuse("not_found", { what: paymentId });
    // The same to the millisecond is our own: its COMMIT was in doubt, and did happen.
    const own = row.fingerprint.equals(fingerprint) && row.runningUntil.getTime() === runningUntil.getTime();
    if (!own) return replay(deps, { merchantId, fingerprint }, row);
  }
  // Paid, or over, by the time it was locked: the key is free again for what a refund answers.
  if (applied !== null && !mayBeCancelled(applied.before)) return giveBack.createFor(request, applied.after);
  const waited = untilFinal(around, paymentId, addSeconds(now, waitSeconds));
  if (applied !== null) resolver.resolveNow(applied.after);
  await waited;
  return success(await settleAnswer(deps, merchantId, key));
}

/** Resolves when the payment has an outcome, as far as this process learns it, or at the deadline. */
async function untilFinal({ deps, board }: ReversalDeps, paymentId: string, deadline: Date): Promise<void> {
  const stop = new AbortController();
  const late = timeUp(deps, deadline, stop.signal);
  let applied: Applied | null;
  do applied = await Promise.race([board.settled(paymentId, stop.signal), late]);
  while (applied !== null && !isFinal(applied.after.state));
  stop.abort();
}
