// HTTP of channels and of a merchant’s accounts there: what a form needs, trying it out, putting it in force.
import { Type } from "typebox";
import {
  ChannelAccountDetail,
  ChannelList,
  ProbeChannelAccount,
  ProbeResult,
  PutChannelAccount,
  type ChannelAccountSummary,
} from "@huiyin/contract/api/channels.ts";
import { Id, OneOf } from "@huiyin/contract/api/common.ts";
import { channelCodes } from "@huiyin/contract/api/payments.ts";
import type { AccountRouteDetail } from "@huiyin/contract/api/routing.ts";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { ChannelManifest, ConfigFinding, ProbeOutcome } from "../../../channels/port.ts";
import { refuse, unwrap } from "../../../kernel/result.ts";
import { rfc3339 } from "../../../kernel/time.ts";
import { principalOf } from "../../../platform/http/authentication.ts";
import type { HttpApp } from "../../../platform/http/typeProvider.ts";
import { actorOf, requireMerchant } from "../access.ts";
import { merchantLimits } from "../limits.ts";
import { mainRoute, type ChannelAccountSummary as AccountSummary } from "../model.ts";
import type { MerchantDeps } from "../service.ts";
import type { AccountKey } from "../vault.ts";
import { accountHistory, listRoutes } from "./store.ts";
import { fieldsOf, shownAccount } from "./decide.ts";
import { probeChannelAccount, putChannelAccount } from "./service.ts";

const tags = ["merchants"];
const ByChannel = Type.Object(
  { id: Id("mer"), channel: OneOf(channelCodes) },
  { additionalProperties: false },
);
const path = "/v1/merchants/:id/channel-accounts/:channel";
// Who names the gateway and its key decides which payments count as paid, and where the platform sends requests.
const operatorOnly = { roles: ["operator"] } as const;
const ownToo = { roles: ["operator", "merchant"] } as const;

export function accountRoutes(app: HttpApp, deps: MerchantDeps): void {
  const listSchema = {
    tags,
    summary: "The channels of this installation, with the fields of their set-up forms",
    response: { 200: ChannelList },
  };
  app.get("/v1/channels", { schema: listSchema, config: ownToo }, async () => ({
    items: [...deps.manifests.values()].map(channelView),
  }));
  writingRoutes(app, deps);

  const getSchema = {
    tags,
    summary: "A channel account without its secrets",
    params: ByChannel,
    response: { 200: ChannelAccountDetail },
  };
  app.get(path, { schema: getSchema, config: ownToo }, async (request) => {
    requireMerchant(principalOf(request), request.params.id);
    return firstAccount(deps, request.params.id, request.params.channel);
  });
}

function writingRoutes(app: HttpApp, deps: MerchantDeps): void {
  const putSchema = {
    tags,
    summary: "Configure a channel account, once the channel accepts it; secrets are written, never read",
    params: ByChannel,
    body: PutChannelAccount,
    response: { 200: ChannelAccountDetail },
  };
  app.put(path, { schema: putSchema, config: operatorOnly }, async (request) => {
    const { id, channel } = request.params;
    const { state = null, config, reason } = request.body;
    const actor = actorOf(principalOf(request));
    unwrap(await putChannelAccount(deps, id, { channel, state, config, reason, actor }));
    return firstAccount(deps, id, channel);
  });

  const probeSchema = {
    tags,
    summary: "Try a configuration out at the channel; stores nothing and moves no money",
    params: ByChannel,
    body: ProbeChannelAccount,
    response: { 200: ProbeResult },
  };
  app.post(`${path}/probe`, { schema: probeSchema, config: operatorOnly }, async (request) => {
    const { id: merchantId, channel } = request.params;
    const { outcome } = unwrap(await probeChannelAccount(deps, { merchantId, channel }, request.body.config));
    return probeView(outcome);
  });
}

async function firstAccount(
  deps: MerchantDeps,
  merchantId: string,
  channel: ChannelCode,
): Promise<ChannelAccountDetail> {
  const { route: _first, ...detail } = await accountDetail(deps, { merchantId, channel, route: mainRoute });
  return detail;
}

/** What may be shown of the account of one route. Throws the refusal `not_found` where there is none. */
export async function accountDetail(
  deps: MerchantDeps,
  { merchantId, channel, route }: Required<AccountKey>,
): Promise<AccountRouteDetail> {
  const summary = (await listRoutes(deps.pg.batch, merchantId)).find(
    (account) => account.channel === channel && account.route === route,
  );
  const stored = (await deps.directory.accountRoutes(merchantId, channel)).find((one) => one.route === route);
  const manifest = deps.manifests.get(channel);
  const what = route === mainRoute ? channel : route;
  if (!summary || !stored || !manifest) return unwrap(refuse("not_found", { what }));
  const key = { merchantId, channel, route };
  const history = await accountHistory(deps.pg.batch, key, merchantLimits.historyLinesMax);
  return {
    ...summary,
    updatedAt: rfc3339(summary.updatedAt),
    ...shownAccount(fieldsOf(manifest), stored.account),
    history: history.map((entry) => ({
      ...entry,
      changedKeys: [...entry.changedKeys],
      at: rfc3339(entry.at),
    })),
  };
}

/** An account without its fields, as lists show it. */
export function accountView(account: AccountSummary): ChannelAccountSummary {
  return { ...account, updatedAt: rfc3339(account.updatedAt) };
}

function channelView(manifest: ChannelManifest): ChannelList["items"][number] {
  return {
    code: manifest.code,
    names: manifest.names,
    products: [...manifest.products],
    amountMin: Number(manifest.amountFenMin),
    amountMax: Number(manifest.amountFenMax),
    fields: fieldsOf(manifest).map((field) => ({ ...field, secret: field.secret === "yes" })),
    modes: manifest.configModes.map((mode) => ({ ...mode, fields: [...mode.fields] })),
  };
}

export function probeView(outcome: ProbeOutcome): ProbeResult {
  const ready = outcome.kind === "ready";
  return {
    outcome: outcome.kind,
    finding: ready ? null : findingView(outcome.finding),
    channelCode: ready ? null : (outcome.words?.code ?? null),
    channelMessage: ready ? null : (outcome.words?.message ?? null),
    warnings: ready ? outcome.warnings.map(findingView) : [],
  };
}

function findingView({ code, field, title, next }: ConfigFinding) {
  return { code, field, title, next };
}
