// LISTEN on one connection of its own, which comes back by itself. A notification is a hint: rows are the truth.
import pg from "pg";
import { setTimeout as sleep } from "node:timers/promises";
import type { BaseLogger } from "pino";
import { limits } from "../limits.ts";
import { connectionConfig, databaseRoles } from "./connection.ts";

export type Subscriber = Readonly<{
  /** Somebody called notify on the channel. */
  notified: (payload: string) => void;
  /** The connection had been lost and is back: notifications may have been missed, so look at the rows. */
  resumed: () => void;
}>;

export type Listener = Readonly<{
  subscribe(channel: string, subscriber: Subscriber): Promise<() => void>;
  close(): Promise<void>;
}>;

type State = {
  url: string;
  log: BaseLogger;
  subscribers: Map<string, Set<Subscriber>>;
  client: Promise<pg.Client> | null;
  stopping: AbortController;
};

/** Opens no connection before the first subscription. */
export function createListener(url: string, log: BaseLogger): Listener {
  const state: State = { url, log, subscribers: new Map(), client: null, stopping: new AbortController() };
  return {
    subscribe: async (channel, subscriber) => {
      const group = state.subscribers.get(channel) ?? new Set();
      state.subscribers.set(channel, group.add(subscriber));
      state.client ??= connect(state);
      const client = await state.client;
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
      return () => void group.delete(subscriber);
    },
    close: async () => {
      state.stopping.abort();
      const client = await state.client?.catch(() => null);
      await client?.end().catch(() => undefined);
    },
  };
}

async function connect(state: State): Promise<pg.Client> {
  const client = new pg.Client({
    ...connectionConfig(state.url, databaseRoles.batch),
    application_name: "huiyin_listener",
  });
  let lost = false;
  const onLoss = (): void => {
    if (lost || state.stopping.signal.aborted) return;
    lost = true;
    state.client = reconnect(state);
    // Whoever subscribes meanwhile waits for the promise itself; here nobody does.
    state.client.catch(() => undefined);
  };
  client.on("error", (error) => {
    state.log.warn({ event: "listener_lost", error: error.message }, "the listening connection was lost");
    onLoss();
  });
  client.on("notification", ({ channel, payload }) => {
    for (const subscriber of state.subscribers.get(channel) ?? []) subscriber.notified(payload ?? "");
  });
  await client.connect();
  client.on("end", onLoss);
  return client;
}

async function reconnect(state: State): Promise<pg.Client> {
  for (
    let pauseMs: number = limits.listenRetryMsMin;
    ;
    pauseMs = Math.min(pauseMs * 2, limits.listenRetryMsMax)
  ) {
    await sleep(pauseMs, undefined, { signal: state.stopping.signal });
    try {
      const client = await connect(state);
      for (const channel of state.subscribers.keys())
        await client.query(`listen ${client.escapeIdentifier(channel)}`);
      for (const group of state.subscribers.values()) for (const subscriber of group) subscriber.resumed();
      return client;
    } catch (error) {
      state.log.warn({ event: "listener_retry", pauseMs, error: String(error) }, "listening again failed");
    }
  }
}
