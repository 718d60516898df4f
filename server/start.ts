// The composition root of the platform: configuration in, a running platform out. It knows every module and no sandbox.
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Server } from "node:http";
import type { Logger } from "pino";
import { runPartitions } from "./db/partitions.ts";
import type { World } from "./kernel/world.ts";
import { composeModules, type Modules } from "./modules.ts";
import { createAdmission } from "./platform/admission.ts";
import type { Clock } from "./platform/clock.ts";
import type { Config } from "./platform/config.ts";
import { createHttp, type Http } from "./platform/http/app.ts";
import type { Authenticator } from "./platform/http/authentication.ts";
import type { PageFolder } from "./platform/http/pages.ts";
import { createJobs, type Jobs } from "./platform/jobs.ts";
import { createLoops, type Loops } from "./platform/loops.ts";
import { createMetrics } from "./platform/metrics.ts";
import { attachToHttp, createBroker } from "./platform/mqtt/broker.ts";
import type { Broker } from "./platform/mqtt/port.ts";
import { migrate } from "./platform/pg/migrate.ts";
import { openPg, type Pg } from "./platform/pg/pg.ts";
import { createVault } from "./platform/secrets.ts";
import { createWaits, stopInTime, withinStopTime, type Waits } from "./platform/stopping.ts";
import { createTerminalIdentity } from "./modules/terminals/index.ts";
import type { Channels } from "./surroundings.ts";

export const version = "0.1.0";

export type PlatformOptions = Readonly<{
  config: Pick<Config, "host" | "port" | "mqttPort" | "mqttUrl" | "masterKey" | "roles" | "publicUrl"> &
    Partial<Pick<Config, "webhookAllowHosts" | "eCnyCodes">>;
  databaseUrl: string;
  clock: Clock;
  world: World;
  log: Logger;
  /** Those of the registry where absent; a measurement brings one that answers without a network. */
  channels?: Channels;
}>;

export type Platform = Readonly<{
  /** Of the HTTP interface, without a slash at the end. */
  url: string;
  /** Port of MQTT over TCP; null with an external broker. */
  mqttPort: number | null;
  /** What the command line sets up for a demonstration goes through the same services as everything else. */
  modules: Modules;
  pg: Pg;
  /** Lets requests and rounds under way end, then closes everything but the database server. */
  stop(): Promise<void>;
}>;

/** Migrates the database, composes the modules, and listens. Rejects when a port is taken or the database is not usable. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { config, clock, log } = options;
  await migrate(options.databaseUrl, { log: (line) => log.info({ event: "database_migrated" }, line) });
  const pg = openPg({ url: options.databaseUrl, log });
  const loops = createLoops({ clock, log });
  const metrics = createMetrics();
  const admission = createAdmission({ metrics });
  const waits = createWaits(clock);
  const jobs = createJobs({ url: options.databaseUrl, log, metrics });
  const authenticators: Authenticator[] = [];
  const identity = createTerminalIdentity({ pg, world: options.world });
  const broker = createBroker(
    { ...identity.broker, log, now: () => clock.now() },
    { url: config.mqttUrl, host: config.host, port: config.mqttPort },
  );
  const http = await createHttp({
    log,
    metrics,
    authenticators,
    admission,
    version,
    pages: pages(),
    trustedProxies: [],
  });
  http.health.addCheck("database", async () => {
    await pg.batch.selectNoFrom((expression) => expression.lit(1).as("one")).execute();
  });
  const url = new LateUrl(config.publicUrl);
  const modules = await composeModules(
    {
      ...{ pg, loops, jobs, metrics, log, broker, clock, world: options.world, identity },
      ...{ admission, waits },
      ...(options.channels && { channels: options.channels }),
      vault: createVault([config.masterKey.bytes]),
      masterKey: config.masterKey.bytes,
      ...(config.eCnyCodes && { recognition: { eCny: config.eCnyCodes } }),
      ...(config.webhookAllowHosts && { webhookAllowHosts: config.webhookAllowHosts }),
      publicUrl: () => url.value(),
      randomBytes: (count) => randomBytes(count),
      processId: `${process.pid}-${randomBytes(4).toString("hex")}`,
    },
    http.app,
  );
  authenticators.push(...modules.authenticators);

  try {
    // Before the first payment: a month without a partition would fill the DEFAULT one.
    await runPartitions({ pg, loops, metrics, log, world: options.world });
    url.listening(await http.listen({ host: config.host, port: config.port }));
    attachToHttp(broker, http.app.server as Server);
    if (config.roles.includes("mqtt")) await broker.start();
    const stopModules = await modules.run(config.roles);
    log.info({ event: "platform_started", url: url.listened() }, "the platform is listening");
    const stop = stopOnce({ http, loops, jobs, broker, stopModules, pg, waits, log });
    return { url: url.listened(), mqttPort: broker.tcpPort(), modules, pg, stop };
  } catch (error) {
    const stopModules = async (): Promise<void> => undefined;
    await stopOnce({ http, loops, jobs, broker, stopModules, pg, waits, log })();
    throw error;
  }
}

type Parts = Readonly<{
  http: Http;
  loops: Loops;
  jobs: Jobs;
  broker: Broker;
  stopModules: () => Promise<void>;
  pg: Pg;
  waits: Waits;
  log: Logger;
}>;

/**
 * Requests first, so that what was accepted is answered; the database last, because everybody needs it. What does not end
 * in time is left behind: it was written down before it began, and the next start goes on with it.
 */
function stopOnce(parts: Parts): () => Promise<void> {
  let stopping: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    const { http, loops, jobs, broker, stopModules, pg, waits, log } = parts;
    http.health.leave();
    await withinStopTime(waits, (late) =>
      stopInTime(
        { log, late },
        {
          requests: http.drain,
          loops: loops.stop,
          jobs: jobs.stop,
          modules: stopModules,
          broker: broker.stop,
          database: pg.close,
        },
      ),
    );
  };
  return () => (stopping ??= stop());
}

/** The address that others are told: configured, or where we listen, which is known only then. */
class LateUrl {
  readonly #configured: string | null;
  #listened: string | null = null;

  constructor(configured: string | null) {
    this.#configured = configured;
  }

  listening(url: string): void {
    this.#listened = url;
  }

  listened(): string {
    return this.#listened ?? "";
  }

  value(): string {
    return this.#configured ?? this.listened();
  }
}

/** The built screens that are there; a server without them still serves its interface. */
function pages(): PageFolder[] {
  const folders: PageFolder[] = [
    { path: "/console/", directory: dist("console"), unknownPaths: "index" },
    { path: "/cashier/", directory: dist("cashier"), unknownPaths: "index" },
  ];
  return folders.filter((folder) => existsSync(folder.directory));
}

function dist(workspace: string): string {
  return fileURLToPath(new URL(`../${workspace}/dist`, import.meta.url));
}
