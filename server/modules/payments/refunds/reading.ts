// Who may read which refunds, and what they see.
import { success, type Result } from "../../../kernel/result.ts";
import type { Pg } from "../../../platform/pg/pg.ts";
import type { Principal } from "../../../platform/principal.ts";
import type { PaymentsDeps } from "../deps.ts";
import type { Payment } from "../model.ts";
import { refuseMissing } from "../reading/archive/service.ts";
import type { Refund } from "./model.ts";
import {
  findPaymentInPlace,
  findRefundInScope,
  selectRefunds,
  type PlaceScope,
  type RefundFilter,
} from "./reading/store.ts";

export type RefundReadingDeps = Readonly<{ pg: Pg }> & Pick<PaymentsDeps, "terminals">;

/** A merchant sees its own refunds, a terminal those of payments that were taken in its store, an operator all. */
async function placeOf(deps: RefundReadingDeps, principal: Principal): Promise<PlaceScope> {
  if (principal.role !== "terminal") return null;
  const { terminalId, merchantId } = principal;
  const terminal = await deps.terminals.terminalOf(terminalId);
  return { terminalId, storeId: terminal?.merchantId === merchantId ? terminal.storeId : null };
}

/** One refund as its reader may see it. Refuses `not_found`, also for what belongs to somebody else, and `month_archived`. */
export async function readRefund(
  deps: RefundReadingDeps,
  principal: Principal,
  refundId: string,
): Promise<Result<Refund>> {
  const place = await placeOf(deps, principal);
  return deps.pg.reader(principal, async (tx) => {
    const refund = await findRefundInScope(tx, place, refundId);
    return refund === null ? refuseMissing(tx, refundId) : success(refund);
  });
}

/**
 * A payment that its reader may give back: for a terminal, any that was taken in its store. Refuses `not_found` and
 * `month_archived`.
 */
export async function readRefundable(
  deps: RefundReadingDeps,
  principal: Principal,
  paymentId: string,
): Promise<Result<Payment>> {
  const place = await placeOf(deps, principal);
  return deps.pg.reader(principal, async (tx) => {
    const payment = await findPaymentInPlace(tx, place, paymentId);
    return payment === null ? refuseMissing(tx, paymentId) : success(payment);
  });
}

/** A page of refunds, newest first. Naming somebody else’s merchant finds nothing. */
export async function listRefunds(
  deps: RefundReadingDeps,
  principal: Principal,
  question: RefundFilter,
): Promise<Readonly<{ refunds: readonly Refund[]; hasMore: boolean }>> {
  const own = principal.role === "operator" ? null : principal.merchantId;
  if (own !== null && question.merchantId !== null && question.merchantId !== own)
    return { refunds: [], hasMore: false };
  const place = await placeOf(deps, principal);
  const filter = { ...question, merchantId: own ?? question.merchantId, limit: question.limit + 1 };
  const found = await deps.pg.reader(principal, (tx) => selectRefunds(tx, place, filter));
  const refunds = found.slice(0, question.limit);
  if (question.before !== null) refunds.reverse();
  return { refunds, hasMore: found.length > question.limit };
}
