// HTTP of printed codes: what merchants do with them. The page that payers open is in payerRoutes.ts.
import { Type } from "typebox";
import { Id } from "@huiyin/contract/api/common.ts";
import {
  ChangeStoreCode,
  CreateStoreCode,
  StoreCode as StoreCodeSchema,
  StoreCodeList,
  StoreCodeQuery,
} from "@huiyin/contract/api/storeCodes.ts";
import { assert } from "../../kernel/assert.ts";
import { refuse, unwrap } from "../../kernel/result.ts";
import { rfc3339 } from "../../kernel/time.ts";
import { principalOf } from "../../platform/http/authentication.ts";
import type { HttpApp } from "../../platform/http/typeProvider.ts";
import { actorOf, merchantFor } from "../merchants/index.ts";
import type { StoreCode } from "./model.ts";
import { payerRoutes } from "./payerRoutes.ts";
import {
  addressOf,
  codesOf,
  merchantCodeOf,
  type Shop,
  type StoreCodeDeps,
  type StoreCodes,
} from "./service.ts";

const tags = ["store codes"];
const roles = ["operator", "merchant"] as const;

/** Registers every route of this module. */
export function storeCodeRoutes(app: HttpApp, deps: StoreCodeDeps, codes: StoreCodes): void {
  merchantSide(app, deps, codes);
  payerRoutes(app, deps, codes);
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
