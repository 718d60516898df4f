// A refund as the contract shows it, and the answers to the requests that made it.
import type { Refund as RefundView } from "@huiyin/contract/api/refunds.ts";
import { rfc3339 } from "../../../kernel/time.ts";
import { isFinal, type Payment } from "../model.ts";
import { viewOf, type StoredAnswer } from "../view.ts";
import { waitOf, type Pair, type Refund } from "./model.ts";

/** The refund as every reader of it may see it. */
export function refundViewOf(refund: Refund): RefundView {
  return {
    id: refund.id,
    merchantId: refund.merchantId,
    paymentId: refund.paymentId,
    merchantRefundNo: refund.merchantRefundNo,
    channelRefundNo: refund.channelRefundNo,
    kind: refund.kind,
    way: refund.way,
    amount: Number(refund.amount.minor),
    currency: refund.amount.currency,
    feeReturnedAmount: refund.feeReturned === null ? null : Number(refund.feeReturned.minor),
    reason: refund.reason,
    state: refund.state,
    waitingFor: waitOf(refund),
    channel: refund.channel,
    channelCode: refund.words?.code ?? null,
    channelMessage: refund.words?.message ?? null,
    retry: refund.retry,
    createdAt: rfc3339(refund.createdAt),
    finishedAt: refund.finishedAt && rfc3339(refund.finishedAt),
  };
}

/** 201 with the outcome, 202 while there is none. A reversal is answered together with what became of its payment. */
export function refundAnswerOf({ payment, refund }: Pair): StoredAnswer {
  const body =
    refund.kind === "reversal"
      ? { payment: viewOf(payment), refund: refundViewOf(refund) }
      : refundViewOf(refund);
  return { status: refund.state === "processing" ? 202 : 201, body: JSON.stringify(body) };
}

/** The answer to a reversal that cancels instead of refunding. */
export function reversalAnswerOf(payment: Payment): StoredAnswer {
  const body = { payment: viewOf(payment), refund: null };
  return { status: isFinal(payment.state) ? 201 : 202, body: JSON.stringify(body) };
}

/** Whether its request may be answered: an outcome, or a wait that somebody can only end by topping up or looking. */
export function isAnswerable(refund: Refund): boolean {
  const wait = waitOf(refund);
  // What the channel has in hand often arrives within the seconds that a caller waits.
  return wait !== "channelAnswer" && wait !== "arrival";
}
