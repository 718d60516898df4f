// Webhooks over HTTP: where a merchant wants to be told of what happened, what was told, and with which result.
import { Type, type Static } from "typebox";
import { Id, Moment, Nullable, OneOf, Page, PageQuery, Timestamp } from "./common.ts";

/** What a merchant may be told of. `webhook.test` is sent by hand alone, to whichever endpoint it is tried on. */
export const webhookEventTypes = [
  "payment.succeeded",
  "payment.failed",
  "payment.closed",
  "payment.reversed",
  "payment.lateSuccess",
  "refund.succeeded",
  "refund.failed",
  "webhook.test",
] as const;
export type WebhookEventType = (typeof webhookEventTypes)[number];

export const webhookEndpointStates = ["enabled", "disabled"] as const;
export type WebhookEndpointState = (typeof webhookEndpointStates)[number];

/** Why an endpoint is told nothing any more. */
export const webhookDisabledReasons = ["person", "failing", "gone"] as const;
export type WebhookDisabledReason = (typeof webhookDisabledReasons)[number];

export const webhookDeliveryStates = ["waiting", "delivered", "failed"] as const;
export type WebhookDeliveryState = (typeof webhookDeliveryStates)[number];

/** Why an attempt delivered nothing. `answered` is an answer that is not 2xx. */
export const webhookProblems = [
  "answered",
  "redirected",
  "gone",
  "timedOut",
  "unreachable",
  "nameNotFound",
  "addressRefused",
  "certificateRefused",
  "endpointDisabled",
] as const;
export type WebhookProblem = (typeof webhookProblems)[number];

const Url = Type.String({
  minLength: 10,
  maxLength: 2_048,
  pattern: "^https?://\\S+$",
  description: "https, on a public address",
});
const EventTypes = Type.Array(OneOf(webhookEventTypes), {
  maxItems: webhookEventTypes.length,
  uniqueItems: true,
  description: "Every type, also those that are still to come, where it is empty",
});
const Description = Type.String({ maxLength: 200 });

/** POST /v1/webhook-endpoints. An operator names the merchant. */
export const CreateWebhookEndpoint = Type.Object(
  {
    merchantId: Type.Optional(Id("mer")),
    url: Url,
    eventTypes: Type.Optional(EventTypes),
    description: Type.Optional(Description),
  },
  { additionalProperties: false },
);
export type CreateWebhookEndpoint = Static<typeof CreateWebhookEndpoint>;

/** PATCH /v1/webhook-endpoints/{id}. Enabling starts with what happens from then on; the rest is what `replays` is for. */
export const ChangeWebhookEndpoint = Type.Object(
  {
    url: Type.Optional(Url),
    eventTypes: Type.Optional(EventTypes),
    description: Type.Optional(Description),
    state: Type.Optional(OneOf(webhookEndpointStates)),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type ChangeWebhookEndpoint = Static<typeof ChangeWebhookEndpoint>;

const endpointFields = {
  id: Id("wep"),
  merchantId: Id("mer"),
  url: Url,
  eventTypes: EventTypes,
  description: Description,
  state: OneOf(webhookEndpointStates),
  disabledReason: Nullable(OneOf(webhookDisabledReasons)),
  disabledAt: Nullable(Timestamp),
  failingSince: Nullable(Type.String({ ...Timestamp, description: "Since when every attempt failed" })),
  previousSecretValidUntil: Nullable(
    Type.String({
      ...Timestamp,
      description: "Until then messages are signed with the secret before as well",
    }),
  ),
  createdAt: Timestamp,
};

export const WebhookEndpoint = Type.Object(endpointFields, { additionalProperties: false });
export type WebhookEndpoint = Static<typeof WebhookEndpoint>;

const Secret = Type.String({
  pattern: "^whsec_[A-Za-z0-9+/]{43}=$",
  description: "Shown once: it is not answered again",
});

/** The only answers with a secret: to making an endpoint, and to changing its secret. */
export const WebhookEndpointWithSecret = Type.Object(
  { ...endpointFields, secret: Secret },
  { additionalProperties: false },
);
export type WebhookEndpointWithSecret = Static<typeof WebhookEndpointWithSecret>;

export const WebhookEndpointPage = Page(WebhookEndpoint);

/** GET /v1/webhook-endpoints?… */
export const WebhookEndpointQuery = Type.Object(
  { ...PageQuery, merchantId: Type.Optional(Id("mer")) },
  { additionalProperties: false },
);

export const WebhookAttempt = Type.Object(
  {
    id: Id("wat"),
    at: Timestamp,
    durationMs: Type.Integer({ minimum: 0 }),
    status: Nullable(Type.Integer({ description: "HTTP status, where anything answered" })),
    problem: Nullable(OneOf(webhookProblems)),
    answer: Nullable(Type.String({ description: "The first 1 KB of the answer, redacted" })),
  },
  { additionalProperties: false },
);
export type WebhookAttempt = Static<typeof WebhookAttempt>;

export const WebhookDelivery = Type.Object(
  {
    eventId: Id("wev"),
    endpointId: Id("wep"),
    type: OneOf(webhookEventTypes),
    subjectId: Type.String({ description: "The payment, the refund or the endpoint that it is about" }),
    state: OneOf(webhookDeliveryStates),
    attemptCount: Type.Integer({
      minimum: 0,
      description: "Attempts since it was first due or last sent again",
    }),
    nextAttemptAt: Nullable(Timestamp),
    occurredAt: Timestamp,
    body: Type.String({ description: "What is sent, to the byte" }),
    attempts: Type.Array(WebhookAttempt, { description: "Newest first" }),
  },
  { additionalProperties: false },
);
export type WebhookDelivery = Static<typeof WebhookDelivery>;

export const WebhookDeliveryPage = Page(WebhookDelivery);

/** GET /v1/webhook-endpoints/{id}/deliveries?… */
export const WebhookDeliveryQuery = Type.Object(
  { ...PageQuery, state: Type.Optional(OneOf(webhookDeliveryStates)) },
  { additionalProperties: false },
);

/** POST /v1/webhook-endpoints/{id}/resends: one message again, whatever became of it. */
export const WebhookResend = Type.Object({ eventId: Id("wev") }, { additionalProperties: false });

/** POST /v1/webhook-endpoints/{id}/replays: what happened since a moment and was not delivered, or all of it. */
export const WebhookReplay = Type.Object(
  {
    since: Moment,
    scope: Type.Optional(OneOf(["undelivered", "all"])),
  },
  { additionalProperties: false },
);
export const WebhookReplayed = Type.Object(
  {
    queued: Type.Integer({ minimum: 0 }),
    nextSince: Nullable(
      Type.String({ ...Timestamp, description: "Where there is more: the moment to go on from" }),
    ),
  },
  { additionalProperties: false },
);

/** The body of every message. The envelope follows Standard Webhooks; its id is the header webhook-id. */
export const WebhookMessage = Type.Object(
  {
    type: OneOf(webhookEventTypes),
    timestamp: Timestamp,
    merchantId: Id("mer"),
    version: Type.Integer({
      minimum: 1,
      description: "Grows with every event about the same payment, its refunds included",
    }),
    data: Type.Record(Type.String(), Type.Unknown(), {
      description: "The payment or refund as GET answers it, at that moment",
    }),
  },
  { additionalProperties: false },
);
export type WebhookMessage = Static<typeof WebhookMessage>;
