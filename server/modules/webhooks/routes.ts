// HTTP of webhooks: schema in, schema out, no rules.
import { Type } from "typebox";
import { Id } from "@huiyin/contract/api/common.ts";
import {
  ChangeWebhookEndpoint,
  CreateWebhookEndpoint,
  WebhookDeliveryPage,
  WebhookDeliveryQuery,
  WebhookEndpoint,
  WebhookEndpointPage,
  WebhookEndpointQuery,
  WebhookEndpointWithSecret,
  WebhookReplay,
  WebhookReplayed,
  WebhookResend,
} from "@huiyin/contract/api/webhooks.ts";
import { isId } from "../../kernel/ids.ts";
import { refuse, success, unwrap } from "../../kernel/result.ts";
import { rfc3339 } from "../../kernel/time.ts";
import { principalOf } from "../../platform/http/authentication.ts";
import type { HttpApp } from "../../platform/http/typeProvider.ts";
import type { Principal } from "../../platform/principal.ts";
import { listDeliveries } from "./delivering/store.ts";
import type { WebhooksDeps } from "./deps.ts";
import { webhookLimits } from "./limits.ts";
import {
  changeEndpoint,
  createEndpoint,
  removeEndpoint,
  replaySince,
  resendEvent,
  rotateSecret,
  sendTest,
  type EndpointKey,
} from "./service.ts";
import { findEndpoint, listEndpoints } from "./store.ts";
import { deliveryView, endpointView } from "./views.ts";

const tags = ["webhooks"];
const config = { roles: ["operator", "merchant"] } as const;
const params = Type.Object({ id: Id("wep") }, { additionalProperties: false });
const EventId = Type.Object({ eventId: Id("wev") }, { additionalProperties: false });

/** Registers every route of this module. */
export function webhookRoutes(app: HttpApp, deps: WebhooksDeps): void {
  collectionRoutes(app, deps);
  endpointRoutes(app, deps);
  secretRoutes(app, deps);
  sendingRoutes(app, deps);
}

function collectionRoutes(app: HttpApp, deps: WebhooksDeps): void {
  const createSchema = {
    tags,
    summary: "Make an endpoint; its secret is answered this once",
    body: CreateWebhookEndpoint,
    response: { 201: WebhookEndpointWithSecret },
  };
  app.post("/v1/webhook-endpoints", { schema: createSchema, config }, async (request, reply) => {
    const { merchantId, url, eventTypes = [], description = "" } = request.body;
    const principal = principalOf(request);
    const wanted = {
      merchantId: await merchantFor(deps, principal, merchantId),
      url,
      eventTypes,
      description,
    };
    const { endpoint, secret } = unwrap(await createEndpoint(deps, wanted, actorOf(principal)));
    const view = { ...endpointView(endpoint, deps.world.now()), secret };
    return reply.code(201).header("location", `/v1/webhook-endpoints/${endpoint.id}`).send(view);
  });

  const listSchema = {
    tags,
    summary: "The endpoints, newest first",
    querystring: WebhookEndpointQuery,
    response: { 200: WebhookEndpointPage },
  };
  app.get("/v1/webhook-endpoints", { schema: listSchema, config }, async (request) => {
    const { limit = webhookLimits.pageSizeDefault, after, before, merchantId = null } = request.query;
    const filter = {
      merchantId,
      after: cursorOf("wep", after),
      before: cursorOf("wep", before),
      limit: limit + 1,
    };
    const found = await deps.pg.reader(principalOf(request), (tx) => listEndpoints(tx, filter));
    const page = found.slice(0, limit);
    if (filter.before !== null) page.reverse();
    const now = deps.world.now();
    return { items: page.map((one) => endpointView(one, now)), hasMore: found.length > limit };
  });
}

function endpointRoutes(app: HttpApp, deps: WebhooksDeps): void {
  const path = "/v1/webhook-endpoints/:id";
  const oneSchema = { tags, summary: "One endpoint", params, response: { 200: WebhookEndpoint } };
  app.get(path, { schema: oneSchema, config }, async (request) => {
    const { id } = request.params;
    const found = await deps.pg.reader(principalOf(request), (tx) => findEndpoint(tx, id));
    const endpoint = unwrap(found === null ? refuse("not_found", { what: id }) : success(found));
    return endpointView(endpoint, deps.world.now());
  });

  const changeSchema = {
    tags,
    summary: "Change address, types or description; disable or enable",
    params,
    body: ChangeWebhookEndpoint,
    response: { 200: WebhookEndpoint },
  };
  app.patch(path, { schema: changeSchema, config }, async (request) => {
    const key = await keyOf(deps, principalOf(request), request.params.id);
    return endpointView(unwrap(await changeEndpoint(deps, key, request.body)), deps.world.now());
  });

  const removeSchema = { tags, summary: "Delete an endpoint", params, response: { 204: Type.Null() } };
  app.delete(path, { schema: removeSchema, config }, async (request, reply) => {
    unwrap(await removeEndpoint(deps, await keyOf(deps, principalOf(request), request.params.id)));
    return reply.code(204).send(null);
  });
}

function secretRoutes(app: HttpApp, deps: WebhooksDeps): void {
  const schema = {
    tags,
    summary: "A new secret, answered this once; the one before it stays valid for 24 hours",
    params,
    response: { 201: WebhookEndpointWithSecret },
  };
  app.post("/v1/webhook-endpoints/:id/secrets", { schema, config }, async (request, reply) => {
    const key = await keyOf(deps, principalOf(request), request.params.id);
    const { endpoint, secret } = unwrap(await rotateSecret(deps, key));
    return reply.code(201).send({ ...endpointView(endpoint, deps.world.now()), secret });
  });
}

function sendingRoutes(app: HttpApp, deps: WebhooksDeps): void {
  const path = "/v1/webhook-endpoints/:id";
  const logSchema = {
    tags,
    summary: "What was sent there and is to be sent, newest first, with every attempt",
    params,
    querystring: WebhookDeliveryQuery,
    response: { 200: WebhookDeliveryPage },
  };
  app.get(`${path}/deliveries`, { schema: logSchema, config }, async (request) => {
    const { limit = webhookLimits.pageSizeDefault, after, before, state = null } = request.query;
    const principal = principalOf(request);
    const filter = {
      ...(await keyOf(deps, principal, request.params.id)),
      ...{ state, after: cursorOf("wev", after), before: cursorOf("wev", before), limit: limit + 1 },
      attemptsMax: webhookLimits.attemptsShownMax,
    };
    const found = await deps.pg.reader(principal, (tx) => listDeliveries(tx, filter));
    const page = found.slice(0, limit);
    if (filter.before !== null) page.reverse();
    return { items: page.map(deliveryView), hasMore: found.length > limit };
  });

  const testSchema = { tags, summary: "Send a message that is a test", params, response: { 202: EventId } };
  app.post(`${path}/tests`, { schema: testSchema, config }, async (request, reply) => {
    const key = await keyOf(deps, principalOf(request), request.params.id);
    return reply.code(202).send({ eventId: unwrap(await sendTest(deps, key)) });
  });

  const resendSchema = {
    tags,
    summary: "Send one message again",
    params,
    body: WebhookResend,
    response: { 202: EventId },
  };
  app.post(`${path}/resends`, { schema: resendSchema, config }, async (request, reply) => {
    const key = await keyOf(deps, principalOf(request), request.params.id);
    const { eventId } = request.body;
    unwrap(await resendEvent(deps, key, eventId));
    return reply.code(202).send({ eventId });
  });

  const replaySchema = {
    tags,
    summary: "Send again what happened since a moment",
    params,
    body: WebhookReplay,
    response: { 202: WebhookReplayed },
  };
  app.post(`${path}/replays`, { schema: replaySchema, config }, async (request, reply) => {
    const key = await keyOf(deps, principalOf(request), request.params.id);
    const { since, scope = "undelivered" } = request.body;
    const { queued, nextSince } = unwrap(await replaySince(deps, key, { since: new Date(since), scope }));
    return reply.code(202).send({ queued, nextSince: nextSince && rfc3339(nextSince) });
  });
}

/** The endpoint with its merchant, as the caller may see it: whether a foreign one exists is nobody’s business. */
async function keyOf(deps: WebhooksDeps, principal: Principal, endpointId: string): Promise<EndpointKey> {
  const found = await deps.pg.reader(principal, (tx) => findEndpoint(tx, endpointId));
  if (found === null) return unwrap(refuse("not_found", { what: endpointId }));
  return { merchantId: found.merchantId, endpointId };
}

/** The merchant of whoever asks; an operator has to name one that exists, and nobody may name another’s. */
async function merchantFor(
  deps: WebhooksDeps,
  principal: Principal,
  named: string | undefined,
): Promise<string> {
  if (principal.role !== "operator") {
    const own = named === undefined || named === principal.merchantId;
    return own ? principal.merchantId : unwrap(refuse("not_found", { what: named }));
  }
  if (named === undefined) return unwrap(refuse("merchant_not_named"));
  const found = await deps.merchants.merchantProfile(named);
  return found === null ? unwrap(refuse("not_found", { what: named })) : named;
}

function actorOf(principal: Principal): string {
  return principal.role === "terminal" ? principal.terminalId : principal.credentialId;
}

function cursorOf(prefix: "wep" | "wev", text: string | undefined): string | null {
  if (text === undefined) return null;
  return isId(prefix, text) ? text : unwrap(refuse("not_found", { what: text }));
}
