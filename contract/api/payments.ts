// Payments over HTTP: what a caller sends and what it gets back.
import { Type, type Static } from "typebox";
import type { FeeBearer, PaymentMode, ReviewReason, TimelineKind } from "../words.ts";
import {
  AmountFen,
  Id,
  Moment,
  Nullable,
  OneOf,
  Page,
  PageQuery,
  subjectPattern,
  Timestamp,
} from "./common.ts";

export const paymentStates = [
  "processing",
  "awaitingPayer",
  "succeeded",
  "failed",
  "closed",
  "reversed",
] as const;
export const channelCodes = ["alipay", "wechat", "unionpay"] as const;
export const fundingSources = [
  "balance",
  "moneyFund",
  "huabei",
  "huabeiInstalment",
  "creditCard",
  "debitCard",
  "mixed",
  "unknown",
] as const;

/** Who shows the code: the payer to the merchant, or the merchant to the payer. */
export const paymentModes = ["payerCode", "shownCode"] as const satisfies readonly PaymentMode[];

export const feeBearers = ["merchant", "payer"] as const satisfies readonly FeeBearer[];

/** Huabei instalments: how many, and who pays the fee for them. A change of either is another payment. */
export const Credit = Type.Object(
  {
    instalments: Type.Unsafe<3 | 6 | 12>({ type: "integer", enum: [3, 6, 12] }),
    feeBearer: OneOf(feeBearers),
  },
  { additionalProperties: false },
);
export type Credit = Static<typeof Credit>;

/** What both ways to be paid have in common. */
const wish = {
  merchantId: Type.Optional(Id("mer")),
  amount: AmountFen,
  currency: Type.Optional(OneOf(["CNY"])),
  merchantOrderNo: Type.Optional(Type.String({ pattern: "^[0-9A-Za-z_-]{1,64}$" })),
  terminalId: Type.Optional(Id("trm")),
  storeId: Type.Optional(Id("sto")),
  subject: Type.Optional(Type.String({ minLength: 1, maxLength: 128, pattern: subjectPattern })),
  credit: Type.Optional(Credit),
};

/** POST /v1/payments. Idempotency-Key is required. Which optional fields apply depends on the caller:
 *  a terminal's own terminalId is taken from its signature, an operator must name the merchant. */
export const CreatePayment = Type.Object(
  {
    ...wish,
    // As scanned: a wrong screen gives a long address, which deserves a clear answer.
    payerCode: Type.String({
      minLength: 1,
      maxLength: 512,
      description: "The code shown by the payer's wallet, as scanned",
    }),
    method: Type.Optional(OneOf(["auto", "alipay", "wechat", "unionpay"])),
  },
  { additionalProperties: false },
);
export type CreatePayment = Static<typeof CreatePayment>;

/** POST /v1/payments/codes: a code that the merchant shows and the payer scans. Idempotency-Key is required. */
export const CreateShownCode = Type.Object(
  {
    ...wish,
    method: OneOf(channelCodes, { description: "The wallet that is to scan the code" }),
    validitySeconds: Type.Optional(
      Type.Integer({
        minimum: 30,
        maximum: 7200,
        description: "How long the code can be paid; the channel may give it less, so that expiresAt counts",
      }),
    ),
  },
  { additionalProperties: false },
);
export type CreateShownCode = Static<typeof CreateShownCode>;

/** What is drawn as a QR code, while it can be paid. */
export const ShownCode = Type.Object(
  {
    url: Type.String({ description: "To be drawn as a QR code exactly as it is" }),
    expiresAt: Timestamp,
  },
  { additionalProperties: false },
);
export type ShownCode = Static<typeof ShownCode>;

export const reviewReasons = [
  "timetableExhausted",
  "amountMismatch",
  "paidAfterReversal",
] as const satisfies readonly ReviewReason[];

export const Review = Type.Object(
  { since: Timestamp, reason: OneOf(reviewReasons), owner: Type.String() },
  { additionalProperties: false },
);

export const Payment = Type.Object(
  {
    id: Id("pay"),
    merchantId: Id("mer"),
    storeId: Nullable(Id("sto")),
    terminalId: Nullable(Id("trm")),
    merchantOrderNo: Nullable(Type.String()),
    channelOrderNo: Type.String(),
    amount: AmountFen,
    currency: OneOf(["CNY"]),
    feeAmount: Nullable(Type.Integer({ description: "Fee in fen, once paid" })),
    refundedAmount: Type.Integer({ description: "Refunded so far, in fen" }),
    subject: Type.String(),
    mode: OneOf(paymentModes, { description: "Who shows the code: the payer, or the merchant" }),
    code: Nullable(ShownCode),
    state: OneOf(paymentStates),
    review: Nullable(Review),
    lateSuccess: Type.Boolean({ description: "Paid after it had been given up" }),
    channel: OneOf(channelCodes),
    channelTradeNo: Nullable(Type.String()),
    channelCode: Nullable(Type.String({ description: "The channel's own code, verbatim" })),
    channelMessage: Nullable(Type.String({ description: "The channel's own words, verbatim" })),
    fundingSource: Nullable(OneOf(fundingSources)),
    credit: Nullable(Credit),
    payerAccount: Nullable(Type.String({ description: "As masked by the channel" })),
    retry: Nullable(Type.String({ description: "What may be tried next after a failure" })),
    createdAt: Timestamp,
    expiresAt: Timestamp,
    finishedAt: Nullable(Timestamp),
    paidAt: Nullable(Timestamp),
  },
  { additionalProperties: false },
);
export type Payment = Static<typeof Payment>;

export const PaymentPage = Page(Payment);

/** POST /v1/payments?wait=: seconds to wait for an outcome; not part of what makes two requests the same. */
export const CreatePaymentQuery = Type.Object(
  { wait: Type.Optional(Type.Integer({ minimum: 0, maximum: 30, default: 5 })) },
  { additionalProperties: false },
);

/** GET /v1/payments?… */
export const PaymentQuery = Type.Object(
  {
    ...PageQuery,
    merchantId: Type.Optional(Id("mer")),
    search: Type.Optional(
      Type.String({
        maxLength: 128,
        description:
          "What a person types: ids, order, trade and refund numbers or their last four and more characters, amounts and ranges in yuan, dates and times in Beijing, numbers and names of terminals. Words narrow each other",
      }),
    ),
    terminalId: Type.Optional(Id("trm")),
    storeId: Type.Optional(Id("sto")),
    state: Type.Optional(OneOf(paymentStates)),
    channel: Type.Optional(OneOf(channelCodes)),
    fundingSource: Type.Optional(OneOf(fundingSources)),
    refunds: Type.Optional(Type.Boolean({ description: "Only those with refunds, or only those without" })),
    review: Type.Optional(Type.Boolean({ description: "Only those that wait for a person" })),
    merchantOrderNo: Type.Optional(Type.String({ maxLength: 64 })),
    channelOrderNo: Type.Optional(Type.String({ maxLength: 64 })),
    channelTradeNo: Type.Optional(Type.String({ maxLength: 64 })),
    amount: Type.Optional(AmountFen),
    createdFrom: Type.Optional(Moment),
    createdTo: Type.Optional(Moment),
  },
  { additionalProperties: false },
);

export const timelineKinds = [
  "requested",
  "chargeSent",
  "chargeAnswered",
  "chargeUnanswered",
  "querySent",
  "queryAnswered",
  "queryUnanswered",
  "cancelSent",
  "cancelAnswered",
  "cancelUnanswered",
  "codeSent",
  "codeAnswered",
  "codeUnanswered",
  "closeSent",
  "closeAnswered",
  "closeUnanswered",
  "callbackReceived",
  "stateChanged",
  "reviewOpened",
  "reviewDecided",
  "reversalRequested",
  "refundRequested",
  "refundSent",
  "refundAnswered",
  "refundUnanswered",
  "refundQuerySent",
  "refundQueryAnswered",
  "refundQueryUnanswered",
  "refundStateChanged",
  "refundWayChanged",
  "announced",
  "caseOpened",
] as const satisfies readonly TimelineKind[];

export const TimelineEvent = Type.Object(
  {
    id: Id("evt"),
    at: Timestamp,
    kind: OneOf(timelineKinds),
    direction: Nullable(OneOf(["in", "out"])),
    data: Type.Record(Type.String(), Type.Unknown(), { description: "What was said, redacted" }),
  },
  { additionalProperties: false },
);
export const Timeline = Type.Object({ items: Type.Array(TimelineEvent) }, { additionalProperties: false });

/** POST /v1/payments/{id}/review: a person decides what the channel left open. */
export const ReviewDecision = Type.Object(
  { decision: OneOf(["succeeded", "closed"]), reason: Type.String({ minLength: 4, maxLength: 500 }) },
  { additionalProperties: false },
);
