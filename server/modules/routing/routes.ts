// HTTP of routing: the rules of a merchant at a channel, and how the gateways fare.
import { Type } from "typebox";
import { Id, OneOf } from "@huiyin/contract/api/common.ts";
import { channelCodes } from "@huiyin/contract/api/payments.ts";
import { ChannelHealth, PutRoutingPlan, RoutingPlan } from "@huiyin/contract/api/routing.ts";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { unwrap } from "../../kernel/result.ts";
import { rfc3339 } from "../../kernel/time.ts";
import type { World } from "../../kernel/world.ts";
import { principalOf } from "../../platform/http/authentication.ts";
import type { HttpApp } from "../../platform/http/typeProvider.ts";
import { actorOf, requireMerchant } from "../merchants/index.ts";
import { countsOf } from "./health/decide.ts";
import type { ChannelHealthMonitor, Watched } from "./health/service.ts";
import { circuitRules } from "./limits.ts";
import type { Plan } from "./model.ts";
import type { Routing } from "./service.ts";
import { rulesOf, storedRules } from "./stored.ts";

export type RoutingRouteDeps = Readonly<{
  world: Pick<World, "now">;
  routing: Pick<Routing, "plan" | "putPlan">;
  health: Pick<ChannelHealthMonitor, "all">;
}>;

const tags = ["routing"];
const ByChannel = Type.Object(
  { id: Id("mer"), channel: OneOf(channelCodes) },
  { additionalProperties: false },
);

export function routingRoutes(app: HttpApp, deps: RoutingRouteDeps): void {
  planRoutes(app, deps);
  const schema = {
    tags,
    summary: "How the gateways of channels fare, as this process sees them",
    response: { 200: ChannelHealth },
  };
  app.get("/v1/channels/health", { schema, config: { roles: ["operator"] } }, async () => {
    const now = deps.world.now();
    const { windowSeconds, callsMin, failurePercentMin } = circuitRules;
    const { openSecondsMin, openSecondsMax, probesToClose } = circuitRules;
    return {
      items: deps.health.all().map((one) => watchedView(one, now)),
      rules: {
        ...{ windowSeconds, callsMin, failurePercentMin },
        ...{ openSecondsMin, openSecondsMax, probesToClose },
      },
    };
  });
}

function planRoutes(app: HttpApp, { routing }: RoutingRouteDeps): void {
  const path = "/v1/merchants/:id/routing/:channel";
  const getSchema = {
    tags,
    summary: "The rules that choose among the accounts of a merchant at a channel",
    params: ByChannel,
    response: { 200: RoutingPlan },
  };
  const ownToo = { roles: ["operator", "merchant"] } as const;
  app.get(path, { schema: getSchema, config: ownToo }, async (request) => {
    const { id, channel } = request.params;
    requireMerchant(principalOf(request), id);
    return planView(channel, await routing.plan(id, channel));
  });

  const putSchema = {
    tags,
    summary: "Put routing rules in force, all of them in order",
    params: ByChannel,
    body: PutRoutingPlan,
    response: { 200: RoutingPlan },
  };
  app.put(path, { schema: putSchema, config: { roles: ["operator"] } }, async (request) => {
    const { id: merchantId, channel } = request.params;
    const { rules, ...change } = request.body;
    const actor = actorOf(principalOf(request));
    const plan = await routing.putPlan({ merchantId, channel, rules: rulesOf(rules), ...change, actor });
    return planView(channel, unwrap(plan));
  });
}

function planView(channel: ChannelCode, { version, rules, actor, reason, at }: Plan): RoutingPlan {
  return { channel, version, rules: storedRules(rules), actor, reason, at: at && rfc3339(at) };
}

function watchedView(watched: Watched, now: Date): ChannelHealth["items"][number] {
  const { channel, path, method, bank, account, circuit } = watched;
  return {
    ...{ channel, path, method, account },
    bank: bank === "" ? null : bank,
    state: circuit.state,
    since: rfc3339(circuit.since),
    ...countsOf(circuit, now, circuitRules),
    probeAt: circuit.state === "closed" ? null : rfc3339(circuit.probeAt),
  };
}
