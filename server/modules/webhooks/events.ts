// Events in the transaction of what happened: one statement where no merchant has endpoints, two where one has.
import { rfc3339 } from "../../kernel/time.ts";
import type { World } from "../../kernel/world.ts";
import type { Tx } from "../../platform/pg/pg.ts";
import type { Endpoint, Event, NewEvent } from "./model.ts";
import { insertEvents, selectListeners } from "./store.ts";

/**
 * Writes the events of any merchants with a delivery for each enabled endpoint that wants them. An endpoint that is
 * disabled still makes its merchant’s events be written, so that they can be replayed once it works again; merchants
 * without endpoints cost one reading statement together, and no row.
 */
export async function writeEvents(
  deps: Readonly<{ world: World }>,
  tx: Tx,
  happened: readonly NewEvent[],
): Promise<void> {
  if (happened.length === 0) return;
  const all = await selectListeners(tx, [...new Set(happened.map(({ merchantId }) => merchantId))]);
  if (all.length === 0) return;
  const byMerchant = Map.groupBy(all, ({ merchantId }) => merchantId);
  const listenersTo = ({ merchantId, type }: Pick<Event, "merchantId" | "type">) =>
    (byMerchant.get(merchantId) ?? []).filter((listener) => wants(listener, type));
  const events = happened.filter((one) => listenersTo(one).length > 0).map((one) => eventOf(deps, one));
  if (events.length === 0) return;
  const deliveries = events.flatMap((event) =>
    listenersTo(event)
      .filter(({ state }) => state === "enabled")
      .map((listener) => ({
        ...{ merchantId: event.merchantId, endpointId: listener.id, eventId: event.id },
        dueAt: event.occurredAt,
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
