// Starts a whole platform on one data directory: database, platform, and the sandbox world where it is on. The platform’s
// code, nearly all that there is, is read while PostgreSQL starts; the sandbox’s only where there is one.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import type { Sandbox } from "@huiyin/sandbox/start.ts";
import type { Platform } from "@huiyin/server/start.ts";
import { createClock, type Clock } from "@huiyin/server/platform/clock.ts";
import type { Config } from "@huiyin/server/platform/config.ts";
import { writeSecretFile } from "@huiyin/server/platform/dataDirectory.ts";
import { startPostgres } from "@huiyin/server/platform/postgres/supervisor.ts";
import { claimRuntime, type RuntimeClaim } from "@huiyin/server/platform/runtimeFile.ts";
import { createWorld } from "@huiyin/server/platform/world.ts";
import type { Demo } from "./demoWorld.ts";

export type Launched = Readonly<{
  config: Config;
  clock: Clock;
  platform: Platform;
  sandbox: Sandbox | null;
  demo: Demo | null;
  operatorKey: string;
  controlToken: string | null;
  /** Drains requests, then stops sandbox, platform and database, in this order, and lets the data directory go. */
  stop(): Promise<void>;
}>;

export type LaunchOptions = Readonly<{
  config: Config;
  log: Logger;
  /** One line each: what a person at the terminal may want to know. */
  say: (line: string) => void;
  /** "throwAway" for demonstrations and tests: nothing is kept. */
  durability?: "durable" | "throwAway";
  onDatabaseCrash?: (reason: string) => void;
}>;

/** Throws AlreadyRunningError beside a live platform, and what a taken port or an unusable database throw. */
export async function launch(options: LaunchOptions): Promise<Launched> {
  const claim = claimRuntime(options.config.dataDirectory);
  const undo: Array<() => Promise<void>> = [async () => claim.release()];
  try {
    return await launchClaimed(options, claim, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => undefined);
    throw error;
  }
}

async function launchClaimed(
  options: LaunchOptions,
  claim: RuntimeClaim,
  undo: Array<() => Promise<void>>,
): Promise<Launched> {
  const { config, log } = options;
  const startedAt = new Date();
  const starting = await beginDatabase(options);
  const [database, { startPlatform, version }, { operatorKeyOf }] = await Promise.all([
    starting.database.then((started) => {
      undo.push(started.stop);
      return started;
    }),
    import("@huiyin/server/start.ts"),
    import("./keys.ts"),
  ]);
  const clock = config.sandbox ? keptClock(config.dataDirectory) : createClock();
  const world = createWorld(clock);
  const platform = await startPlatform({ config, databaseUrl: database.url, clock, world, log });
  undo.push(platform.stop);
  const operatorKey = await operatorKeyOf(platform, config.dataDirectory);
  const controlToken = config.sandbox ? secretOf(config.dataDirectory, "control.token") : null;
  const sandbox = controlToken === null ? null : await sandboxOf(options, { clock, controlToken, version });
  if (sandbox) undo.push(sandbox.stop);
  const demo = sandbox && (await demoOf({ platform, sandbox, dataDirectory: config.dataDirectory }));

  claim.publish({
    startedAt,
    version,
    urls: {
      platform: platform.url,
      console: `${platform.url}/console/`,
      cashier: `${platform.url}/cashier/`,
      sandbox: sandbox?.url ?? null,
      mqtt: platform.mqttPort === null ? config.mqttUrl : `mqtt://${config.host}:${platform.mqttPort}`,
      database: config.databaseUrl === null ? database.url : null,
    },
    tokens: {
      operator: operatorKey,
      ...(controlToken !== null && { control: controlToken }),
      ...(demo && { merchant: demo.merchantKey }),
    },
  });
  const stop = async (): Promise<void> => {
    // The sandbox answers until the platform has drained: payments under way still need their channel.
    await platform.stop();
    await sandbox?.stop();
    await database.stop();
    claim.release();
  };
  return { config, clock, platform, sandbox, demo, operatorKey, controlToken, stop };
}

type Database = Readonly<{ url: string; stop: () => Promise<void> }>;

/** Resolves as soon as there is nothing to do for the database but to wait for it. */
async function beginDatabase(options: LaunchOptions): Promise<Readonly<{ database: Promise<Database> }>> {
  const { config, say, durability, onDatabaseCrash } = options;
  if (config.databaseUrl !== null) {
    return { database: Promise.resolve({ url: config.databaseUrl, stop: async () => undefined }) };
  }
  const waiting = Promise.withResolvers<void>();
  const database = startPostgres({
    dataDirectory: config.dataDirectory,
    log: say,
    onWaiting: waiting.resolve,
    ...(durability && { durability }),
    ...(onDatabaseCrash && { onCrash: onDatabaseCrash }),
  });
  // Nobody waits for one that was still running.
  await Promise.race([waiting.promise, database]);
  return { database };
}

async function sandboxOf(
  { config, log }: LaunchOptions,
  deps: Readonly<{ clock: Clock; controlToken: string; version: string }>,
): Promise<Sandbox> {
  const { startSandbox } = await import("@huiyin/sandbox/start.ts");
  return startSandbox({
    host: config.host,
    port: config.sandboxPort,
    dataDirectory: join(config.dataDirectory, "sandbox"),
    ...deps,
    log: log.child({ part: "sandbox" }),
  });
}

async function demoOf(
  deps: Readonly<{ platform: Platform; sandbox: Sandbox; dataDirectory: string }>,
): Promise<Demo> {
  const { setUpDemo } = await import("./demoWorld.ts");
  return setUpDemo(deps);
}

/** A moved clock stays moved over a restart: time that ran backwards would contradict what is stored. */
function keptClock(dataDirectory: string): Clock {
  const file = join(dataDirectory, "clock-offset-ms");
  const kept = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  const clock = createClock(Number.isFinite(kept) ? kept : 0);
  clock.onMoved(() => writeSecretFile(file, String(clock.now().getTime() - Date.now())));
  return clock;
}

/** A secret of this installation, made at the first start and kept in a file closed to others. */
function secretOf(dataDirectory: string, name: string): string {
  const file = join(dataDirectory, name);
  if (!existsSync(file)) writeSecretFile(file, randomBytes(24).toString("base64url"));
  return readFileSync(file, "utf8").trim();
}
