// The database behind a gate: every statement outside a transaction, and every transaction as a whole, is one event
// of the scheduler. Before and after each, the process may die: then nothing was written, or it was and nobody heard.
import { Kysely, type Driver } from "kysely";
import pg from "pg";
import { connectionConfig, databaseRoles } from "@huiyin/server/platform/pg/connection.ts";
import { CarefulDialect } from "@huiyin/server/platform/pg/dialect.ts";
import type { Database, NoTables, Pg } from "@huiyin/server/platform/pg/pg.ts";
import { PreparingClient } from "@huiyin/server/platform/pg/prepared.ts";
import type { Chance } from "./random.ts";
import type { Life, Scheduler } from "./scheduler.ts";

export type GateDeps = Readonly<{
  scheduler: Scheduler;
  chance: Chance;
  life: Life;
  /** Asked before and after each transaction that may write: true when the process died at this very point. */
  dies(at: "beforeCommit" | "afterCommit"): boolean;
}>;

/** Longest that a statement takes, in virtual milliseconds. */
const latencyMsMax = 4;

type Work = "reading" | "writing";

/** Runs `work` when the scheduler says so. What belongs to a dead process neither begins nor returns. */
export type Gate = <T>(kind: Work, work: () => Promise<T>) => Promise<T>;

function createGate(deps: GateDeps): Gate {
  let executing = false;
  return (kind, work) => {
    // A statement inside the transaction under way belongs to its event.
    if (executing) return work();
    return new Promise((resolve, reject) => {
      const run = (): void => {
        if (kind === "writing" && deps.dies("beforeCommit")) return;
        const end = deps.scheduler.begin(`database ${kind}`);
        executing = true;
        const over = (settle: () => void): void => {
          executing = false;
          if (kind === "reading" || !deps.dies("afterCommit")) settle();
          end();
        };
        work().then(
          (value) => over(() => resolve(value)),
          (error: unknown) => over(() => reject(error as Error)),
        );
      };
      deps.scheduler.after(
        deps.chance.integer(0, latencyMsMax),
        { actor: "database", name: kind, run },
        deps.life,
      );
    });
  };
}

/** A pool for single statements that outlives the processes of one run. */
export function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({
    ...connectionConfig(url, databaseRoles.batch),
    Client: PreparingClient,
    max: 4,
  });
  pool.on("error", () => undefined);
  return pool;
}

/** Single statements on the pool, each of them through the gate. */
export function gatedDatabase(pool: pg.Pool, gate: Gate): Database {
  return new Kysely<NoTables>({ dialect: new GatedDialect(pool, gate) });
}

/** Where a run keeps its rows. */
export type Store = Readonly<{
  pg: Pg;
  /** For single statements: each of them passes the gate. */
  gated(gate: Gate): Database;
  /** A stranger’s statement: rows as they are, a bigint as its digits. */
  query<Row>(text: string): Promise<Row[]>;
  close(): Promise<void>;
}>;

/** The database of one process of the platform. The store outlives it. */
export function gatedPg(deps: GateDeps, { pg: real, gated }: Store): Pg {
  const gate = createGate(deps);
  return {
    batch: gated(gate),
    owner: real.owner,
    transaction: (work, merchantIds) => gate("writing", () => real.transaction(work, merchantIds)),
    tenant: (merchantId, work) => gate("reading", () => real.tenant(merchantId, work)),
    reader: (principal, work) => gate("reading", () => real.reader(principal, work)),
    // Other processes do not exist here; whoever listens hears nothing, as after a lost connection.
    listen: async () => () => undefined,
    notify: async () => undefined,
    close: async () => undefined,
  };
}

class GatedDialect extends CarefulDialect {
  readonly #gate: Gate;

  constructor(pool: pg.Pool, gate: Gate) {
    super(pool);
    this.#gate = gate;
  }

  /** A statement’s event lasts from taking a connection to giving it back. */
  override createDriver(): Driver {
    const inner = super.createDriver();
    const leave = new Map<unknown, () => Promise<void>>();
    return {
      init: () => inner.init(),
      acquireConnection: () =>
        new Promise((resolve, reject) => {
          const over = Promise.withResolvers<void>();
          const done = this.#gate("reading", async () => {
            const connection = await inner.acquireConnection();
            leave.set(connection, async () => {
              leave.delete(connection);
              await inner.releaseConnection(connection);
              over.resolve();
              await done;
            });
            resolve(connection);
            await over.promise;
          });
          done.catch(reject);
        }),
      releaseConnection: async (connection) => leave.get(connection)?.(),
      beginTransaction: (connection, settings) => inner.beginTransaction(connection, settings),
      commitTransaction: (connection) => inner.commitTransaction(connection),
      rollbackTransaction: (connection) => inner.rollbackTransaction(connection),
      destroy: () => inner.destroy(),
    };
  }
}
