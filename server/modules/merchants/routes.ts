// HTTP of merchants, stores, fees and channel accounts: schema in, schema out, no rules.
import { Type } from "typebox";
import {
  CreateFeeRate,
  CreateMerchant,
  CreateStore,
  FeeRate,
  Merchant as MerchantSchema,
  MerchantDetail,
  MerchantPage,
  MerchantQuery,
  Store as StoreSchema,
  StoreList,
} from "@huiyin/contract/api/merchants.ts";
import { Id } from "@huiyin/contract/api/common.ts";
import { refuse, success, unwrap } from "../../kernel/result.ts";
import { rfc3339 } from "../../kernel/time.ts";
import { principalOf } from "../../platform/http/authentication.ts";
import type { HttpApp } from "../../platform/http/typeProvider.ts";
import { actorOf, requireMerchant } from "./access.ts";
import { accountRoutes, accountView } from "./account/routes.ts";
import { alternativeRoutes } from "./account/alternatives.ts";
import { listAccounts } from "./account/store.ts";
import { capabilityRoutes } from "./capability/routes.ts";
import { creditRoutes } from "./credit/routes.ts";
import { merchantLimits } from "./limits.ts";
import { maintenanceRoutes, type MaintenanceDeps } from "./maintenance/routes.ts";
import { methodRoutes, type MethodDeps } from "./methods/routes.ts";
import {
  instalmentFeeProduct,
  instalmentTerms,
  type FeeRate as Rate,
  type Merchant,
  type Store,
} from "./model.ts";
import { addFeeRate, addStore, createMerchant, type MerchantDeps, type NewMerchant } from "./service.ts";
import { findMerchant, listFeeRates, listMerchants, listStores } from "./store.ts";

const tags = ["merchants"];
const ByMerchant = Type.Object({ id: Id("mer") }, { additionalProperties: false });
/** Registers every route of this module. */
export function merchantRoutes(app: HttpApp, deps: MerchantDeps & MethodDeps & MaintenanceDeps): void {
  creationRoutes(app, deps);
  readingRoutes(app, deps);
  storeRoutes(app, deps);
  accountRoutes(app, deps);
  alternativeRoutes(app, deps);
  capabilityRoutes(app, deps);
  creditRoutes(app, deps);
  maintenanceRoutes(app, deps);
  methodRoutes(app, deps);
}

function creationRoutes(app: HttpApp, deps: MerchantDeps): void {
  const schema = {
    tags,
    summary: "Create a merchant",
    body: CreateMerchant,
    response: { 201: MerchantSchema },
  };
  app.post("/v1/merchants", { schema, config: { roles: ["operator"] } }, async (request, reply) => {
    const { number, names, mcc, region, fees } = request.body;
    const feesBasisPoints = {
      alipay: BigInt(fees.alipay),
      huabei: fees.huabei === undefined ? null : BigInt(fees.huabei),
      ...instalmentFees(fees),
      ...channelFees(fees),
    };
    const wanted = { number: number ?? null, names, mcc, region, feesBasisPoints };
    const merchant = unwrap(await createMerchant(deps, wanted, actorOf(principalOf(request))));
    return reply.code(201).header("location", `/v1/merchants/${merchant.id}`).send(merchantView(merchant));
  });

  const feeSchema = {
    tags,
    summary: "Announce a rate from a future moment on",
    params: ByMerchant,
    body: CreateFeeRate,
    response: { 201: FeeRate },
  };
  app.post(
    "/v1/merchants/:id/fees",
    { schema: feeSchema, config: { roles: ["operator"] } },
    async (request, reply) => {
      const { product, rateBasisPoints, validFrom } = request.body;
      const rate = { product, rateBasisPoints: BigInt(rateBasisPoints), validFrom: new Date(validFrom) };
      const saved = unwrap(await addFeeRate(deps, request.params.id, rate, actorOf(principalOf(request))));
      return reply.code(201).send(feeView(saved));
    },
  );
}

function readingRoutes(app: HttpApp, deps: MerchantDeps): void {
  const listSchema = {
    tags,
    summary: "List merchants, newest first",
    querystring: MerchantQuery,
    response: { 200: MerchantPage },
  };
  app.get("/v1/merchants", { schema: listSchema, config: { roles: ["operator"] } }, async (request) => {
    const { limit = 10, after = null, search = null } = request.query;
    const found = await deps.pg.reader(principalOf(request), (tx) =>
      listMerchants(tx, { limit, after: cursorOf(after), search }),
    );
    return { items: found.slice(0, limit).map(merchantView), hasMore: found.length > limit };
  });

  const oneSchema = {
    tags,
    summary: "One merchant with stores, accounts and fees",
    params: ByMerchant,
    response: { 200: MerchantDetail },
  };
  app.get(
    "/v1/merchants/:id",
    { schema: oneSchema, config: { roles: ["operator", "merchant", "terminal"] } },
    async (request) => {
      const { id } = request.params;
      const principal = principalOf(request);
      requireMerchant(principal, id);
      const detail = await deps.pg.reader(principal, async (tx) => {
        const merchant = await findMerchant(tx, id);
        if (merchant === null) return refuse("not_found", { what: id });
        const stores = await listStores(tx, id, merchantLimits.storesPerMerchantMax);
        return success({
          merchant,
          stores,
          accounts: await listAccounts(tx, id),
          fees: await listFeeRates(tx, id),
        });
      });
      const { merchant, stores, accounts, fees } = unwrap(detail);
      return {
        ...merchantView(merchant),
        stores: stores.map(storeView),
        channelAccounts: accounts.map(accountView),
        fees: fees.map(feeView),
      };
    },
  );
}

function storeRoutes(app: HttpApp, deps: MerchantDeps): void {
  const createSchema = {
    tags,
    summary: "Add a store",
    params: ByMerchant,
    body: CreateStore,
    response: { 201: StoreSchema },
  };
  const config = { roles: ["operator", "merchant"] } as const;
  app.post("/v1/merchants/:id/stores", { schema: createSchema, config }, async (request, reply) => {
    requireMerchant(principalOf(request), request.params.id);
    const store = unwrap(await addStore(deps, request.params.id, request.body));
    return reply.code(201).send(storeView(store));
  });

  const listSchema = {
    tags,
    summary: "The stores of a merchant",
    params: ByMerchant,
    response: { 200: StoreList },
  };
  app.get("/v1/merchants/:id/stores", { schema: listSchema, config }, async (request) => {
    const { id } = request.params;
    const principal = principalOf(request);
    requireMerchant(principal, id);
    const stores = await deps.pg.reader(principal, (tx) =>
      listStores(tx, id, merchantLimits.storesPerMerchantMax),
    );
    return { items: stores.map(storeView) };
  });
}

function instalmentFees(fees: CreateMerchant["fees"]): Partial<NewMerchant["feesBasisPoints"]> {
  const given = instalmentTerms.flatMap((term) => {
    const rate = fees[`huabeiInstalment${term}`];
    return rate === undefined ? [] : [[instalmentFeeProduct(term), BigInt(rate)] as const];
  });
  return Object.fromEntries(given);
}

function channelFees({ wechat, unionpay }: CreateMerchant["fees"]): Partial<NewMerchant["feesBasisPoints"]> {
  return {
    ...(wechat !== undefined && { wechat: BigInt(wechat) }),
    ...(unionpay !== undefined && { unionpay: BigInt(unionpay) }),
  };
}

/** A cursor that is not one of our ids lists from the beginning rather than failing in the database. */
function cursorOf(after: string | null): string | null {
  return after !== null && /^mer_[0-9a-f]{32}$/.test(after) ? after : null;
}

function merchantView(merchant: Merchant): MerchantSchema {
  const { id, number, names, mcc, region, state, creditAcceptance } = merchant;
  return { id, number, names, mcc, region, state, creditAcceptance, createdAt: rfc3339(merchant.createdAt) };
}

function storeView(store: Store): StoreSchema {
  return { ...store, createdAt: rfc3339(store.createdAt) };
}

function feeView(rate: Rate): FeeRate {
  return {
    product: rate.product,
    rateBasisPoints: Number(rate.rateBasisPoints),
    validFrom: rfc3339(rate.validFrom),
  };
}
