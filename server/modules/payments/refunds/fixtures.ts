// Defaults for tests of refunds: whatever a test sets itself, it means.
import type { RefundOutcome, RefundQueryOutcome } from "../../../channels/port.ts";
import { assert } from "../../../kernel/assert.ts";
import { fen } from "../../../kernel/money.ts";
import { fixtureId } from "../../ledger/fixtures.ts";
import { decide } from "../decide.ts";
import { at, charge, exchange, paid, payment, refundTimetable, terms, words } from "../fixtures.ts";
import type { Payment } from "../model.ts";
import { acceptRefund } from "./decide.ts";
import type { Pair, RefundCommand, RefundTerms } from "./model.ts";

export const refundTerms: RefundTerms = { timetable: refundTimetable };

/** A payment of ¥125.00, paid one second after the start, fee 48 fen. */
export function paidPayment(own: Partial<Payment> = {}): Payment {
  return { ...decide(payment(), charge(paid()), at(1), terms).next, ...own };
}

/** A refund of so many fen, all that is left by default, asked for at this second of the payment’s life. */
export function requested(before: Payment, amountFen: number | null = null, seconds = 10, number = 1): Pair {
  const opening = {
    id: fixtureId("ref", number),
    kind: "refund",
    merchantRefundNo: null,
    channelRefundNo: "10000001000000000000000000000001",
    idempotencyKey: `refund-${number}`,
    reason: null,
  } as const;
  const wanted = {
    opening,
    amount: amountFen === null ? null : fen(amountFen),
    by: { role: "merchant", terminalId: null } as const,
  };
  const accepted = acceptRefund(before, wanted, at(seconds), refundTerms);
  assert(accepted.ok, "the fixture refunds more than is left");
  return accepted.value.next;
}

export const refundedTo = (totalFen: number | null): RefundOutcome => ({
  kind: "refunded",
  refundedTotal: totalFen === null ? null : fen(totalFen),
  refundedAt: null,
  words,
});
export const balanceShort: RefundOutcome = {
  kind: "balanceShort",
  words: { code: "ACQ.SELLER_BALANCE_NOT_ENOUGH", message: "卖家余额不足" },
};
/** The channel has it in hand, as the answer to a send or to a question. */
export const inHand = { kind: "processing", words } as const;
export const foundFailed: RefundQueryOutcome = { kind: "failed", words, causeHints: [] };
export const foundStuck: RefundQueryOutcome = { kind: "stuck", words };
export const foundRefunded = (amountFen: number): RefundQueryOutcome => ({
  kind: "refunded",
  amount: fen(amountFen),
  refundedAt: null,
  words,
});
export const notRefunded: RefundQueryOutcome = { kind: "notRefunded", words };

export const sent = (outcome: RefundOutcome, seconds = 10): RefundCommand => ({
  kind: "sendAnswered",
  reply: { outcome, exchange: exchange("refund", at(seconds)) },
});
export const asked = (outcome: RefundQueryOutcome, seconds: number): RefundCommand => ({
  kind: "queryAnswered",
  reply: { outcome, exchange: exchange("refundQuery", at(seconds)) },
});
export const decidedBy = (decision: "succeeded" | "failed"): RefundCommand => ({
  kind: "reviewDecided",
  decision,
  reason: "银行流水已核对",
  decidedBy: fixtureId("key", 1),
});

/** The channel says that something happened to the refund; `amountFen` is that of the order, where it names one. */
export const notified = (
  notificationId = "notification-r1",
  amountFen: number | null = null,
): RefundCommand => ({
  kind: "callbackReceived",
  receivedAt: at(15),
  callback: {
    kind: "accepted",
    channelOrderNo: payment().channelOrderNo,
    notificationId,
    redacted: {},
    news: {
      kind: "stateMayHaveChanged",
      tradeStatus: "REFUND.SUCCESS",
      amount: amountFen === null ? null : fen(amountFen),
      channelRefundNo: "10000001000000000000000000000001",
    },
  },
});
