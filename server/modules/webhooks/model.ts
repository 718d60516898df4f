// The words of webhooks: an event is what happened, an endpoint wants to be told, a delivery is one event for one endpoint.
import type {
  WebhookDeliveryState,
  WebhookDisabledReason,
  WebhookEndpointState,
  WebhookEventType,
  WebhookProblem,
} from "@huiyin/contract/api/webhooks.ts";

/** Something happened that a merchant may want to be told of. */
export type NewEvent = Readonly<{
  merchantId: string;
  type: WebhookEventType;
  /** The payment or the refund that it is about. */
  subjectId: string;
  /** Of the payment, after what happened: it orders the events about it and its refunds. */
  version: number;
  /** What the message says of the subject. Made only for a merchant that has an endpoint. */
  data: () => object;
}>;

export type Event = Readonly<{
  id: string;
  merchantId: string;
  type: WebhookEventType;
  subjectId: string;
  version: number;
  occurredAt: Date;
  /** The message, to the byte: what is signed and sent, however often. */
  body: string;
}>;

export type Endpoint = Readonly<{
  id: string;
  merchantId: string;
  url: string;
  /** Empty: every type. */
  eventTypes: readonly WebhookEventType[];
  description: string;
  state: WebhookEndpointState;
  disabling: Readonly<{ reason: WebhookDisabledReason; at: Date; caseSubjectId: string | null }> | null;
  /** The first of the failures without a success since. */
  failingSince: Date | null;
  previousSecretValidUntil: Date | null;
  createdAt: Date;
}>;

/** What is signed with: the secret, and the one before while it is still valid. Sealed as they are stored. */
export type SealedSecrets = Readonly<{
  current: string;
  previous: string | null;
  previousValidUntil: Date | null;
}>;

/** One claimed delivery with all that sending it takes. */
export type Claimed = Readonly<{
  merchantId: string;
  endpointId: string;
  eventId: string;
  subjectId: string;
  url: string;
  body: string;
  secrets: SealedSecrets;
  /** Attempts of this round before this one. */
  attemptCount: number;
  failingSince: Date | null;
  leaseUntil: Date;
}>;

/** What became of one attempt. */
export type AttemptResult = Readonly<{
  status: number | null;
  /** Null: delivered. */
  problem: WebhookProblem | null;
  /** The start of the answer, redacted. */
  answer: string | null;
}>;

export type Attempt = AttemptResult & Readonly<{ id: string; at: Date; durationMs: number }>;

export type Delivery = Readonly<{
  endpointId: string;
  event: Event;
  state: WebhookDeliveryState;
  attemptCount: number;
  nextAttemptAt: Date | null;
  attempts: readonly Attempt[];
}>;

/** What an attempt means for its delivery and its endpoint. */
export type Consequence = Readonly<{
  state: WebhookDeliveryState;
  attemptCount: number;
  nextAttemptAt: Date | null;
  failingSince: Date | null;
  /** Why the endpoint is told nothing any more, where this attempt was the last straw. */
  disable: Exclude<WebhookDisabledReason, "person"> | null;
}>;
