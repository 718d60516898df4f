// The real server in a process of its own, with a channel that answers in process. Forked by a measurement.
import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { createClock } from "@huiyin/server/platform/clock.ts";
import { limits } from "@huiyin/server/platform/limits.ts";
import { createLog } from "@huiyin/server/platform/log.ts";
import { createWorld } from "@huiyin/server/platform/world.ts";
import { verifyLedger } from "@huiyin/server/modules/ledger/index.ts";
import { startPlatform, type Platform } from "@huiyin/server/start.ts";
import { createBookChannel, type BookChannel, type TimedTrade } from "./channel.ts";
import { answerQuestions } from "./processes.ts";
import { openShops, type Shop } from "./shops.ts";
import { kilobyte } from "./statistics.ts";

export type ServerWanted = Readonly<{
  databaseUrl: string;
  merchants: number;
  logFile: string;
  /** "single": every transaction is one payment’s own. What is set here is set nowhere else. */
  batches: "asShipped" | "single";
  channel:
    | Readonly<{ kind: "book"; answerMs: number }>
    /** The registry’s own, with one of these accounts for each merchant in turn. */
    | Readonly<{ kind: "alipay"; accounts: ReadonlyArray<Readonly<Record<string, string>>> }>;
  terminalsEach: number;
  /** Absent: announcements are written here and sent by nobody. */
  broker?: "embedded";
}>;

/** Of the server’s process, since it began. */
export type Usage = Readonly<{
  cpuMs: number;
  residentBytes: number;
  residentBytesPeak: number;
  /** Of JavaScript and what belongs to it: without what was given back and is kept for later. */
  usedBytes: number;
}>;

export type Started = Readonly<{ url: string; mqttPort: number | null; shops: readonly Shop[] }>;

export type ServerQuestions = {
  start: (wanted: ServerWanted) => Promise<Started>;
  /** The bank’s book since the last call. */
  trades: (none: null) => readonly TimedTrade[];
  verify: (none: null) => Promise<Readonly<{ journals: bigint; broken: string | null }>>;
  usage: (none: null) => Usage;
  /** The same after what is not needed any more was given back; the server was started with --expose-gc. */
  usageCollected: (none: null) => Usage;
  /** Has PostgreSQL count what the connections of this server did, now rather than when they have been idle for long. */
  countRows: (none: null) => Promise<void>;
};

let book: BookChannel | null = null;
let platform: Platform | null = null;

function running(): Platform {
  if (platform === null) throw new Error("the server has not been started");
  return platform;
}

/** Without company in a transaction, only more transactions side by side help: as many as there are connections. */
const singleConnections = 48;

const meetSeconds = 0.2;

async function start(wanted: ServerWanted): Promise<Started> {
  const { databaseUrl, merchants, logFile, batches, channel, terminalsEach, broker } = wanted;
  if (batches === "single")
    Object.assign(limits, {
      batchSizeMax: 1,
      batchesInFlightMax: singleConnections / 2,
      databasePoolSizeDefault: singleConnections,
    });
  const clock = createClock();
  if (channel.kind === "book") book = createBookChannel(channel.answerMs);
  platform = await startPlatform({
    config: {
      ...{ host: "127.0.0.1", port: 0, mqttPort: 0, mqttUrl: null, publicUrl: null },
      masterKey: { bytes: randomBytes(32), kind: "production" },
      roles: broker === undefined ? ["http", "jobs"] : ["http", "mqtt", "jobs"],
    },
    ...{ databaseUrl, clock, world: createWorld(clock) },
    log: createLog({ level: "info", destination: createWriteStream(logFile) }),
    ...(book && { channels: new Map([["alipay", book.channel]]) }),
  });
  const accounts = channel.kind === "alipay" ? channel.accounts : [];
  const shops = await openShops(platform, { count: merchants, terminalsEach, accounts });
  return { url: platform.url, mqttPort: platform.mqttPort, shops };
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  const { rss, peak } = { rss: process.memoryUsage.rss(), peak: process.resourceUsage().maxRSS };
  const { heapUsed, external } = process.memoryUsage();
  return {
    cpuMs: (user + system) / 1_000,
    residentBytes: rss,
    residentBytesPeak: peak * kilobyte,
    usedBytes: heapUsed + external,
  };
}

const answers: ServerQuestions = {
  start,
  trades: () => book?.takeTrades() ?? [],
  verify: async () => {
    const { journals, broken } = await verifyLedger(running(), null);
    return { journals, broken: broken && `${broken.table} ${broken.row}: ${broken.problem}` };
  },
  countRows: async () => {
    // Each of them sleeps on a connection of its own, so that every connection of the pool is met.
    const meet = (): Promise<unknown> =>
      running()
        .pg.batch.selectNoFrom((call) => [
          call.fn("pg_stat_force_next_flush").as("flushed"),
          call.fn("pg_sleep", [call.val(meetSeconds)]).as("slept"),
        ])
        .execute();
    await Promise.all(Array.from({ length: limits.databasePoolSizeDefault }, meet));
  },
  usage,
  usageCollected: () => {
    if (globalThis.gc === undefined) throw new Error("started without --expose-gc");
    // The second round takes what the first one’s finalizers let go.
    globalThis.gc();
    globalThis.gc();
    return usage();
  },
};

answerQuestions(answers, async () => platform?.stop());
