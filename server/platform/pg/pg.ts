// The database as the product sees it: one object, three roles, transactions whose failures can be told apart.
import { Kysely, sql, type RawBuilder, type Transaction } from "kysely";
import pg from "pg";
import type { BaseLogger } from "pino";
import { assert } from "../../kernel/assert.ts";
import { uuidOf } from "../../kernel/ids.ts";
import { limits } from "../limits.ts";
import type { Principal } from "../principal.ts";
import { connectionConfig, databaseRoles, type DatabaseRole } from "./connection.ts";
import { CarefulDialect } from "./dialect.ts";
import { CommitUnknownError, DatabaseUnavailableError } from "./errors.ts";
import { createListener, type Subscriber } from "./listener.ts";
import { pipelined, transactionPropsOf, type TransactionProps } from "./pipelined.ts";
import { PreparingClient } from "./prepared.ts";

/** No tables: each module names its own with `tx.$extendTables<Tables>()`, or writes `sql` templates. */
export type NoTables = Record<never, never>;
export type Database = Kysely<NoTables>;
export type Tx = Transaction<NoTables>;

export type Pg = Readonly<{
  /** Single reading statements outside a transaction, as the role that sees every merchant. */
  batch: Database;
  /** As the owner of all tables: partitions and maintenance, never a request. */
  owner: Database;
  /**
   * One transaction of the platform itself, able to write. Throws `CommitUnknownError` where the connection was lost
   * during COMMIT (re-read by key), `DatabaseUnavailableError` where nothing was written, else what `work` threw.
   * Where merchants (mer_…) are named, tables of the money path hold no other rows for it, by row-level security; where
   * none are, it sees all. It begins on the wire with its first statement; statements asked for together travel together
   * (`pipelined.ts`), and `work` may end only when all of them have been answered.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>, merchantIds?: readonly string[]): Promise<T>;
  /** A read-only transaction that sees the rows of this merchant (mer_…) alone, by row-level security. */
  tenant<T>(merchantId: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** A read-only transaction with the sight of whoever asks: everything for an operator, else the own merchant. */
  reader<T>(principal: Principal, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Hears notifications of a channel; resolves once it does, with a function that ends it. */
  listen(channel: string, subscriber: Subscriber): Promise<() => void>;
  /** Notifies at once. Inside a transaction use `notify(tx, …)`, which is heard after its COMMIT. */
  notify(channel: string, payload: string): Promise<void>;
  /** Ends every connection, after the statements under way. */
  close(): Promise<void>;
}>;

export type PgOptions = Readonly<{ url: string; poolSize?: number; log: BaseLogger }>;

/** Connects on first use. The database must have been migrated: the roles do not exist before. */
export function openPg(options: PgOptions): Pg {
  const { url, log, poolSize = limits.databasePoolSizeDefault } = options;
  const batch = openRole({ url, log }, databaseRoles.batch, poolSize);
  const tenant = openRole({ url, log }, databaseRoles.tenant, poolSize);
  const owner = openRole({ url, log }, databaseRoles.owner, limits.databaseOwnerPoolSize);
  const listener = createListener(url, log);

  const readAsTenant = <T>(merchantId: string, work: (tx: Tx) => Promise<T>): Promise<T> =>
    run(tenant, "read only", async (tx) => {
      await setOf({ "huiyin.merchant_id": uuidOf(merchantId) }).execute(tx);
      return work(tx);
    });

  return {
    batch: batch.database,
    owner: owner.database,
    transaction: (work, merchantIds) =>
      run(batch, "read write", async (tx) => {
        if (merchantIds !== undefined) await nameMerchants(tx, merchantIds);
        return work(tx);
      }),
    tenant: readAsTenant,
    reader: (principal, work) =>
      principal.role === "operator"
        ? run(batch, "read only", work)
        : readAsTenant(principal.merchantId, work),
    listen: listener.subscribe,
    notify: async (channel, payload) => {
      await notify(batch.database, channel, payload);
    },
    close: async () => {
      await Promise.all([listener.close(), batch.pool.end(), tenant.pool.end(), owner.pool.end()]);
    },
  };
}

/**
 * Holds a transaction of the batch role to the rows of these merchants (mer_…, at least one), on the tables of the money
 * path. Its statements find every row by a key, whatever their values are: they are planned once on each connection, and
 * never for a table that was empty when they were planned and could be read as a whole.
 */
export async function nameMerchants(tx: Tx, merchantIds: readonly string[]): Promise<void> {
  const named = [...new Set(merchantIds.map(uuidOf))];
  assert(named.length > 0, "a transaction that is held to no merchant at all");
  const settings = {
    "huiyin.merchants": `{${named.join(",")}}`,
    plan_cache_mode: "force_generic_plan",
    enable_seqscan: "off",
  };
  await setOf(settings).execute(tx);
}

/** Settings until the transaction ends. Without parameters, so that they travel with what begins it. */
function setOf(settings: Readonly<Record<string, string>>): RawBuilder<unknown> {
  const each = Object.entries(settings).map(([name, value]) => {
    assert(!/['\\]/.test(name + value), `${name} is set to a text that ends its quotes: ${value}`);
    return `set_config('${name}', '${value}', true)`;
  });
  return sql.raw(`select ${each.join(", ")}`);
}

/** Sends a notification (at most 7,999 bytes) that is heard after the transaction's COMMIT, and never without it. */
export async function notify(tx: Database | Tx, channel: string, payload: string): Promise<void> {
  assert(Buffer.byteLength(payload) < 8_000, `notification of ${payload.length} characters on ${channel}`);
  await sql`select pg_notify(${channel}, ${payload})`.execute(tx);
}

type OpenRole = Readonly<{ pool: pg.Pool; database: Database; props: TransactionProps }>;

function openRole(deps: { url: string; log: BaseLogger }, role: DatabaseRole, poolSize: number): OpenRole {
  const pool = new pg.Pool({
    ...connectionConfig(deps.url, role),
    Client: PreparingClient,
    pipeline: true,
    max: poolSize,
    idleTimeoutMillis: limits.databaseConnectionIdleMsMax,
  });
  // An error event without a listener ends the process: one listens while idle, one while a connection is in use,
  // where the statement under way fails by itself.
  pool.on("error", (error) => {
    deps.log.warn(
      { event: "database_connection_lost", role, error: error.message },
      "an idle connection was lost",
    );
  });
  pool.on("connect", (client) => void client.on("error", () => undefined));
  const dialect = new CarefulDialect(pool);
  const database = new Kysely<NoTables>({ dialect });
  return { pool, database, props: transactionPropsOf(dialect) };
}

async function run<T>(
  { database, props }: OpenRole,
  accessMode: "read only" | "read write",
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  try {
    return await database
      .transaction()
      .setAccessMode(accessMode)
      .execute((tx) => pipelined(props, tx, work));
  } catch (error) {
    if (error instanceof CommitUnknownError && accessMode === "read only")
      throw new DatabaseUnavailableError(error);
    throw error;
  }
}
