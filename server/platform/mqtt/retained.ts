// Retained messages by their topics. aedes holds every subscription against every retained message: two thousand terminals
// that come back after an outage cost it twenty seconds, twice as many four times that.
import { Readable } from "node:stream";

type Retained = Readonly<{ topic: string; payload: Readonly<{ length: number }> }>;

/** The part of an aedes persistence that keeps retained messages; aedes types the whole as `any`. */
export type RetainedStore = {
  storeRetained(packet: Retained): Promise<void>;
  createRetainedStreamCombi(filters: readonly string[]): Readable;
};

/** Whether a filter may name more than one topic. */
export function hasWildcard(filter: string): boolean {
  return filter.includes("+") || filter.includes("#");
}

/** Has a persistence find retained messages by topic. Filters with a wildcard find none; nobody may subscribe to one. */
export function keepRetainedByTopic(store: RetainedStore): void {
  const retained = new Map<string, Retained>();
  store.storeRetained = async (packet) => {
    // MQTT 3.1.1, section 3.3.1.3: one without a payload takes the present one away.
    if (packet.payload.length === 0) retained.delete(packet.topic);
    else retained.set(packet.topic, { ...packet });
  };
  store.createRetainedStreamCombi = (filters) =>
    Readable.from(filters.flatMap((filter) => retained.get(filter) ?? []));
}
