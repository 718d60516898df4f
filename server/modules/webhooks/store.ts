// Statements about endpoints and events. What is on its way to them is in delivering/store.ts.
import { sql } from "kysely";
import type {
  WebhookDisabledReason,
  WebhookEndpointState,
  WebhookEventType,
} from "@huiyin/contract/api/webhooks.ts";
import { idOf, uuidOf } from "../../kernel/ids.ts";
import type { Tx } from "../../platform/pg/pg.ts";
import type { Endpoint, Event, SealedSecrets } from "./model.ts";

type EndpointRow = Readonly<{
  merchant_id: string;
  endpoint_id: string;
  url: string;
  event_types: WebhookEventType[];
  description: string;
  state: WebhookEndpointState;
  disabled_reason: WebhookDisabledReason | null;
  disabled_at: Date | null;
  disabled_case_id: string | null;
  failing_since: Date | null;
  previous_secret_until: Date | null;
  created_at: Date;
}>;

const endpointColumns = sql.raw(
  `merchant_id, endpoint_id, url, event_types, description, state, disabled_reason, disabled_at, disabled_case_id,
   failing_since, previous_secret_until, created_at`,
);

function endpointOf(row: EndpointRow): Endpoint {
  const { disabled_reason: reason, disabled_at: at } = row;
  return {
    id: idOf("wep", row.endpoint_id),
    merchantId: idOf("mer", row.merchant_id),
    url: row.url,
    eventTypes: row.event_types,
    description: row.description,
    state: row.state,
    disabling: reason &&
      at && { reason, at, caseSubjectId: row.disabled_case_id && idOf("wev", row.disabled_case_id) },
    failingSince: row.failing_since,
    previousSecretValidUntil: row.previous_secret_until,
    createdAt: row.created_at,
  };
}

/** Who is to be told of the events of these merchants: every endpoint of theirs that was not deleted. */
export async function selectListeners(
  tx: Tx,
  merchantIds: readonly string[],
): Promise<ReadonlyArray<Pick<Endpoint, "merchantId" | "id" | "eventTypes" | "state">>> {
  const { rows } = await sql<Pick<EndpointRow, "merchant_id" | "endpoint_id" | "event_types" | "state">>`
    select merchant_id, endpoint_id, event_types, state from webhooks.endpoint
    where merchant_id = any(${merchantIds.map(uuidOf)}::uuid[]) and state <> 'deleted'
    order by merchant_id, endpoint_id`.execute(tx);
  return rows.map(({ merchant_id, endpoint_id, event_types, state }) => ({
    merchantId: idOf("mer", merchant_id),
    id: idOf("wep", endpoint_id),
    eventTypes: event_types,
    state,
  }));
}

/** Writes events, and the deliveries that are due at once. */
export async function insertEvents(
  tx: Tx,
  events: readonly Event[],
  deliveries: ReadonlyArray<
    Readonly<{ merchantId: string; endpointId: string; eventId: string; dueAt: Date }>
  >,
): Promise<void> {
  await sql`
    with written as (
      insert into webhooks.event (merchant_id, event_id, type, subject_id, version, occurred_at, body)
      select * from unnest(
        ${events.map((one) => uuidOf(one.merchantId))}::uuid[],
        ${events.map((one) => uuidOf(one.id))}::uuid[],
        ${events.map((one) => one.type)}::text[],
        ${events.map((one) => one.subjectId)}::text[],
        ${events.map((one) => one.version)}::integer[],
        ${events.map((one) => one.occurredAt)}::timestamptz[],
        ${events.map((one) => one.body)}::text[]))
    insert into webhooks.delivery (merchant_id, endpoint_id, event_id, state, attempts, due_at)
    select merchant_id, endpoint_id, event_id, 'waiting', 0, due_at
    from unnest(
      ${deliveries.map((one) => uuidOf(one.merchantId))}::uuid[],
      ${deliveries.map((one) => uuidOf(one.endpointId))}::uuid[],
      ${deliveries.map((one) => uuidOf(one.eventId))}::uuid[],
      ${deliveries.map((one) => one.dueAt)}::timestamptz[])
      as due (merchant_id, endpoint_id, event_id, due_at)`.execute(tx);
}

/** How many endpoints a merchant has, counted under a lock that makes a second count wait. */
export async function countEndpoints(tx: Tx, merchantId: string): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`webhooks ${merchantId}`}, 0))`.execute(tx);
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from webhooks.endpoint
    where merchant_id = ${uuidOf(merchantId)} and state <> 'deleted'`.execute(tx);
  return Number(rows[0]?.count ?? 0);
}

export async function insertEndpoint(
  tx: Tx,
  endpoint: Endpoint,
  { secretSealed, createdBy }: Readonly<{ secretSealed: string; createdBy: string }>,
): Promise<void> {
  await sql`
    insert into webhooks.endpoint
      (merchant_id, endpoint_id, url, event_types, description, state, secret_sealed, created_at, created_by)
    values (${uuidOf(endpoint.merchantId)}, ${uuidOf(endpoint.id)}, ${endpoint.url},
      ${[...endpoint.eventTypes]}::text[], ${endpoint.description}, ${endpoint.state},
      ${secretSealed}, ${endpoint.createdAt}, ${createdBy})`.execute(tx);
}

/** The endpoint as the reader may see it; null where there is none, or it was deleted. */
export async function findEndpoint(tx: Tx, endpointId: string): Promise<Endpoint | null> {
  const { rows } = await sql<EndpointRow>`
    select ${endpointColumns} from webhooks.endpoint
    where endpoint_id = ${uuidOf(endpointId)} and state <> 'deleted'`.execute(tx);
  return rows[0] === undefined ? null : endpointOf(rows[0]);
}

/** The same under a lock, with its secrets, for a change of it. Whoever writes events for it meanwhile does not wait. */
export async function lockEndpoint(
  tx: Tx,
  key: Readonly<{ merchantId: string; endpointId: string }>,
): Promise<Readonly<{ endpoint: Endpoint; secrets: SealedSecrets }> | null> {
  const { rows } = await sql<EndpointRow & { secret_sealed: string; previous_secret_sealed: string | null }>`
    select ${endpointColumns}, secret_sealed, previous_secret_sealed from webhooks.endpoint
    where merchant_id = ${uuidOf(key.merchantId)} and endpoint_id = ${uuidOf(key.endpointId)} and state <> 'deleted'
    for no key update`.execute(tx);
  const row = rows[0];
  if (row === undefined) return null;
  const { secret_sealed: current, previous_secret_sealed: previous } = row;
  const secrets = { current, previous, previousValidUntil: row.previous_secret_until };
  return { endpoint: endpointOf(row), secrets };
}

/** Everything of an endpoint that may change. */
export async function updateEndpoint(tx: Tx, endpoint: Endpoint, secrets: SealedSecrets): Promise<void> {
  const { disabling } = endpoint;
  await sql`
    update webhooks.endpoint set
      url = ${endpoint.url}, event_types = ${[...endpoint.eventTypes]}::text[],
      description = ${endpoint.description}, state = ${endpoint.state},
      disabled_reason = ${disabling?.reason ?? null}, disabled_at = ${disabling?.at ?? null},
      disabled_case_id = ${disabling?.caseSubjectId ? uuidOf(disabling.caseSubjectId) : null},
      failing_since = ${endpoint.failingSince}, secret_sealed = ${secrets.current},
      previous_secret_sealed = ${secrets.previous}, previous_secret_until = ${secrets.previousValidUntil}
    where merchant_id = ${uuidOf(endpoint.merchantId)} and endpoint_id = ${uuidOf(endpoint.id)}`.execute(tx);
}

/** From now on it is told nothing; its secrets are gone, its log stays until it is pruned. */
export async function deleteEndpoint(tx: Tx, { merchantId, id }: Endpoint): Promise<void> {
  await sql`
    update webhooks.endpoint set state = 'deleted', disabled_reason = null, disabled_at = null,
      secret_sealed = '', previous_secret_sealed = null, previous_secret_until = null
    where merchant_id = ${uuidOf(merchantId)} and endpoint_id = ${uuidOf(id)}`.execute(tx);
}

export type EndpointFilter = Readonly<{
  merchantId: string | null;
  after: string | null;
  before: string | null;
  limit: number;
}>;

/** Newest first; oldest first of those after `before`, for the caller to turn round. */
export async function listEndpoints(tx: Tx, filter: EndpointFilter): Promise<Endpoint[]> {
  const { merchantId, after, before, limit } = filter;
  const { rows } = await sql<EndpointRow>`
    select ${endpointColumns} from webhooks.endpoint
    where state <> 'deleted'
      and (${merchantId && uuidOf(merchantId)}::uuid is null or merchant_id = ${merchantId && uuidOf(merchantId)}::uuid)
      and (${after && uuidOf(after)}::uuid is null or endpoint_id < ${after && uuidOf(after)}::uuid)
      and (${before && uuidOf(before)}::uuid is null or endpoint_id > ${before && uuidOf(before)}::uuid)
    order by endpoint_id ${before === null ? sql`desc` : sql`asc`}
    limit ${limit}`.execute(tx);
  return rows.map(endpointOf);
}
