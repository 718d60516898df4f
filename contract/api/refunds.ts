// Refunds and reversals over HTTP.
import { Type, type Static } from "typebox";
import { AmountFen, Id, Moment, Nullable, OneOf, Page, PageQuery, Timestamp } from "./common.ts";
import { Payment, channelCodes } from "./payments.ts";

export const refundStates = ["processing", "succeeded", "failed"] as const;
export const refundWaits = ["channelAnswer", "arrival", "merchantBalance", "person", "stuck"] as const;
export const refundKinds = ["refund", "reversal"] as const;
export const refundWays = ["refund", "void"] as const;

/**
 * POST /v1/payments/{id}/refunds. Idempotency-Key is required. Without an amount everything that is left is refunded.
 * A terminal must add the manager’s code of its store.
 */
export const CreateRefund = Type.Object(
  {
    amount: Type.Optional(AmountFen),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: "Shown to the payer" })),
    merchantRefundNo: Type.Optional(Type.String({ pattern: "^[0-9A-Za-z_-]{1,64}$" })),
    managerCode: Type.Optional(
      Type.String({ pattern: "^[0-9]{6}$", description: "店长码: required of a terminal, six digits" }),
    ),
  },
  { additionalProperties: false },
);
export type CreateRefund = Static<typeof CreateRefund>;

export const Refund = Type.Object(
  {
    id: Id("ref"),
    merchantId: Id("mer"),
    paymentId: Id("pay"),
    merchantRefundNo: Nullable(Type.String()),
    channelRefundNo: Type.String(),
    kind: OneOf(refundKinds),
    way: OneOf(refundWays, { description: "void: the whole payment is undone on its own day" }),
    amount: AmountFen,
    currency: OneOf(["CNY"]),
    feeReturnedAmount: Nullable(
      Type.Integer({ description: "Fee given back to the merchant, in fen, once refunded" }),
    ),
    reason: Nullable(Type.String()),
    state: OneOf(refundStates),
    waitingFor: Nullable(OneOf(refundWaits)),
    channel: OneOf(channelCodes),
    channelCode: Nullable(Type.String({ description: "The channel's own code, verbatim" })),
    channelMessage: Nullable(Type.String({ description: "The channel's own words, verbatim" })),
    retry: Nullable(Type.String({ description: "What may be tried next after a failure" })),
    createdAt: Timestamp,
    finishedAt: Nullable(Timestamp),
  },
  { additionalProperties: false },
);
export type Refund = Static<typeof Refund>;

export const RefundList = Type.Object({ items: Type.Array(Refund) }, { additionalProperties: false });
export const RefundPage = Page(Refund);

/**
 * POST /v1/payments/{id}/reversal. Idempotency-Key is required. While the outcome is unclear the payment is cancelled at
 * the channel; once it succeeded, everything that is left is refunded.
 */
export const CreateReversal = Type.Object(
  {
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    managerCode: Type.Optional(Type.String({ pattern: "^[0-9]{6}$" })),
  },
  { additionalProperties: false },
);
export type CreateReversal = Static<typeof CreateReversal>;

export const Reversal = Type.Object(
  { payment: Payment, refund: Nullable(Refund) },
  { additionalProperties: false },
);
export type Reversal = Static<typeof Reversal>;

/** POST /v1/payments/{id}/refunds?wait= and /reversal?wait=: seconds to wait for an outcome. */
export const RefundWaitQuery = Type.Object(
  { wait: Type.Optional(Type.Integer({ minimum: 0, maximum: 30, default: 5 })) },
  { additionalProperties: false },
);

/** GET /v1/refunds?… */
export const RefundQuery = Type.Object(
  {
    ...PageQuery,
    merchantId: Type.Optional(Id("mer")),
    paymentId: Type.Optional(Id("pay")),
    state: Type.Optional(OneOf(refundStates)),
    review: Type.Optional(Type.Boolean({ description: "Only those that wait for a person" })),
    merchantRefundNo: Type.Optional(Type.String({ maxLength: 64 })),
    createdFrom: Type.Optional(Moment),
    createdTo: Type.Optional(Moment),
  },
  { additionalProperties: false },
);

/** POST /v1/refunds/{id}/review: a person decides what the channel left open. */
export const RefundReviewDecision = Type.Object(
  { decision: OneOf(["succeeded", "failed"]), reason: Type.String({ minLength: 4, maxLength: 500 }) },
  { additionalProperties: false },
);
