// HTTP of reading payments: schema in, schema out, no rules.
import { Type, type Static } from "typebox";
import { Id } from "@huiyin/contract/api/common.ts";
import {
  Payment as PaymentSchema,
  PaymentPage,
  PaymentQuery,
  Timeline,
} from "@huiyin/contract/api/payments.ts";
import { readPaymentSearch } from "@huiyin/contract/paymentSearch.ts";
import { unwrap } from "../../../kernel/result.ts";
import { rfc3339 } from "../../../kernel/time.ts";
import { principalOf } from "../../../platform/http/authentication.ts";
import type { HttpApp } from "../../../platform/http/typeProvider.ts";
import type { PaymentsDeps } from "../deps.ts";
import { limits } from "../limits.ts";
import { viewAt } from "../view.ts";
import { partOf } from "./page.ts";
import { listPayments, readPayment, readTimeline } from "./service.ts";

const tags = ["payments"];
const everybody = { roles: ["operator", "merchant", "terminal"] } as const;
const ById = Type.Object({ id: Id("pay") }, { additionalProperties: false });

/** Registers what reads payments. */
export function readingRoutes(app: HttpApp, deps: Pick<PaymentsDeps, "pg" | "world">): void {
  const oneSchema = { tags, summary: "One payment", params: ById, response: { 200: PaymentSchema } };
  app.get("/v1/payments/:id", { schema: oneSchema, config: everybody }, async (request) =>
    viewAt(unwrap(await readPayment(deps, principalOf(request), request.params.id)), deps.world.now()),
  );

  const timelineSchema = {
    tags,
    summary: "Every hop of a payment, both directions, oldest first",
    params: ById,
    response: { 200: Timeline },
  };
  app.get("/v1/payments/:id/timeline", { schema: timelineSchema, config: everybody }, async (request) => {
    const lines = unwrap(await readTimeline(deps, principalOf(request), request.params.id));
    return { items: lines.map((line) => ({ ...line, at: rfc3339(line.at) })) };
  });

  const listSchema = {
    tags,
    summary: "Payments, newest first",
    querystring: PaymentQuery,
    response: { 200: PaymentPage },
  };
  app.get("/v1/payments", { schema: listSchema, config: everybody }, async (request) => {
    const { query } = request;
    const page = await listPayments(deps, principalOf(request), {
      ...filterOf(query),
      search: query.search === undefined ? null : readPaymentSearch(query.search, deps.world.now()),
      ...partOf(request, "pay"),
    });
    const now = deps.world.now();
    return { items: page.payments.map((payment) => viewAt(payment, now)), hasMore: page.hasMore };
  });
}

function filterOf(query: Static<typeof PaymentQuery>) {
  return {
    merchantId: query.merchantId ?? null,
    terminalId: query.terminalId ?? null,
    storeId: query.storeId ?? null,
    state: query.state ?? null,
    channel: query.channel ?? null,
    fundingSource: query.fundingSource ?? null,
    review: query.review === undefined ? null : query.review ? ("open" as const) : ("none" as const),
    refunds: query.refunds === undefined ? null : query.refunds ? ("some" as const) : ("none" as const),
    merchantOrderNo: query.merchantOrderNo ?? null,
    channelOrderNo: query.channelOrderNo ?? null,
    channelTradeNo: query.channelTradeNo ?? null,
    amountMinor: query.amount === undefined ? null : BigInt(query.amount),
    limit: query.limit ?? limits.pageSizeDefault,
  };
}
