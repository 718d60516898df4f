// A payment as the contract shows it, and the answer to the request that made it.
import type { Payment as PaymentView } from "@huiyin/contract/api/payments.ts";
import { rfc3339 } from "../../kernel/time.ts";
import { pageTicketPrefix, type Payment } from "./model.ts";

/** The payment as every reader of it may see it. */
export function viewOf(payment: Payment): PaymentView {
  const { review } = payment;
  return {
    id: payment.id,
    merchantId: payment.merchantId,
    storeId: payment.storeId,
    terminalId: payment.terminalId,
    merchantOrderNo: payment.merchantOrderNo,
    channelOrderNo: payment.channelOrderNo,
    amount: Number(payment.amount.minor),
    currency: payment.amount.currency,
    feeAmount: payment.fee === null ? null : Number(payment.fee.minor),
    refundedAmount: Number(payment.refunded.minor),
    subject: payment.subject,
    mode: payment.mode,
    code: codeOf(payment),
    state: payment.state,
    review: review && { since: rfc3339(review.since), reason: review.reason, owner: review.owner },
    lateSuccess: payment.lateSuccess,
    channel: payment.channel,
    channelTradeNo: payment.channelTradeNo,
    channelCode: payment.words?.code ?? null,
    channelMessage: payment.words?.message ?? null,
    fundingSource: payment.fundingSource,
    credit: payment.credit,
    payerAccount: payment.payerAccount,
    retry: payment.retry,
    createdAt: rfc3339(payment.createdAt),
    expiresAt: rfc3339(payment.expiresAt),
    finishedAt: payment.finishedAt && rfc3339(payment.finishedAt),
    paidAt: payment.paidAt && rfc3339(payment.paidAt),
  };
}

/** What anybody may scan; the ticket of a page is for its payer alone. */
function codeOf({ codeUrl, expiresAt }: Payment): PaymentView["code"] {
  if (codeUrl === null || codeUrl.startsWith(pageTicketPrefix)) return null;
  return { url: codeUrl, expiresAt: rfc3339(expiresAt) };
}

/** The same at a moment: a code that has expired is not shown any more. */
export function viewAt(payment: Payment, now: Date): PaymentView {
  const view = viewOf(payment);
  return now < payment.expiresAt ? view : { ...view, code: null };
}

/** An answer exactly as it is given and stored: its body is text, so that a replay is the same to the byte. */
export type StoredAnswer = Readonly<{ status: 201 | 202; body: string }>;

/** 201 with the payment; 202 while nothing is known. Waiting for the payer’s password is an answer: the cashier must know. */
export function answerOf(payment: Payment): StoredAnswer {
  return { status: payment.state === "processing" ? 202 : 201, body: JSON.stringify(viewOf(payment)) };
}
