// Transactions that go on by one statement when they are told to: each on a real connection of its own, with the
// database itself saying who waits for whom.
import { Kysely } from "kysely";
import pg from "pg";
import { connectionConfig, databaseRoles } from "../../../../platform/pg/connection.ts";
import { CarefulDialect } from "../../../../platform/pg/dialect.ts";
import { nameMerchants, type NoTables, type Pg } from "../../../../platform/pg/pg.ts";
import { pipelined, transactionPropsOf } from "../../../../platform/pg/pipelined.ts";
import type { TestDb } from "../../../../platform/pg/testing.ts";

/** thinking: running our own code; wanting: has a statement to send; sent: the database has it; done: came to its end. */
export type ActorState = "thinking" | "wanting" | "sent" | "done";

export type Actor = Readonly<{
  name: string;
  /** What its code is given as the database. */
  pg: Pg;
  state(): ActorState;
  /** The statement that it wants to send. */
  wanted(): string;
  /** Sends it. */
  goOn(): void;
  /** Runs its code until it ends, well or not; the other functions tell how far it has come. */
  run<T>(work: (pg: Pg) => Promise<T>): Promise<Outcome>;
}>;

export type Outcome = Readonly<{ ok: true; value: unknown } | { ok: false; error: unknown }>;

export type Actors = AsyncDisposable &
  Readonly<{
    of(name: string): Promise<Actor>;
    /** Resolves when each of these wants to send something, waits for a lock, or is done. */
    settled(actors: readonly Actor[]): Promise<void>;
    /** Resolves when the state of any actor has changed. */
    changed(): Promise<void>;
  }>;

// Two that wait for each other are told soon.
const deadlockMs = 50;

/** Actors on connections of their own, which stay open from one schedule to the next. */
export async function openActors(db: TestDb): Promise<Actors> {
  const watcher = new pg.Client({ connectionString: db.url });
  await watcher.connect();
  const known = new Map<string, Promise<LiveActor>>();
  let change = Promise.withResolvers<void>();
  const tell = (): void => {
    change.resolve();
    change = Promise.withResolvers<void>();
  };
  const waiting = async (actors: readonly LiveActor[]): Promise<boolean> => {
    const { rows } = await watcher.query<{ free: string }>(
      "select count(*) as free from unnest($1::integer[]) as actor (pid) where cardinality(pg_blocking_pids(pid)) = 0",
      [actors.map((actor) => actor.processId)],
    );
    return rows[0]?.free === "0";
  };
  return {
    of: (name) => {
      const actor = known.get(name) ?? openActor(db, name, tell);
      known.set(name, actor);
      return actor;
    },
    changed: () => change.promise,
    settled: async (actors) => {
      for (;;) {
        const next = change.promise;
        const moving = (actors as readonly LiveActor[]).filter((actor) =>
          ["thinking", "sent"].includes(actor.state()),
        );
        if (moving.length === 0) return;
        if (moving.some((actor) => actor.state() === "thinking")) await next;
        // Each look is a question to the database: no sleep, and no guess how long a statement takes.
        else if ((await waiting(moving)) && moving.every((actor) => actor.state() === "sent")) return;
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const actor of known.values()) await (await actor).close();
      await watcher.end();
    },
  };
}

type LiveActor = Actor & Readonly<{ processId: number; close(): Promise<void> }>;

async function openActor(db: TestDb, name: string, tell: () => void): Promise<LiveActor> {
  const config = connectionConfig(db.url, databaseRoles.batch);
  const client = new pg.Client({
    ...config,
    options: `${config.options} -c deadlock_timeout=${deadlockMs}`,
  });
  await client.connect();
  let state: ActorState = "done";
  /** The next one first: whoever asks for several at once has them sent one after the other, as one connection would. */
  const wanted: Array<Readonly<{ text: string; send: () => void }>> = [];
  const become = (next: ActorState): void => {
    state = next;
    tell();
  };

  /** A transaction sees nothing before its first statement, so its beginning is no step, and neither is whom it names. */
  const gate = (text: string, send: () => Promise<unknown>): Promise<unknown> =>
    /^(start transaction|begin|select set_config)/.test(text.trim())
      ? send()
      : new Promise((resolve, reject) => {
          const settle = (settled: () => void): void => {
            become(wanted.length > 0 ? "wanting" : "thinking");
            settled();
          };
          wanted.push({
            text: text.trim().replaceAll(/\s+/g, " "),
            send: () =>
              void send().then(
                (value) => settle(() => resolve(value)),
                (error: unknown) => settle(() => reject(error as Error)),
              ),
          });
          if (state === "thinking") become("wanting");
        });
  const own = pgOf(db, onePool(client, gate));
  return {
    name,
    pg: own,
    processId: (client as unknown as { processID: number }).processID,
    state: () => state,
    wanted: () => wanted[0]?.text ?? "",
    goOn: () => {
      const next = wanted.shift();
      become("sent");
      next?.send();
    },
    run: async (work) => {
      become("thinking");
      try {
        return { ok: true, value: await work(own) };
      } catch (error) {
        return { ok: false, error };
      } finally {
        become("done");
      }
    },
    close: () => client.end(),
  };
}

type Gate = (text: string, send: () => Promise<unknown>) => Promise<unknown>;

/** A pool of one connection, whose statements pass the gate. */
function onePool(client: pg.Client, gate: Gate): pg.Pool {
  const waiting: Array<() => void> = [];
  let taken = false;
  const gated = {
    query: (text: string, values: unknown[]) => gate(text, () => client.query(text, values)),
    release: () => {
      const next = waiting.shift();
      if (next === undefined) taken = false;
      else next();
    },
  };
  const connect = async (): Promise<typeof gated> => {
    if (taken) await new Promise<void>((resolve) => waiting.push(resolve));
    taken = true;
    return gated;
  };
  return { connect, end: () => Promise.resolve() } as unknown as pg.Pool;
}

function pgOf(db: TestDb, pool: pg.Pool): Pg {
  const dialect = new CarefulDialect(pool);
  const database = new Kysely<NoTables>({ dialect });
  const props = transactionPropsOf(dialect);
  return {
    ...db.pg,
    batch: database,
    transaction: (work, merchantIds) =>
      database
        .transaction()
        .setAccessMode("read write")
        .execute((tx) =>
          pipelined(props, tx, async (line) => {
            if (merchantIds !== undefined) await nameMerchants(line, merchantIds);
            return work(line);
          }),
        ),
    listen: () => Promise.resolve(() => undefined),
    notify: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
