// A platform for one story: its own data directory, free ports, and nothing left afterwards, however the story ends.
import { chmodSync, createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { sql } from "kysely";
import { loadConfig } from "@huiyin/server/platform/config.ts";
import { createLog } from "@huiyin/server/platform/log.ts";
import { exitCodes } from "../exit.ts";
import { launch, type Launched } from "../launch.ts";

export type ThrowAway = Readonly<{
  launched: Launched;
  /** The last lines that the platform logged. */
  logTail(): string;
  end(): Promise<void>;
}>;

const logLinesMax = 20;

/** Starts it. A signal ends it early, even while it is starting, with exit code 1 and nothing left. */
export async function startThrowAway(say: (line: string) => void): Promise<ThrowAway> {
  const directory = mkdtempSync(join(tmpdir(), "huiyin-demo-"));
  // Root's database runs as another account, which has to get in.
  chmodSync(directory, 0o711);
  const logFile = join(directory, "story.log");
  const stream = createWriteStream(logFile);
  const starting = start(directory, stream, say);
  let ending: Promise<void> | null = null;
  const end = (): Promise<void> =>
    (ending ??= starting
      .then((launched) => launched.stop())
      .finally(() => {
        stream.end();
        rmSync(directory, { recursive: true, force: true });
      }));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      const leave = (): never => process.exit(exitCodes.refused);
      end().then(leave, leave);
    });
  }
  const logTail = (): string =>
    readFileSync(logFile, "utf8").trim().split("\n").slice(-logLinesMax).join("\n");
  try {
    return { launched: await starting, logTail, end };
  } catch (error) {
    await end().catch(() => undefined);
    throw error;
  }
}

async function start(directory: string, stream: Writable, say: (line: string) => void): Promise<Launched> {
  const config = loadConfig({
    ...{ HUIYIN_DATA: join(directory, "data"), PORT: "0", SANDBOX_PORT: "0", MQTT_PORT: "0" },
    ...{ SANDBOX: "on", LOG_LEVEL: "warn" },
  });
  const log = createLog({ level: config.logLevel, destination: stream });
  return launch({ config, log, say, durability: "throwAway" });
}

/** One fen too much on the platform's own books, as a careless hand in the database would leave it. */
export async function plantOneFen({ platform }: Launched): Promise<void> {
  await platform.pg.transaction(async (tx) => {
    await sql`update ledger.head set amounts[1] = amounts[1] + 1 where accounts[1] = 'channel:alipay'`.execute(
      tx,
    );
  });
}
