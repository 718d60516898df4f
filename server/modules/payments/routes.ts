// HTTP of payments: schema in, schema out, no rules.
import type { IncomingHttpHeaders } from "node:http";
import { Type } from "typebox";
import { Id } from "@huiyin/contract/api/common.ts";
import {
  CreatePayment,
  CreatePaymentQuery,
  CreateShownCode,
  Payment as PaymentSchema,
  ReviewDecision,
  channelCodes,
} from "@huiyin/contract/api/payments.ts";
import { isId } from "../../kernel/ids.ts";
import { refuse, unwrap } from "../../kernel/result.ts";
import { principalOf } from "../../platform/http/authentication.ts";
import type { HttpApp } from "../../platform/http/typeProvider.ts";
import { idempotencyKeyOf, sendAnswer, sendText } from "./http.ts";
import { limits } from "./limits.ts";
import { readingRoutes } from "./reading/routes.ts";
import { refundRoutes } from "./refunds/routes.ts";
import { viewAt } from "./view.ts";
import type { Payments } from "./payments.ts";
import type { PaymentsDeps } from "./deps.ts";

const tags = ["payments"];
const everybody = { roles: ["operator", "merchant", "terminal"], admission: "bounded" } as const;
const ById = Type.Object({ id: Id("pay") }, { additionalProperties: false });

/** Registers every route of this module. */
export function paymentRoutes(app: HttpApp, deps: PaymentsDeps, payments: Payments): void {
  creationRoute(app, payments);
  codeRoute(app, payments);
  readingRoutes(app, deps);
  refundRoutes(app, deps, payments.refunds);
  reviewRoute(app, deps, payments);
  callbackRoute(app, deps, payments);
}

function creationRoute(app: HttpApp, payments: Payments): void {
  const schema = {
    tags,
    summary: "Collect money with a payer code. Idempotency-Key is required",
    querystring: CreatePaymentQuery,
    body: CreatePayment,
    response: { 201: PaymentSchema, 202: PaymentSchema },
  };
  const options = { schema, config: everybody, handlerTimeout: limits.createMsMax };
  app.post("/v1/payments", options, async (request, reply) => {
    const answer = unwrap(
      await payments.create({
        principal: principalOf(request),
        idempotencyKey: idempotencyKeyOf(request),
        body: request.body,
        waitSeconds: request.query.wait ?? limits.waitSecondsDefault,
      }),
    );
    return sendAnswer(reply, answer, `/v1/payments/${answer.paymentId}`);
  });
}

function codeRoute(app: HttpApp, payments: Payments): void {
  const schema = {
    tags,
    summary: "Make a code that the payer scans. Idempotency-Key is required",
    body: CreateShownCode,
    response: { 201: PaymentSchema },
  };
  const options = { schema, config: everybody, handlerTimeout: limits.createMsMax };
  app.post("/v1/payments/codes", options, async (request, reply) => {
    const answer = unwrap(
      await payments.createCode({
        principal: principalOf(request),
        idempotencyKey: idempotencyKeyOf(request),
        body: request.body,
        waitSeconds: limits.codeWaitSeconds,
      }),
    );
    return sendAnswer(reply, answer, `/v1/payments/${answer.paymentId}`);
  });
}

function reviewRoute(app: HttpApp, deps: PaymentsDeps, payments: Payments): void {
  const schema = {
    tags,
    summary: "Decide a payment that the channel left open",
    params: ById,
    body: ReviewDecision,
    response: { 200: PaymentSchema },
  };
  app.post("/v1/payments/:id/review", { schema, config: { roles: ["operator"] } }, async (request) => {
    const principal = principalOf(request);
    if (principal.role !== "operator") return unwrap(refuse("not_found", { what: request.params.id }));
    const decided = unwrap(await payments.decideReview(principal, request.params.id, request.body));
    return viewAt(decided, deps.world.now());
  });
}

function callbackRoute(app: HttpApp, deps: PaymentsDeps, payments: Payments): void {
  const Address = Type.Object(
    { channel: Type.String({ maxLength: 32 }), merchantId: Type.String({ maxLength: 64 }) },
    { additionalProperties: false },
  );
  const schema = { tags: ["channels"], summary: "From the channel, in its own wire format", params: Address };
  const config = { roles: "public", body: "raw" } as const;
  app.post("/v1/channels/:channel/callbacks/:merchantId", { schema, config }, async (request, reply) => {
    const { channel: code, merchantId } = request.params;
    const channel = channelCodes.find((known) => known === code);
    if (channel === undefined || !isId("mer", merchantId)) return unwrap(refuse("route_not_found"));
    const answer = await payments.receiveCallback(channel, merchantId, {
      headers: headersOf(request.headers),
      body: request.rawBody,
      receivedAt: deps.world.now(),
    });
    if (answer === null) return unwrap(refuse("route_not_found"));
    reply.code(answer.status);
    return sendText(reply, answer.contentType, answer.body);
  });
}

/** A header that comes more than once is no header of any channel. */
function headersOf(headers: IncomingHttpHeaders): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}
