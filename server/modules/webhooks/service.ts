// Endpoints of merchants: making, changing and deleting them, their secrets, and sending again what was sent.
import type {
  ChangeWebhookEndpoint,
  WebhookEndpointState,
  WebhookEventType,
} from "@huiyin/contract/api/webhooks.ts";
import type { Localized } from "@huiyin/contract/words.ts";
import { timeOfId } from "../../kernel/ids.ts";
import { refuse, success, type Result } from "../../kernel/result.ts";
import { addSeconds } from "../../kernel/time.ts";
import type { Tx } from "../../platform/pg/pg.ts";
import { closeCases } from "../support/index.ts";
import type { WebhooksDeps } from "./deps.ts";
import { giveUpWaiting, requeue, requeueSince } from "./delivering/store.ts";
import { eventOf } from "./events.ts";
import { webhookLimits as limits } from "./limits.ts";
import type { Endpoint, SealedSecrets } from "./model.ts";
import { sealSecret } from "./secrets.ts";
import { secretBytes, secretOf } from "./sending/signature.ts";
import { readTarget, type TargetProblem } from "./sending/target.ts";
import {
  countEndpoints,
  deleteEndpoint,
  insertEndpoint,
  insertEvents,
  lockEndpoint,
  updateEndpoint,
} from "./store.ts";

export type EndpointKey = Readonly<{ merchantId: string; endpointId: string }>;

/** An endpoint with its secret, which nobody is told again. */
export type Revealed = Readonly<{ endpoint: Endpoint; secret: string }>;

export type NewEndpoint = Readonly<{
  merchantId: string;
  url: string;
  eventTypes: readonly WebhookEventType[];
  description: string;
}>;

/** For a merchant that exists. Refuses `webhook_url_refused` and `webhook_endpoints_full`. */
export async function createEndpoint(
  deps: WebhooksDeps,
  wanted: NewEndpoint,
  createdBy: string,
): Promise<Result<Revealed>> {
  const { merchantId } = wanted;
  const usable = checkUrl(deps, wanted.url);
  if (!usable.ok) return usable;
  const secret = secretOf(deps.randomBytes(secretBytes));
  const endpoint: Endpoint = {
    ...wanted,
    ...{ id: deps.world.newId("wep"), state: "enabled", disabling: null, failingSince: null },
    ...{ previousSecretValidUntil: null, createdAt: deps.world.now() },
  };
  return deps.pg.transaction(async (tx) => {
    if ((await countEndpoints(tx, merchantId)) >= limits.endpointsPerMerchantMax)
      return refuse("webhook_endpoints_full", { max: limits.endpointsPerMerchantMax });
    const secretSealed = sealSecret(deps.vault, { merchantId, endpointId: endpoint.id }, secret);
    await insertEndpoint(tx, endpoint, { secretSealed, createdBy });
    return success({ endpoint, secret });
  });
}

/** Changes what is given. Disabling gives up what waits; enabling closes the case that told of it. Refuses `webhook_url_refused`. */
export async function changeEndpoint(
  deps: WebhooksDeps,
  key: EndpointKey,
  change: ChangeWebhookEndpoint,
): Promise<Result<Endpoint>> {
  const { url, eventTypes, description, state } = change;
  if (url !== undefined) {
    const usable = checkUrl(deps, url);
    if (!usable.ok) return usable;
  }
  return withEndpoint(deps, key, async (tx, before, secrets) => {
    const changed = {
      ...before,
      ...(url !== undefined && { url }),
      ...(eventTypes !== undefined && { eventTypes }),
      ...(description !== undefined && { description }),
    };
    const next = state === undefined ? changed : await switchTo(deps, tx, changed, state);
    await updateEndpoint(tx, next, secrets);
    return success(next);
  });
}

async function switchTo(
  deps: WebhooksDeps,
  tx: Tx,
  endpoint: Endpoint,
  state: WebhookEndpointState,
): Promise<Endpoint> {
  if (state === endpoint.state) return endpoint;
  if (state === "disabled") {
    await giveUpWaiting(tx, { merchantId: endpoint.merchantId, endpointId: endpoint.id });
    const disabling = { reason: "person", at: deps.world.now(), caseSubjectId: null } as const;
    return { ...endpoint, state, disabling };
  }
  await closeCaseOf(deps, tx, endpoint, "回调地址已重新启用，自动关闭。");
  return { ...endpoint, state, disabling: null, failingSince: null };
}

async function closeCaseOf(
  deps: WebhooksDeps,
  tx: Tx,
  { merchantId, disabling }: Endpoint,
  resolution: string,
): Promise<void> {
  const subjectId = disabling?.caseSubjectId ?? null;
  if (subjectId === null) return;
  await closeCases(deps, tx, [{ merchantId, kind: "webhookDisabled", subjectId, by: "system", resolution }]);
}

/** From now on nothing is sent there. */
export async function removeEndpoint(deps: WebhooksDeps, key: EndpointKey): Promise<Result<null>> {
  return withEndpoint(deps, key, async (tx, endpoint) => {
    await giveUpWaiting(tx, key);
    await closeCaseOf(deps, tx, endpoint, "回调地址已删除，自动关闭。");
    await deleteEndpoint(tx, endpoint);
    return success(null);
  });
}

/** A new secret. The one before it signs as well for a day, so that receivers can change without a gap. */
export async function rotateSecret(deps: WebhooksDeps, key: EndpointKey): Promise<Result<Revealed>> {
  const secret = secretOf(deps.randomBytes(secretBytes));
  return withEndpoint(deps, key, async (tx, before, secrets) => {
    const previousValidUntil = addSeconds(deps.world.now(), limits.previousSecretSeconds);
    const current = sealSecret(deps.vault, key, secret);
    const endpoint = { ...before, previousSecretValidUntil: previousValidUntil };
    await updateEndpoint(tx, endpoint, { current, previous: secrets.current, previousValidUntil });
    return success({ endpoint, secret });
  });
}

/** Sends a message that says nothing but that it is a test. Refuses `webhook_endpoint_disabled`; the id of its event. */
export async function sendTest(deps: WebhooksDeps, key: EndpointKey): Promise<Result<string>> {
  return withEndpoint(deps, key, async (tx, { merchantId, id, state }) => {
    if (state === "disabled") return refuse("webhook_endpoint_disabled");
    const event = eventOf(deps, {
      ...{ merchantId, type: "webhook.test", subjectId: id, version: 1 },
      data: () => ({ endpointId: id }),
    });
    const dueAt = event.occurredAt;
    await insertEvents(tx, [event], [{ merchantId, endpointId: id, eventId: event.id, dueAt }]);
    return success(event.id);
  });
}

/** Sends one message again, whatever became of it. Refuses `not_found` and `webhook_endpoint_disabled`. */
export async function resendEvent(
  deps: WebhooksDeps,
  key: EndpointKey,
  eventId: string,
): Promise<Result<null>> {
  return withEndpoint(deps, key, async (tx, { state }) => {
    if (state === "disabled") return refuse("webhook_endpoint_disabled");
    const queued = await requeue(tx, { ...key, eventId }, deps.world.now());
    return queued === "queued" ? success(null) : refuse("not_found", { what: eventId });
  });
}

export type Replayed = Readonly<{ queued: number; nextSince: Date | null }>;

/** Sends again what happened since a moment, at most so much at once. Refuses `webhook_endpoint_disabled`. */
export async function replaySince(
  deps: WebhooksDeps,
  key: EndpointKey,
  { since, scope }: Readonly<{ since: Date; scope: "undelivered" | "all" }>,
): Promise<Result<Replayed>> {
  return withEndpoint(deps, key, async (tx, { state, eventTypes }) => {
    if (state === "disabled") return refuse("webhook_endpoint_disabled");
    const limit = limits.replayEventsMax;
    const dueAt = deps.world.now();
    const eventIds = await requeueSince(tx, { ...key, since, eventTypes, scope, dueAt, limit });
    const last = eventIds.toSorted().at(-1);
    const more = last !== undefined && eventIds.length === limit;
    return success({ queued: eventIds.length, nextSince: more ? timeOfId(last) : null });
  });
}

/** One transaction around an endpoint under lock. Refuses `not_found`. */
async function withEndpoint<T>(
  deps: WebhooksDeps,
  key: EndpointKey,
  work: (tx: Tx, endpoint: Endpoint, secrets: SealedSecrets) => Promise<Result<T>>,
): Promise<Result<T>> {
  return deps.pg.transaction(async (tx) => {
    const locked = await lockEndpoint(tx, key);
    if (locked === null) return refuse("not_found", { what: key.endpointId });
    return work(tx, locked.endpoint, locked.secrets);
  });
}

const urlProblems: Readonly<Record<TargetProblem, Localized>> = {
  notAnAddress: { zh: "不是有效的网址", en: "it is not a web address" },
  notHttps: { zh: "不是 https", en: "it is not https" },
  userInAddress: { zh: "含有用户名或密码", en: "it has a user or a password in it" },
  port: { zh: "端口不允许，可用 443 或 1024 以上", en: "its port is neither 443 nor 1024 or above" },
  privateAddress: { zh: "指向本机或内网", en: "it leads to this machine or a private network" },
};

function checkUrl({ allowedHosts }: WebhooksDeps, url: string): Result<null> {
  const target = readTarget(url, allowedHosts);
  if (typeof target !== "string") return success(null);
  const { zh: problemZh, en: problemEn } = urlProblems[target];
  return refuse("webhook_url_refused", { problemZh, problemEn });
}
