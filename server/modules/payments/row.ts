// A payment as its row is written: names and forms of the table, as they travel in a JSON document.
import { uuidOf } from "../../kernel/ids.ts";
import type { Payment } from "./model.ts";

/** What never changes of a payment once it is written down. */
function lastingOf(payment: Payment): Record<string, unknown> {
  return {
    store_id: payment.storeId === null ? undefined : uuidOf(payment.storeId),
    terminal_id: payment.terminalId === null ? undefined : uuidOf(payment.terminalId),
    merchant_order_no: payment.merchantOrderNo ?? undefined,
    channel: payment.channel,
    channel_order_no: payment.channelOrderNo,
    idempotency_key: payment.idempotencyKey,
    amount_minor: payment.amount.minor.toString(),
    currency: payment.amount.currency,
    subject: payment.subject,
    mode: payment.mode,
    payer_code_masked: payment.payerCodeMasked ?? undefined,
    credit_instalments: payment.credit?.instalments,
    credit_fee_bearer: payment.credit?.feeBearer,
    created_at: payment.createdAt,
    expires_at: payment.expiresAt,
  };
}

/**
 * The columns by which a payment is found, and those that a decision may change. What is null is left out: JSON writes
 * no field that is undefined, and a field that is missing is read as null.
 */
export function changingRowOf(payment: Payment): Record<string, unknown> {
  return {
    merchant_id: uuidOf(payment.merchantId),
    payment_id: uuidOf(payment.id),
    version: payment.version,
    state: payment.state,
    code_url: payment.codeUrl ?? undefined,
    resolve_at: payment.resolution?.at,
    resolve_step: payment.resolution?.step,
    cancel_attempts: payment.cancelAttempts,
    last_cancel_at: payment.lastCancelAt ?? undefined,
    reversal_requested_at: payment.reversalRequestedAt ?? undefined,
    review_since: payment.review?.since,
    review_reason: payment.review?.reason,
    review_owner: payment.review?.owner,
    late_success: payment.lateSuccess,
    channel_code: payment.words?.code ?? undefined,
    channel_message: payment.words?.message ?? undefined,
    retry: payment.retry ?? undefined,
    blame: payment.blame,
    cause_hints: payment.causeHints,
    channel_trade_no: payment.channelTradeNo ?? undefined,
    funding_source: payment.fundingSource ?? undefined,
    payer_account: payment.payerAccount ?? undefined,
    facts: payment.facts,
    fee_rate_basis_points: payment.feeRateBasisPoints?.toString(),
    fee_minor: payment.fee?.minor.toString(),
    refunded_minor: payment.refunded.minor.toString(),
    refunds_minor: payment.refunds.minor.toString(),
    refunding_minor: payment.refunding.minor.toString(),
    decided_by: payment.decidedBy ?? undefined,
    last_notification_id: payment.lastNotificationId ?? undefined,
    paid_at: payment.paidAt ?? undefined,
    finished_at: payment.finishedAt ?? undefined,
  };
}

/** Every column that a payment is written with, in the same form. */
export function rowOf(payment: Payment): Record<string, unknown> {
  return { ...lastingOf(payment), ...changingRowOf(payment) };
}
