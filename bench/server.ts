// The real server in a process of its own, with a channel that answers in process. Forked by a measurement.
import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { createClock } from "@huiyin/server/platform/clock.ts";
import { limits } from "@huiyin/server/platform/limits.ts";
import { createLog } from "@huiyin/server/platform/log.ts";
import { createWorld } from "@huiyin/server/platform/world.ts";
import { verifyLedger } from "@huiyin/server/modules/ledger/index.ts";
import { startPlatform, type Platform } from "@huiyin/server/start.ts";
import { createBookChannel, type Trade } from "./channel.ts";
import { answerQuestions } from "./processes.ts";
import { openShops, type Shop } from "./shops.ts";

export type ServerWanted = Readonly<{
  databaseUrl: string;
  merchants: number;
  logFile: string;
  /** "single": every transaction is one payment’s own. What is set here is set nowhere else. */
  batches: "asShipped" | "single";
}>;

/** Of the server’s process, since it began. */
export type Usage = Readonly<{ cpuMs: number; residentBytes: number }>;

export type ServerQuestions = {
  start: (wanted: ServerWanted) => Promise<Readonly<{ url: string; shops: readonly Shop[] }>>;
  /** The bank’s book since the last call. */
  trades: (none: null) => readonly Trade[];
  verify: (none: null) => Promise<Readonly<{ journals: bigint; broken: string | null }>>;
  usage: (none: null) => Usage;
  /** Has PostgreSQL count what the connections of this server did, now rather than when they have been idle for long. */
  countRows: (none: null) => Promise<void>;
};

const book = createBookChannel();
let platform: Platform | null = null;

function running(): Platform {
  if (platform === null) throw new Error("the server has not been started");
  return platform;
}

/** Without company in a transaction, only more transactions side by side help: as many as there are connections. */
const singleConnections = 48;

const meetSeconds = 0.2;

async function start({ databaseUrl, merchants, logFile, batches }: ServerWanted) {
  if (batches === "single")
    Object.assign(limits, {
      batchSizeMax: 1,
      batchesInFlightMax: singleConnections / 2,
      databasePoolSizeDefault: singleConnections,
    });
  const clock = createClock();
  platform = await startPlatform({
    config: {
      ...{ host: "127.0.0.1", port: 0, mqttPort: 0, mqttUrl: null, publicUrl: null },
      masterKey: { bytes: randomBytes(32), kind: "production" },
      // Announcements are written here and sent by nobody: who sends them is measured by itself.
      roles: ["http", "jobs"],
    },
    ...{ databaseUrl, clock, world: createWorld(clock) },
    log: createLog({ level: "info", destination: createWriteStream(logFile) }),
    channels: new Map([["alipay", book.channel]]),
  });
  return { url: platform.url, shops: await openShops(platform, merchants) };
}

const answers: ServerQuestions = {
  start,
  trades: () => book.takeTrades(),
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
  usage: () => {
    const { user, system } = process.cpuUsage();
    return { cpuMs: (user + system) / 1_000, residentBytes: process.memoryUsage.rss() };
  },
};

answerQuestions(answers, async () => platform?.stop());
