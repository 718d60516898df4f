// Endpoints and deliveries as the contract shows them. Secrets are in none of these.
import type {
  WebhookDelivery as DeliveryView,
  WebhookEndpoint as EndpointView,
} from "@huiyin/contract/api/webhooks.ts";
import { rfc3339 } from "../../kernel/time.ts";
import type { Delivery, Endpoint } from "./model.ts";

export function endpointView(endpoint: Endpoint, now: Date): EndpointView {
  const { disabling, failingSince, previousSecretValidUntil: until } = endpoint;
  return {
    id: endpoint.id,
    merchantId: endpoint.merchantId,
    url: endpoint.url,
    eventTypes: [...endpoint.eventTypes],
    description: endpoint.description,
    state: endpoint.state,
    disabledReason: disabling && disabling.reason,
    disabledAt: disabling && rfc3339(disabling.at),
    failingSince: failingSince && rfc3339(failingSince),
    previousSecretValidUntil: until !== null && until > now ? rfc3339(until) : null,
    createdAt: rfc3339(endpoint.createdAt),
  };
}

export function deliveryView({ endpointId, event, ...delivery }: Delivery): DeliveryView {
  return {
    eventId: event.id,
    endpointId,
    type: event.type,
    subjectId: event.subjectId,
    state: delivery.state,
    attemptCount: delivery.attemptCount,
    nextAttemptAt: delivery.nextAttemptAt && rfc3339(delivery.nextAttemptAt),
    occurredAt: rfc3339(event.occurredAt),
    body: event.body,
    attempts: delivery.attempts.map((attempt) => ({ ...attempt, at: rfc3339(attempt.at) })),
  };
}
