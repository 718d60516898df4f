// Events in the transaction of what happened: one statement for a merchant without endpoints, two for every other.
import { rfc3339 } from "../../kernel/time.ts";
import { assert } from "../../kernel/assert.ts";
import type { World } from "../../kernel/world.ts";
import type { Tx } from "../../platform/pg/pg.ts";
import type { Endpoint, Event, NewEvent } from "./model.ts";
import { insertEvents, selectListeners } from "./store.ts";

/**
 * Writes the events of one merchant with a delivery for each enabled endpoint that wants them. An endpoint that is
 * disabled still makes its merchant’s events be written, so that they can be replayed once it works again; a merchant
 * without endpoints costs one reading statement and no row.
 */
export async function writeEvents(
  deps: Readonly<{ world: World }>,
  tx: Tx,
  happened: readonly NewEvent[],
): Promise<void> {
  const merchantId = happened[0]?.merchantId;
  if (merchantId === undefined) return;
  assert(
    happened.every((one) => one.merchantId === merchantId),
    `events of ${merchantId} and of another merchant in one call`,
  );
  const listeners = await selectListeners(tx, merchantId);
  if (listeners.length === 0) return;
  const events = happened
    .filter(({ type }) => listeners.some((listener) => wants(listener, type)))
    .map((one) => eventOf(deps, one));
  if (events.length === 0) return;
  const deliveries = listeners
    .filter(({ state }) => state === "enabled")
    .flatMap((listener) =>
      events
        .filter(({ type }) => wants(listener, type))
        .map(({ id, occurredAt }) => ({
          ...{ merchantId, endpointId: listener.id, eventId: id },
          dueAt: occurredAt,
        })),
    );
  await insertEvents(tx, events, deliveries);
}

/** Whether an endpoint asked for this type: by name, or for all. */
export function wants({ eventTypes }: Pick<Endpoint, "eventTypes">, type: Event["type"]): boolean {
  return eventTypes.length === 0 || eventTypes.includes(type);
}

/** The event with its message, which from now on is the same to the byte. */
export function eventOf({ world }: Readonly<{ world: World }>, happened: NewEvent): Event {
  const { merchantId, type, subjectId, version } = happened;
  const occurredAt = world.now();
  const message = { type, timestamp: rfc3339(occurredAt), merchantId, version, data: happened.data() };
  const body = JSON.stringify(message);
  return { id: world.newId("wev"), merchantId, type, subjectId, version, occurredAt, body };
}
