// HTTP of printed codes: what merchants do with them, and the page that payers open.
import { Type } from "typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Id } from "@huiyin/contract/api/common.ts";
import {
  ChangeStoreCode,
  CreateStoreCode,
  StoreCode as StoreCodeSchema,
  StoreCodeList,
  StoreCodeQuery,
} from "@huiyin/contract/api/storeCodes.ts";
import { errors } from "@huiyin/contract/errors/index.ts";
import { assert } from "../../kernel/assert.ts";
import { refuse, unwrap, type Refusal, type Result } from "../../kernel/result.ts";
import { beijingTime, rfc3339 } from "../../kernel/time.ts";
import { principalOf } from "../../platform/http/authentication.ts";
import { localeOf } from "../../platform/http/language.ts";
import { problemOf } from "../../platform/http/problem.ts";
import type { HttpApp } from "../../platform/http/typeProvider.ts";
import { actorOf, merchantFor } from "../merchants/index.ts";
import { walletOf, type StoreCode } from "./model.ts";
import { amountPage, paymentPage, problemPage, type Problem } from "./page.ts";
import {
  addressOf,
  codesOf,
  merchantCodeOf,
  type OpenedCode,
  type Shop,
  type StoreCodeDeps,
  type StoreCodes,
} from "./service.ts";

const tags = ["store codes"];
const roles = ["operator", "merchant"] as const;

/** Registers every route of this module. */
export function storeCodeRoutes(app: HttpApp, deps: StoreCodeDeps, codes: StoreCodes): void {
  merchantSide(app, deps, codes);
  payerSide(app, deps, codes);
}

function merchantSide(app: HttpApp, deps: StoreCodeDeps, codes: StoreCodes): void {
  const config = { roles };
  const OfStore = Type.Object({ storeId: Id("sto") }, { additionalProperties: false });
  const createSchema = {
    tags,
    summary: "Make a code to be printed for a store",
    params: OfStore,
    body: CreateStoreCode,
    response: { 201: StoreCodeSchema },
  };
  app.post("/v1/stores/:storeId/codes", { schema: createSchema, config }, async (request, reply) => {
    const principal = principalOf(request);
    const { storeId } = request.params;
    const merchantId = merchantFor(principal, request.body.merchantId);
    const { label } = request.body;
    const wanted = { merchantId, storeId, label, createdBy: actorOf(principal) };
    const code = unwrap(await codes.create(wanted));
    reply.code(201);
    return viewOf(deps, code, await shopOf(deps, code));
  });

  const listSchema = {
    tags,
    summary: "The printed codes of a store",
    params: OfStore,
    querystring: StoreCodeQuery,
    response: { 200: StoreCodeList },
  };
  app.get("/v1/stores/:storeId/codes", { schema: listSchema, config }, async (request) => {
    const { storeId } = request.params;
    const merchantId = merchantFor(principalOf(request), request.query.merchantId);
    const shop = await deps.shopOf({ merchantId, storeId });
    if (shop === null) return unwrap(refuse("not_found", { what: storeId }));
    return { items: (await codesOf(deps, merchantId, storeId)).map((code) => viewOf(deps, code, shop)) };
  });

  const changeSchema = {
    tags,
    summary: "Put a printed code out of use, or into use again",
    params: Type.Object({ id: Id("scd") }, { additionalProperties: false }),
    body: ChangeStoreCode,
    response: { 200: StoreCodeSchema },
  };
  app.patch("/v1/store-codes/:id", { schema: changeSchema, config }, async (request) => {
    const merchantId = merchantFor(principalOf(request), request.body.merchantId);
    const code = unwrap(await codes.change({ merchantId, codeId: request.params.id }, request.body.state));
    return viewOf(deps, code, await shopOf(deps, code));
  });
}

function payerSide(app: HttpApp, deps: StoreCodeDeps, codes: StoreCodes): void {
  const schema = { hide: true, params: Type.Object({ token: Type.String({ maxLength: 64 }) }) };
  app.get("/c/:token", { schema, config: { roles: "public" } }, async (request, reply) => {
    const opened = await codes.open(request.params.token);
    if (!opened.ok) return refusedPage(request, reply, opened);
    return sendPage(reply, 200, askingPage(deps, request, opened.value, { amountText: "", problem: null }));
  });

  app.post("/c/:token", { schema, config: { roles: "public", body: "form" } }, async (request, reply) => {
    const { token } = request.params;
    const amountText = (request.form.get("amount") ?? "").slice(0, 16);
    const sent = request.form.get("attempt") ?? "";
    const attempt = /^[0-9a-f]{32}$/.test(sent) ? sent : newAttempt(deps);
    const wallet = walletOf(request.headers["user-agent"] ?? "");
    const paid = await codes.pay(token, { amountText, wallet, attempt });
    const opened = await codes.open(token);
    if (!opened.ok) return refusedPage(request, reply, opened);
    if (!paid.ok) {
      const { status, ...problem } = problemIn(request, paid.refusal);
      return sendPage(reply, status, askingPage(deps, request, opened.value, { amountText, problem }));
    }
    assert(wallet !== null, "nobody pays without a wallet");
    const { amount, url, expiresAt } = paid.value;
    const locale = localeOf(request.headers["accept-language"]);
    const expiresText = beijingTime(expiresAt).slice(11, 16);
    const { shop } = opened.value;
    return sendPage(reply, 200, await paymentPage({ shop, wallet, amount, url, expiresText, locale }));
  });
}

type Asking = Readonly<{ amountText: string; problem: Problem | null }>;

function askingPage(
  deps: StoreCodeDeps,
  request: FastifyRequest,
  { shop, wallets }: OpenedCode,
  asking: Asking,
): string {
  const locale = localeOf(request.headers["accept-language"]);
  const wallet = walletOf(request.headers["user-agent"] ?? "");
  // A fresh number with every page: the same page sent twice is one payment.
  return amountPage({ shop, wallet, wallets, attempt: newAttempt(deps), ...asking, locale });
}

function newAttempt(deps: StoreCodeDeps): string {
  return Buffer.from(deps.randomBytes(16)).toString("hex");
}

function problemIn(request: FastifyRequest, refusal: Refusal): Problem & Readonly<{ status: number }> {
  const locale = localeOf(request.headers["accept-language"]);
  const { title, detail, status } = problemOf(errors, refusal, { locale, path: "/c", traceId: request.id });
  return { title, detail, status };
}

function refusedPage(request: FastifyRequest, reply: FastifyReply, refused: Result<never>): FastifyReply {
  assert(!refused.ok, "there is nothing to refuse");
  const { status, ...problem } = problemIn(request, refused.refusal);
  return sendPage(reply, status, problemPage(problem, localeOf(request.headers["accept-language"])));
}

function sendPage(reply: FastifyReply, status: number, html: string): FastifyReply {
  return reply
    .code(status)
    .header("cache-control", "no-store")
    .type("text/html; charset=utf-8")
    .send(Buffer.from(html, "utf8"));
}

async function shopOf(deps: StoreCodeDeps, code: StoreCode): Promise<Shop> {
  const shop = await deps.shopOf(code);
  assert(shop !== null, `${code.id}: its store is gone`);
  return shop;
}

function viewOf(deps: StoreCodeDeps, code: StoreCode, shop: Shop): StoreCodeSchema {
  const { id, merchantId, storeId, label, state, createdAt } = code;
  return {
    ...{ id, merchantId, storeId, label, state },
    url: addressOf(deps, code),
    merchantCode: merchantCodeOf(deps, code, shop),
    createdAt: rfc3339(createdAt),
  };
}
