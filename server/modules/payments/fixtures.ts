// Defaults for tests: whatever a test sets itself, it means.
import type {
  CancelOutcome,
  CallbackReading,
  ChannelWords,
  ChargeOutcome,
  CloseOutcome,
  Declined,
  Exchange,
  Paid,
  PrecreateOutcome,
  QueryOutcome,
} from "../../channels/port.ts";
import type { RefundTimetable, ResolutionTimetable, ShownCodeTimetable } from "../../channels/timetables.ts";
import { fen } from "../../kernel/money.ts";
import { addSeconds } from "../../kernel/time.ts";
import { fixtureId } from "../ledger/fixtures.ts";
import { openPayment, openShownCode } from "./opening.ts";
import type { Command, Opening, Payment, ShownTerms, Terms } from "./model.ts";

/** When everything in these fixtures begins. */
export const start = new Date("2026-11-22T02:00:00.250Z");

/** So many seconds after the start. */
export const at = (seconds: number): Date => addSeconds(start, seconds);

/** The shape of Alipay’s timetable, with its usual numbers. */
export const timetable: ResolutionTimetable = {
  replyTimeoutMs: 10_000,
  firstQuerySeconds: 5,
  queryIntervalSeconds: 3,
  cancelAfterSeconds: 60,
  cancelIntervalSeconds: 2,
  cancelAttemptsMax: 3,
  expirySeconds: 120,
  slowIntervalSeconds: 10,
  reviewAfterSeconds: 170,
  reviewQueryIntervalSeconds: 300,
  reviewQueryUntilSeconds: 90_000,
};

/** The shape of Alipay’s timetable of codes that are shown. */
export const shownCodeTimetable: ShownCodeTimetable = {
  validitySeconds: 300,
  validitySecondsMax: 7_200,
  queryIntervalSeconds: 3,
  settleAfterExpirySeconds: 10,
};

/** The shape of Alipay’s timetable of refunds, with its usual numbers. */
export const refundTimetable: RefundTimetable = {
  queryAfterSeconds: 10,
  resendSecondsMin: 15,
  resendSecondsMax: 600,
  balanceShortRetrySeconds: [60, 300, 900, 3_600],
  sendUntilSeconds: 86_400,
  reviewAfterSeconds: 86_400,
  askOnSeconds: 90_000,
  transit: { askSecondsMin: 60, askSecondsMax: 21_600, workingDaysMax: 7, reviewAfterSeconds: 1_728_000 },
  voidUntilSecondOfDay: null,
};

export const shownTerms: ShownTerms = { timetable: shownCodeTimetable, close: "yes" };

export const terms: Terms = {
  timetable,
  shown: shownTerms,
  feeRateBasisPoints: 38n,
  instalmentRatesBasisPoints: new Map([
    [3, 180n],
    [6, 450n],
    [12, 750n],
  ]),
};

export const words: ChannelWords = { code: "10000", message: "Success" };

/** A payment of ¥125.00 that was accepted at the start. */
export function payment(own: Partial<Payment> = {}): Payment {
  const opening: Opening = {
    id: fixtureId("pay", 1),
    merchantId: fixtureId("mer", 1),
    storeId: null,
    terminalId: null,
    merchantOrderNo: null,
    channelOrderNo: "10000001000000000000000000000001",
    idempotencyKey: "key-1",
    amount: fen(12_500),
    subject: "收款",
    channel: "alipay",
    mode: "payerCode",
    payerCodeMasked: "28****56",
    credit: null,
  };
  return { ...openPayment(opening, start, timetable), ...own };
}

/** The same by a code to show, for five minutes; nobody has seen it yet. */
export function shownCode(own: Partial<Payment> = {}, shown: ShownTerms = shownTerms): Payment {
  const { id, merchantId, storeId, terminalId, merchantOrderNo, channelOrderNo, idempotencyKey } = payment();
  const opening: Opening = {
    ...{ id, merchantId, storeId, terminalId, merchantOrderNo, channelOrderNo, idempotencyKey },
    ...{ amount: fen(12_500), subject: "收款", channel: "alipay", mode: "shownCode", payerCodeMasked: null },
    credit: null,
  };
  return { ...openShownCode(opening, start, { timetable, shown }, null), ...own };
}

export function exchange(operation: Exchange["operation"], sentAt: Date): Exchange {
  const response = { code: "10000" };
  return {
    operation,
    sentAt,
    receivedAt: sentAt,
    request: { method: operation },
    response,
    httpStatus: 200,
    problem: null,
  };
}

export function paid(own: Partial<Paid> = {}): Paid {
  return {
    kind: "succeeded",
    channelTradeNo: "2026112222001400001",
    amount: fen(12_500),
    paidAt: start,
    fundingSource: "balance",
    payerAccount: "138****1234",
    words,
    ...own,
  };
}

export const declined: Declined = {
  kind: "declined",
  words: { code: "ACQ.BUYER_BALANCE_NOT_ENOUGH", message: "买家余额不足" },
  blame: ["payer"],
  retry: "newPayerCode",
  causeHints: [],
};
export const pending = {
  kind: "pending",
  words: { code: "10003", message: "order success pay inprocess" },
  channelTradeNo: null,
} as const;
export const unknown = { kind: "unknown", reason: "timeout", words: null } as const;
export const notFound = {
  kind: "notFound",
  words: { code: "ACQ.TRADE_NOT_EXIST", message: "交易不存在" },
} as const;
export const closedUnpaid = { kind: "closed", everPaid: "no", words } as const;
export const closedRefunded = { kind: "closed", everPaid: "yes", words } as const;
export const closedUnstated = { kind: "closed", everPaid: "unstated", words } as const;
export const cancelClose = { kind: "cancelled", action: "close", words } as const;
export const cancelRefund = { kind: "cancelled", action: "refund", words } as const;
export const cancelUnstated = { kind: "cancelled", action: "unstated", words } as const;
export const noAction = { kind: "noAction", words } as const;
export const retry = { kind: "retry", words } as const;
export const refused = {
  kind: "refused",
  words: { code: "ACQ.SELLER_BALANCE_NOT_ENOUGH", message: "" },
  causeHints: [],
} as const;

export const charge = (outcome: ChargeOutcome, sentAt = start): Command => ({
  kind: "chargeAnswered",
  reply: { outcome, exchange: exchange("charge", sentAt) },
});
export const query = (outcome: QueryOutcome, sentAt = start): Command => ({
  kind: "queryAnswered",
  reply: { outcome, exchange: exchange("query", sentAt) },
});
export const cancel = (outcome: CancelOutcome, sentAt = start): Command => ({
  kind: "cancelAnswered",
  reply: { outcome, exchange: exchange("cancel", sentAt) },
});

export const code = (
  outcome: PrecreateOutcome,
  attempt: "first" | "last" = "first",
  sentAt = start,
): Command => ({
  kind: "codeAnswered",
  attempt,
  reply: { outcome, exchange: exchange("precreate", sentAt) },
});
export const close = (outcome: CloseOutcome, sentAt = start): Command => ({
  kind: "closeAnswered",
  reply: { outcome, exchange: exchange("close", sentAt) },
});
export const created = {
  kind: "created",
  codeUrl: "https://qr.alipay.com/bax00000000000000001",
  words,
} as const;
export const closed = { kind: "closed", words } as const;

type News = Extract<CallbackReading, { kind: "accepted" }>["news"];

export const stateMayHaveChanged: News = {
  kind: "stateMayHaveChanged",
  tradeStatus: "TRADE_CLOSED",
  amount: null,
};

export function callback(news: News = paid(), notificationId = "notification-1"): Command {
  return {
    kind: "callbackReceived",
    callback: {
      kind: "accepted",
      channelOrderNo: payment().channelOrderNo,
      news,
      notificationId,
      redacted: {},
    },
    receivedAt: start,
  };
}

export const review = (decision: "succeeded" | "closed"): Command => ({
  kind: "reviewDecided",
  decision,
  reason: "顾客出示了扣款记录",
  decidedBy: fixtureId("key", 1),
});
