// HTTP of refunds and reversals: schema in, schema out, no rules.
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { Id } from "@huiyin/contract/api/common.ts";
import {
  CreateRefund,
  CreateReversal,
  Refund as RefundSchema,
  RefundList,
  RefundPage,
  RefundQuery,
  RefundReviewDecision,
  RefundWaitQuery,
  Reversal,
} from "@huiyin/contract/api/refunds.ts";
import { refuse, unwrap } from "../../../kernel/result.ts";
import { principalOf } from "../../../platform/http/authentication.ts";
import type { HttpApp } from "../../../platform/http/typeProvider.ts";
import type { PaymentsDeps } from "../deps.ts";
import { idempotencyKeyOf, sendAnswer } from "../http.ts";
import { limits } from "../limits.ts";
import { partOf } from "../reading/page.ts";
import type { RefundFilter } from "./reading/store.ts";
import { listRefunds, readRefund, readRefundable } from "./reading.ts";
import type { Refunds } from "./refunds.ts";
import { refundViewOf } from "./view.ts";

const tags = ["refunds"];
const everybody = { roles: ["operator", "merchant", "terminal"] } as const;
const bounded = { ...everybody, admission: "bounded" } as const;
const ByPayment = Type.Object({ id: Id("pay") }, { additionalProperties: false });
const ByRefund = Type.Object({ id: Id("ref") }, { additionalProperties: false });

/** Registers every route of refunds. */
export function refundRoutes(app: HttpApp, deps: PaymentsDeps, refunds: Refunds): void {
  creationRoutes(app, refunds);
  readingRoutes(app, deps);
  reviewRoute(app, refunds);
}

function creationRoutes(app: HttpApp, refunds: Refunds): void {
  const refund = {
    tags,
    summary: "Give part or all of a payment back. Idempotency-Key is required",
    params: ByPayment,
    querystring: RefundWaitQuery,
    body: CreateRefund,
    response: { 201: RefundSchema, 202: RefundSchema },
  };
  const handlerTimeout = limits.createMsMax;
  app.post(
    "/v1/payments/:id/refunds",
    { schema: refund, config: bounded, handlerTimeout },
    async (request, reply) => {
      const { amount, reason, merchantRefundNo, managerCode } = request.body;
      const answer = unwrap(
        await refunds.create({
          ...whoAsks(request),
          ...{ amount: amount ?? null, reason: reason ?? null },
          ...{ merchantRefundNo: merchantRefundNo ?? null, managerCode: managerCode ?? null },
        }),
      );
      return sendAnswer(reply, answer, `/v1/refunds/${answer.refundId}`);
    },
  );

  const reversal = {
    tags,
    summary: "Undo a payment: cancelled while unclear, refunded once paid. Idempotency-Key is required",
    params: ByPayment,
    querystring: RefundWaitQuery,
    body: CreateReversal,
    response: { 201: Reversal, 202: Reversal },
  };
  app.post(
    "/v1/payments/:id/reversal",
    { schema: reversal, config: bounded, handlerTimeout },
    async (request, reply) => {
      const { reason, managerCode } = request.body;
      const answer = unwrap(
        await refunds.reverse({
          ...whoAsks(request),
          ...{ reason: reason ?? null, managerCode: managerCode ?? null },
        }),
      );
      const { refundId, paymentId } = answer;
      const location = refundId === null ? `/v1/payments/${paymentId}` : `/v1/refunds/${refundId}`;
      return sendAnswer(reply, answer, location);
    },
  );
}

function whoAsks(request: FastifyRequest<{ Params: { id: string }; Querystring: { wait?: number } }>) {
  return {
    principal: principalOf(request),
    idempotencyKey: idempotencyKeyOf(request),
    paymentId: request.params.id,
    waitSeconds: request.query.wait ?? limits.waitSecondsDefault,
  };
}

function readingRoutes(app: HttpApp, deps: PaymentsDeps): void {
  const one = { tags, summary: "One refund", params: ByRefund, response: { 200: RefundSchema } };
  app.get("/v1/refunds/:id", { schema: one, config: everybody }, async (request) =>
    refundViewOf(unwrap(await readRefund(deps, principalOf(request), request.params.id))),
  );

  const ofPayment = {
    tags,
    summary: "The refunds of a payment, newest first",
    params: ByPayment,
    response: { 200: RefundList },
  };
  app.get("/v1/payments/:id/refunds", { schema: ofPayment, config: everybody }, async (request) => {
    const principal = principalOf(request);
    const payment = unwrap(await readRefundable(deps, principal, request.params.id));
    const question = { ...noQuestion, merchantId: payment.merchantId, paymentId: payment.id };
    const { refunds } = await listRefunds(deps, principal, { ...question, limit: limits.refundsShownMax });
    return { items: refunds.map(refundViewOf) };
  });

  const listSchema = {
    tags,
    summary: "Refunds, newest first",
    querystring: RefundQuery,
    response: { 200: RefundPage },
  };
  app.get("/v1/refunds", { schema: listSchema, config: everybody }, async (request) => {
    const { query } = request;
    const page = await listRefunds(deps, principalOf(request), {
      merchantId: query.merchantId ?? null,
      paymentId: query.paymentId ?? null,
      state: query.state ?? null,
      review: query.review === undefined ? null : query.review ? "open" : "none",
      merchantRefundNo: query.merchantRefundNo ?? null,
      ...partOf(request, "ref"),
      limit: query.limit ?? limits.pageSizeDefault,
    });
    return { items: page.refunds.map(refundViewOf), hasMore: page.hasMore };
  });
}

const noQuestion: Omit<RefundFilter, "limit"> = {
  merchantId: null,
  paymentId: null,
  state: null,
  review: null,
  merchantRefundNo: null,
  createdFrom: null,
  createdTo: null,
  after: null,
  before: null,
};

function reviewRoute(app: HttpApp, refunds: Refunds): void {
  const schema = {
    tags,
    summary: "Decide a refund that the channel left open",
    params: ByRefund,
    body: RefundReviewDecision,
    response: { 200: RefundSchema },
  };
  app.post("/v1/refunds/:id/review", { schema, config: { roles: ["operator"] } }, async (request) => {
    const principal = principalOf(request);
    if (principal.role !== "operator") return unwrap(refuse("not_found", { what: request.params.id }));
    return refundViewOf(unwrap(await refunds.decideReview(principal, request.params.id, request.body)));
  });
}
