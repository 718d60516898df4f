// HTTP of the accounts at a channel by their routes: what a merchant has, trying one out, and putting a further one in force.
import { Type } from "typebox";
import { Id, OneOf } from "@huiyin/contract/api/common.ts";
import { ProbeChannelAccount, ProbeResult, PutChannelAccount } from "@huiyin/contract/api/channels.ts";
import { channelCodes } from "@huiyin/contract/api/payments.ts";
import { AccountRoute, AccountRouteDetail, AccountRouteList } from "@huiyin/contract/api/routing.ts";
import { refuse, success, unwrap } from "../../../kernel/result.ts";
import { rfc3339 } from "../../../kernel/time.ts";
import { principalOf } from "../../../platform/http/authentication.ts";
import type { HttpApp } from "../../../platform/http/typeProvider.ts";
import { actorOf, requireMerchant } from "../access.ts";
import { merchantLimits } from "../limits.ts";
import { mainRoute, routePattern } from "../model.ts";
import type { MerchantDeps } from "../service.ts";
import { accountDetail, probeView } from "./routes.ts";
import { probeChannelAccount, putChannelAccount } from "./service.ts";
import { listRoutes } from "./store.ts";

const tags = ["merchants"];
const ownToo = { roles: ["operator", "merchant"] } as const;
// Who names the gateway and its key decides which payments count as paid, and where the platform sends requests.
const operatorOnly = { roles: ["operator"] } as const;
const path = "/v1/merchants/:id/channel-accounts/:channel/routes";
const channelKey = { id: Id("mer"), channel: OneOf(channelCodes) };
const ByChannel = Type.Object(channelKey, { additionalProperties: false });
const ByRoute = Type.Object(
  { ...channelKey, route: Type.String({ pattern: routePattern }) },
  { additionalProperties: false },
);

export function alternativeRoutes(app: HttpApp, deps: MerchantDeps): void {
  readingRoutes(app, deps);
  writingRoutes(app, deps);
}

function readingRoutes(app: HttpApp, deps: MerchantDeps): void {
  const listSchema = {
    tags,
    summary: "Every account of a merchant at a channel by its route",
    params: ByChannel,
    response: { 200: AccountRouteList },
  };
  app.get(path, { schema: listSchema, config: ownToo }, async (request) => {
    const { id, channel } = request.params;
    requireMerchant(principalOf(request), id);
    return { items: await routesOf(deps, id, channel) };
  });

  const oneSchema = {
    tags,
    summary: "The account of one route without its secrets",
    params: ByRoute,
    response: { 200: AccountRouteDetail },
  };
  app.get(`${path}/:route`, { schema: oneSchema, config: ownToo }, async (request) => {
    const { id: merchantId, channel, route } = request.params;
    requireMerchant(principalOf(request), merchantId);
    return accountDetail(deps, { merchantId, channel, route });
  });
}

function writingRoutes(app: HttpApp, deps: MerchantDeps): void {
  const putSchema = {
    tags,
    summary: "Configure a further account at a channel, once the channel accepts it",
    params: ByRoute,
    body: PutChannelAccount,
    response: { 200: AccountRoute },
  };
  app.put(`${path}/:route`, { schema: putSchema, config: operatorOnly }, async (request) => {
    const { id, channel, route } = request.params;
    const { state = null, config, reason } = request.body;
    const actor = actorOf(principalOf(request));
    unwrap(await allowed(deps, id, { channel, route }));
    unwrap(await putChannelAccount(deps, id, { channel, route, state, config, reason, actor }));
    const saved = (await routesOf(deps, id, channel)).find((one) => one.route === route);
    return unwrap(saved === undefined ? refuse("not_found", { what: route }) : success(saved));
  });

  const probeSchema = {
    tags,
    summary:
      "Try the account of one route out at the channel, stored or not yet; stores nothing and moves no money",
    params: ByRoute,
    body: ProbeChannelAccount,
    response: { 200: ProbeResult },
  };
  app.post(`${path}/:route/probe`, { schema: probeSchema, config: operatorOnly }, async (request) => {
    const { id: merchantId, channel, route } = request.params;
    if (route !== mainRoute) unwrap(await allowed(deps, merchantId, { channel, route }));
    const { config } = request.body;
    const { outcome } = unwrap(await probeChannelAccount(deps, { merchantId, channel, route }, config));
    return probeView(outcome);
  });
}

type Named = Readonly<{ channel: AccountRoute["channel"]; route: string }>;

/** Beside the first account, and not more than a person can keep in view. */
async function allowed(deps: MerchantDeps, merchantId: string, { channel, route }: Named) {
  const present = await routesOf(deps, merchantId, channel);
  if (route === mainRoute || present.length === 0) return refuse("account_route_invalid", { route });
  const others = present.filter((one) => one.route !== route);
  return others.length < merchantLimits.routesPerChannelMax
    ? success(null)
    : refuse("account_route_invalid", { route });
}

async function routesOf(
  { pg }: Pick<MerchantDeps, "pg">,
  merchantId: string,
  channel: AccountRoute["channel"],
): Promise<AccountRoute[]> {
  const all = await listRoutes(pg.batch, merchantId);
  return all
    .filter((one) => one.channel === channel)
    .map(({ route, state, version, updatedAt }) => ({
      ...{ channel, route, state, version },
      updatedAt: rfc3339(updatedAt),
    }));
}
