// Statements about what is on its way: claiming what is due, recording attempts, sending again, pruning.
import { sql } from "kysely";
import type {
  WebhookDeliveryState,
  WebhookEventType,
  WebhookProblem,
} from "@huiyin/contract/api/webhooks.ts";
import { idOf, uuidFloor, uuidOf } from "../../../kernel/ids.ts";
import type { Tx } from "../../../platform/pg/pg.ts";
import type { Attempt, Claimed, Consequence, Delivery } from "../model.ts";

/** What a process may take: in all, for each merchant, and to each endpoint, where it has some in hand already. */
export type Room = Readonly<{
  limit: number;
  /** How many more to endpoints that fail. */
  failing: number;
  perMerchant: number;
  perEndpoint: number;
  inFlight: ReadonlyArray<Readonly<{ merchantId: string; endpointId: string }>>;
}>;

/**
 * Takes due deliveries that nobody holds, merchants in turns, and of each its endpoints in turns: the longest due of each,
 * then the second of each. One look into an index for each enabled endpoint; no number of waiting deliveries makes it longer.
 */
export async function claimDue(
  tx: Tx,
  { now, leaseUntil }: Readonly<{ now: Date; leaseUntil: Date }>,
  room: Room,
): Promise<Claimed[]> {
  const { rows } = await sql<ClaimedRow>`
    with busy as (
      select endpoint_id, count(*) as attempts
      from unnest(${room.inFlight.map((one) => uuidOf(one.endpointId))}::uuid[]) as attempt (endpoint_id)
      group by endpoint_id),
    busy_merchant as (
      select merchant_id, count(*) as attempts
      from unnest(${room.inFlight.map((one) => uuidOf(one.merchantId))}::uuid[]) as attempt (merchant_id)
      group by merchant_id),
    due as (
      select endpoint.merchant_id, endpoint.endpoint_id, waiting.event_id, waiting.due_at,
        endpoint.failing_since is not null as failing,
        coalesce(busy.attempts, 0) + row_number() over (
          partition by endpoint.endpoint_id order by waiting.due_at, waiting.event_id) as turn
      from webhooks.endpoint
      left join busy on busy.endpoint_id = endpoint.endpoint_id
      cross join lateral (
        select event_id, due_at from webhooks.delivery
        where delivery.merchant_id = endpoint.merchant_id and delivery.endpoint_id = endpoint.endpoint_id
          and state = 'waiting' and due_at <= ${now} and (lease_until is null or lease_until <= ${now})
        order by due_at, event_id
        limit ${room.perEndpoint}) as waiting
      where endpoint.state = 'enabled'),
    dealt as (
      select due.merchant_id, due.endpoint_id, due.event_id, due.due_at, due.failing,
        coalesce(busy_merchant.attempts, 0) + row_number() over (
          partition by due.merchant_id order by due.turn, due.due_at, due.event_id) as turn
      from due left join busy_merchant on busy_merchant.merchant_id = due.merchant_id
      where due.turn <= ${room.perEndpoint}),
    weighed as (
      select merchant_id, endpoint_id, event_id, due_at, failing, turn, row_number() over (partition by failing order by turn, due_at, event_id) as place
      from dealt where turn <= ${room.perMerchant}),
    chosen as (
      select merchant_id, endpoint_id, event_id from weighed
      where not failing or place <= ${room.failing}
      order by turn, due_at, event_id limit ${room.limit}),
    held as (
      select delivery.merchant_id, delivery.endpoint_id, delivery.event_id
      from webhooks.delivery join chosen using (merchant_id, endpoint_id, event_id)
      where delivery.state = 'waiting' and (delivery.lease_until is null or delivery.lease_until <= ${now})
      for update of delivery skip locked)
    update webhooks.delivery set lease_until = ${leaseUntil}
    from held
      join webhooks.event using (merchant_id, event_id)
      join webhooks.endpoint using (merchant_id, endpoint_id)
    where delivery.merchant_id = held.merchant_id and delivery.endpoint_id = held.endpoint_id
      and delivery.event_id = held.event_id
    returning delivery.merchant_id, delivery.endpoint_id, delivery.event_id, delivery.attempts,
      event.subject_id, event.body, endpoint.url, endpoint.failing_since, endpoint.secret_sealed,
      endpoint.previous_secret_sealed, endpoint.previous_secret_until`.execute(tx);
  return rows.map((row) => claimedOf(row, leaseUntil));
}

function claimedOf(row: ClaimedRow, leaseUntil: Date): Claimed {
  return {
    merchantId: idOf("mer", row.merchant_id),
    endpointId: idOf("wep", row.endpoint_id),
    eventId: idOf("wev", row.event_id),
    subjectId: row.subject_id,
    url: row.url,
    body: row.body,
    secrets: {
      current: row.secret_sealed,
      previous: row.previous_secret_sealed,
      previousValidUntil: row.previous_secret_until,
    },
    attemptCount: row.attempts,
    failingSince: row.failing_since,
    leaseUntil,
  };
}

type ClaimedRow = Readonly<{
  merchant_id: string;
  endpoint_id: string;
  event_id: string;
  attempts: number;
  subject_id: string;
  body: string;
  url: string;
  failing_since: Date | null;
  secret_sealed: string;
  previous_secret_sealed: string | null;
  previous_secret_until: Date | null;
}>;

/** Writes an attempt down. Its delivery moves only while the lease is still the one under which it was made. */
export async function recordAttempt(
  tx: Tx,
  { merchantId, endpointId, eventId, leaseUntil }: Claimed,
  { attempt, next }: Readonly<{ attempt: Attempt; next: Consequence }>,
): Promise<"moved" | "lost"> {
  await sql`
    insert into webhooks.attempt
      (merchant_id, endpoint_id, event_id, attempt_id, at, duration_ms, status, problem, answer)
    values (${uuidOf(merchantId)}, ${uuidOf(endpointId)}, ${uuidOf(eventId)}, ${uuidOf(attempt.id)}, ${attempt.at},
      ${attempt.durationMs}, ${attempt.status}, ${attempt.problem}, ${attempt.answer})`.execute(tx);
  const moved = await sql`
    update webhooks.delivery
    set state = ${next.state}, attempts = ${next.attemptCount}, due_at = ${next.nextAttemptAt}, lease_until = null
    where merchant_id = ${uuidOf(merchantId)} and endpoint_id = ${uuidOf(endpointId)}
      and event_id = ${uuidOf(eventId)} and state = 'waiting' and lease_until = ${leaseUntil}`.execute(tx);
  return (moved.numAffectedRows ?? 0n) === 1n ? "moved" : "lost";
}

/** Remembers since when an endpoint fails: the first failure stays, a success forgets it. */
export async function markFailing(
  tx: Tx,
  { merchantId, endpointId }: Pick<Claimed, "merchantId" | "endpointId">,
  since: Date | null,
): Promise<void> {
  await sql`
    update webhooks.endpoint set failing_since = ${since}
    where merchant_id = ${uuidOf(merchantId)} and endpoint_id = ${uuidOf(endpointId)}
      and (failing_since is null) <> (${since}::timestamptz is null)`.execute(tx);
}

/** Gives up what still waits for an endpoint that is told nothing any more. */
export async function giveUpWaiting(
  tx: Tx,
  { merchantId, endpointId }: Pick<Claimed, "merchantId" | "endpointId">,
): Promise<void> {
  await sql`
    update webhooks.delivery set state = 'failed', due_at = null, lease_until = null
    where merchant_id = ${uuidOf(merchantId)} and endpoint_id = ${uuidOf(endpointId)} and state = 'waiting'`.execute(
    tx,
  );
}

/** Makes one delivery due now, from its first attempt on, whatever became of it; false where there is none. */
export async function requeue(
  tx: Tx,
  { merchantId, endpointId, eventId }: Pick<Claimed, "merchantId" | "endpointId" | "eventId">,
  dueAt: Date,
): Promise<"queued" | "unknown"> {
  const { numAffectedRows } = await sql`
    insert into webhooks.delivery (merchant_id, endpoint_id, event_id, state, attempts, due_at)
    select event.merchant_id, ${uuidOf(endpointId)}, event.event_id, 'waiting', 0, ${dueAt}
    from webhooks.event where merchant_id = ${uuidOf(merchantId)} and event_id = ${uuidOf(eventId)}
    on conflict (merchant_id, endpoint_id, event_id)
      do update set state = 'waiting', attempts = 0, due_at = ${dueAt}, lease_until = null`.execute(tx);
  return (numAffectedRows ?? 0n) === 1n ? "queued" : "unknown";
}

export type Replay = Readonly<{
  merchantId: string;
  endpointId: string;
  since: Date;
  eventTypes: readonly WebhookEventType[];
  scope: "undelivered" | "all";
  dueAt: Date;
  limit: number;
}>;

/** Makes deliveries due of what happened since a moment, oldest first; the ids of their events. */
export async function requeueSince(tx: Tx, replay: Replay): Promise<string[]> {
  const { merchantId, endpointId, since, eventTypes, scope, dueAt, limit } = replay;
  const { rows } = await sql<{ event_id: string }>`
    insert into webhooks.delivery (merchant_id, endpoint_id, event_id, state, attempts, due_at)
    select event.merchant_id, ${uuidOf(endpointId)}, event.event_id, 'waiting', 0, ${dueAt}
    from webhooks.event
    left join webhooks.delivery as earlier on earlier.merchant_id = event.merchant_id
      and earlier.endpoint_id = ${uuidOf(endpointId)} and earlier.event_id = event.event_id
    where event.merchant_id = ${uuidOf(merchantId)} and event.event_id >= ${uuidFloor(since)}
      and event.type <> 'webhook.test'
      and (${eventTypes.length} = 0 or event.type = any(${[...eventTypes]}::text[]))
      and (earlier.state is null or earlier.state = 'failed' or (${scope} = 'all' and earlier.state = 'delivered'))
    order by event.event_id
    limit ${limit}
    on conflict (merchant_id, endpoint_id, event_id)
      do update set state = 'waiting', attempts = 0, due_at = ${dueAt}, lease_until = null
    returning event_id`.execute(tx);
  return rows.map((row) => idOf("wev", row.event_id));
}

export type DeliveryFilter = Readonly<{
  merchantId: string;
  endpointId: string;
  state: WebhookDeliveryState | null;
  after: string | null;
  before: string | null;
  limit: number;
  attemptsMax: number;
}>;

type DeliveryRow = Readonly<{
  event_id: string;
  type: WebhookEventType;
  subject_id: string;
  version: number;
  occurred_at: Date;
  body: string;
  state: WebhookDeliveryState;
  attempts: number;
  due_at: Date | null;
  log: ReadonlyArray<{
    id: string;
    at: string;
    ms: number;
    status: number | null;
    problem: WebhookProblem | null;
    answer: string | null;
  }>;
}>;

/** The log of an endpoint, newest event first, each with its last attempts. */
export async function listDeliveries(tx: Tx, filter: DeliveryFilter): Promise<Delivery[]> {
  const { merchantId, endpointId, state, after, before, limit, attemptsMax } = filter;
  const { rows } = await sql<DeliveryRow>`
    select delivery.event_id, event.type, event.subject_id, event.version, event.occurred_at, event.body,
      delivery.state, delivery.attempts, delivery.due_at, coalesce(tried.log, '[]') as log
    from webhooks.delivery join webhooks.event using (merchant_id, event_id)
    left join lateral (
      select json_agg(json_build_object('id', attempt_id, 'at', at, 'ms', duration_ms, 'status', status,
        'problem', problem, 'answer', answer) order by attempt_id desc) as log
      from (
        select attempt_id, at, duration_ms, status, problem, answer from webhooks.attempt
        where attempt.merchant_id = delivery.merchant_id and attempt.endpoint_id = delivery.endpoint_id
          and attempt.event_id = delivery.event_id
        order by attempt_id desc limit ${attemptsMax}) as latest) as tried on true
    where delivery.merchant_id = ${uuidOf(merchantId)} and delivery.endpoint_id = ${uuidOf(endpointId)}
      and (${state}::text is null or delivery.state = ${state})
      and (${after && uuidOf(after)}::uuid is null or delivery.event_id < ${after && uuidOf(after)}::uuid)
      and (${before && uuidOf(before)}::uuid is null or delivery.event_id > ${before && uuidOf(before)}::uuid)
    order by delivery.event_id ${before === null ? sql`desc` : sql`asc`}
    limit ${limit}`.execute(tx);
  return rows.map((row) => ({
    endpointId,
    event: {
      ...{ id: idOf("wev", row.event_id), merchantId, type: row.type, subjectId: row.subject_id },
      ...{ version: row.version, occurredAt: row.occurred_at, body: row.body },
    },
    state: row.state,
    attemptCount: row.attempts,
    nextAttemptAt: row.due_at,
    attempts: row.log.map(({ id, at, ms, status, problem, answer }) => ({
      ...{ id: idOf("wat", id), at: new Date(at), durationMs: ms, status, problem, answer },
    })),
  }));
}

/** Forgets events older than a moment, with their deliveries and attempts; what still waits is kept. How many. */
export async function pruneEvents(tx: Tx, before: Date, limit: number): Promise<bigint> {
  const pruned = await sql`
    delete from webhooks.event using (
      select merchant_id, event_id from webhooks.event as old
      where event_id < ${uuidFloor(before)} and not exists (
        select 1 from webhooks.delivery where delivery.merchant_id = old.merchant_id
          and delivery.event_id = old.event_id and delivery.state = 'waiting')
      order by event_id limit ${limit}) as old
    where event.merchant_id = old.merchant_id and event.event_id = old.event_id`.execute(tx);
  return pruned.numAffectedRows ?? 0n;
}
