// Work that waits: sent inside the transaction that causes it, so that it exists exactly when its cause does; carried
// out at least once, by whichever process works. pg-boss, on the same database.
import { randomUUID } from "node:crypto";
import { fromKysely, PgBoss, type Job } from "pg-boss";
import type { BaseLogger } from "pino";
import { assert } from "../kernel/assert.ts";
import { limits } from "./limits.ts";
import type { Metrics } from "./metrics.ts";
import { connectionConfig, databaseRoles } from "./pg/connection.ts";
import type { Tx } from "./pg/pg.ts";

/** One kind of job: its name, how its data is read again, and how patiently it is tried. */
export type JobKind<Data extends object> = Readonly<{
  /** Lower case with dashes, the module first: "arrivals-remind". Names outlive releases. */
  name: string;
  /** Reads stored data; throws where it is not what this version understands. Dates arrive as text. */
  parse: (data: unknown) => Data;
  attemptsMax: number;
  /** The first pause after a failure; each further one is twice as long, up to the maximum. */
  retrySecondsMin: number;
  retrySecondsMax: number;
  /** An attempt that takes longer counts as failed. */
  attemptSecondsMax: number;
}>;

export type SendOptions = Readonly<{
  /** Real seconds before the first attempt: moving the sandbox clock does not bring a job forward. */
  delaySeconds?: number;
  /** While a job of this kind with the same key is waiting, another one is not added. */
  key?: string;
}>;

export type JobHandler<Data> = (data: Data, signal: AbortSignal) => Promise<void>;

export type Jobs = Readonly<{
  /** Says what is done with a kind of job. Before `start`. */
  register<Data extends object>(kind: JobKind<Data>, handler: JobHandler<Data>): void;
  /** Adds a job with the COMMIT of the transaction. "alreadyWaiting": one with the same key is there. */
  send<Data extends object>(
    tx: Tx,
    kind: JobKind<Data>,
    data: Data,
    options?: SendOptions,
  ): Promise<"sent" | "alreadyWaiting">;
  /** Makes the queues of all registered kinds. "work" also carries jobs out; "send" leaves that to other processes. */
  start(mode: "work" | "send"): Promise<void>;
  /** Takes no more jobs and waits at most ten seconds for those under way. */
  stop(): Promise<void>;
}>;

type Registered = Readonly<{ kind: JobKind<object>; handler: JobHandler<object> }>;

const schema = "pgboss";

const working = {
  pollingIntervalSeconds: limits.jobPollSeconds,
  // Nobody notifies when a delay or a pause between attempts is over, so polling stays as quick beside it.
  notifyPollingIntervalSeconds: limits.jobPollSeconds,
  batchSize: 1,
} as const;

/** The schema pgboss comes from the migrations; its tables are pg-boss’s own and are brought up to date at start. */
export function createJobs(deps: { url: string; log: BaseLogger; metrics: Metrics }): Jobs {
  const registered = new Map<string, Registered>();
  const results = deps.metrics.counter({
    name: "huiyin_jobs_total",
    help: "Attempts at jobs",
    labels: ["job", "result"],
  });
  const boss = openBoss(deps);

  async function carryOut({ kind, handler }: Registered, job: Job<object>): Promise<void> {
    try {
      await handler(kind.parse(job.data), job.signal);
      results.inc({ job: kind.name, result: "done" });
    } catch (error) {
      results.inc({ job: kind.name, result: "failed" });
      deps.log.error({ event: "job_failed", job: kind.name, jobId: job.id, err: error }, "a job failed");
      throw error;
    }
  }

  return {
    register: (kind, handler) => {
      assert(/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(kind.name), `job name ${kind.name}`);
      assert(!registered.has(kind.name), `job ${kind.name} is registered twice`);
      // The registry forgets the type of the data; `parse` of the same kind brings it back.
      registered.set(kind.name, { kind, handler } as unknown as Registered);
    },
    send: async (tx, kind, data, { delaySeconds = 0, key } = {}) => {
      assert(registered.has(kind.name), `job ${kind.name} is not registered`);
      const id = await boss.send(kind.name, data, {
        db: fromKysely(tx),
        ...(delaySeconds > 0 && { startAfter: delaySeconds }),
        // Every job has a key, because the queue holds one waiting job a key.
        singletonKey: key ?? randomUUID(),
      });
      return id === null ? "alreadyWaiting" : "sent";
    },
    start: async (mode) => {
      await boss.start();
      for (const one of registered.values()) await makeQueue(boss, one.kind);
      // Jobs are sent by the batch role, in the transaction of their cause.
      await boss
        .getDb()
        .executeSql(
          `grant select, insert, update, delete on all tables in schema ${schema} to ${databaseRoles.batch}`,
        );
      if (mode === "send") return;
      for (const one of registered.values()) {
        await boss.work<object>(one.kind.name, working, async ([job]) => {
          if (job !== undefined) await carryOut(one, job);
        });
      }
    },
    stop: () => boss.stop({ graceful: true, timeout: limits.jobDrainMsMax, close: true }),
  };
}

/** As the owner, because pg-boss looks after tables of its own. */
function openBoss(deps: { url: string; log: BaseLogger }): PgBoss {
  const { connectionString, options } = connectionConfig(deps.url, databaseRoles.owner);
  const boss = new PgBoss({
    connectionString: connectionString ?? deps.url,
    ...(options !== undefined && { options }),
    application_name: "huiyin_jobs",
    schema,
    createSchema: false,
    max: limits.jobPoolSize,
    schedule: false,
    useListenNotify: true,
  });
  boss.on("error", (error) => {
    deps.log.error({ event: "jobs_failed", err: error }, "pg-boss reported an error");
  });
  return boss;
}

async function makeQueue(boss: PgBoss, kind: JobKind<object>): Promise<void> {
  const settings = {
    retryLimit: kind.attemptsMax - 1,
    retryDelay: kind.retrySecondsMin,
    retryDelayMax: kind.retrySecondsMax,
    retryBackoff: true,
    expireInSeconds: kind.attemptSecondsMax,
    notify: true,
  };
  // "short": one waiting job per key, which is what `key` promises.
  await boss.createQueue(kind.name, { policy: "short", ...settings });
  await boss.updateQueue(kind.name, settings);
}
