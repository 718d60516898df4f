// From a request to a candidate: who asks for which payment to be given back. Everything here may still be refused freely,
// because nothing has happened yet.
import { fen } from "../../../kernel/money.ts";
import { refuse, success, type Result } from "../../../kernel/result.ts";
import { addSeconds } from "../../../kernel/time.ts";
import type { Principal } from "../../../platform/principal.ts";
import { channelOf, type PaymentsDeps } from "../deps.ts";
import { fingerprintOf } from "../intake/fingerprint.ts";
import { limits } from "../limits.ts";
import type { Payment, Requester } from "../model.ts";
import { channelRefundNoOf } from "../orderNumber.ts";
import type { RefundCandidate } from "./accept.ts";
import type { RefundKind } from "./model.ts";

/** A request to give money back, or to undo a payment, as it came. */
export type GiveBackRequest = Readonly<{
  principal: Principal;
  idempotencyKey: string;
  paymentId: string;
  kind: RefundKind;
  /** In fen; null for all that is left. */
  amount: number | null;
  reason: string | null;
  merchantRefundNo: string | null;
  managerCode: string | null;
  /** How long its caller wants to wait for an outcome, 0 … 30. Not part of what makes two requests the same. */
  waitSeconds: number;
}>;

/** What makes two requests the same. The manager’s code is no part of it: it says who may ask, not what is asked. */
export function fingerprintOfRefund(
  deps: Pick<PaymentsDeps, "payerCodeKey">,
  request: GiveBackRequest,
  merchantId: string,
): Buffer {
  const { kind: operation, paymentId, amount, reason, merchantRefundNo } = request;
  const { terminalId } = requesterOf(request.principal);
  return fingerprintOf(deps.payerCodeKey, {
    ...{ operation, merchantId, terminalId, paymentId, amount, reason, merchantRefundNo },
  });
}

/** Who asks, as timelines show it. */
export function requesterOf(principal: Principal): Requester {
  return {
    role: principal.role,
    terminalId: principal.role === "terminal" ? principal.terminalId : null,
  };
}

/**
 * A terminal gives money back only with the manager’s code of its store. Merchants and operators prove themselves by
 * their credentials. Refuses `manager_code_required`, `manager_code_missing`, `manager_code_wrong`, `manager_code_locked`, `terminal_suspended`.
 */
export async function checkManager(
  deps: PaymentsDeps,
  { principal, managerCode: code }: GiveBackRequest,
): Promise<Result<null>> {
  if (principal.role !== "terminal") return success(null);
  const { merchantId, terminalId } = principal;
  const terminal = await deps.terminals.terminalOf(terminalId);
  if (terminal === null || terminal.merchantId !== merchantId)
    return refuse("not_found", { what: terminalId });
  if (terminal.state !== "active") return refuse("terminal_suspended");
  const { storeId } = terminal;
  if (code === null) return refuse("manager_code_required");
  // A terminal outside of every store has no manager.
  if (storeId === null || deps.terminals.verifyManagerCode === undefined)
    return refuse("manager_code_missing");
  return deps.terminals.verifyManagerCode({ merchantId, storeId, terminalId, code });
}

/** The refund that the request would become. */
export async function candidateOf(
  deps: PaymentsDeps,
  request: GiveBackRequest,
  payment: Payment,
): Promise<Result<RefundCandidate>> {
  const { merchantId, id: paymentId } = payment;
  const profile = await deps.merchants.merchantProfile(merchantId);
  if (profile === null) return refuse("not_found", { what: merchantId });
  const now = deps.world.now();
  const id = deps.world.newId("ref");
  const { idempotencyKey, merchantRefundNo, reason, kind, amount } = request;
  const channelRefundNo = channelRefundNoOf(profile.number, id);
  return success({
    ...{ merchantId, paymentId },
    opening: { ...{ id, kind, idempotencyKey, merchantRefundNo, reason }, channelRefundNo },
    amount: amount === null ? null : fen(amount),
    by: requesterOf(request.principal),
    fingerprint: fingerprintOfRefund(deps, request, merchantId),
    runningUntil: addSeconds(now, runningSeconds(deps, payment, request.waitSeconds)),
  });
}

/** How long a request may be running: afterwards a missing answer means that its process died. */
export function runningSeconds(
  deps: PaymentsDeps,
  { channel }: Pick<Payment, "channel">,
  waitSeconds: number,
): number {
  const { replyTimeoutMs } = channelOf(deps, channel).manifest.timetable;
  return waitSeconds + replyTimeoutMs / 1_000 + limits.answerGraceSeconds;
}
