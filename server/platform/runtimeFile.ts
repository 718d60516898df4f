// How one process finds the platform that runs on a data directory: a claim that dies with its process, and a file
// that says where the platform listens.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeSecretFile } from "./dataDirectory.ts";
import { claim, claimant, ClaimedError } from "./postgres/claim.ts";
import { identityOf, isRunning, type ProcessIdentity } from "./postgres/processes.ts";

/** Where a running platform listens; null where it does not. */
export type RuntimeUrls = Readonly<{
  /** Of the HTTP interface, without a path: http://127.0.0.1:8080 */
  platform: string | null;
  console: string | null;
  cashier: string | null;
  sandbox: string | null;
  mqtt: string | null;
  /** postgres://… of the embedded database, with its password; the file is closed to others. */
  database: string | null;
}>;

/** Keys by which commands on this machine may speak to the running platform, by name. */
export type RuntimeTokens = Readonly<Record<string, string>>;

/** A platform that runs now. */
export type Running = Readonly<{
  pid: number;
  startedAt: Date;
  version: string;
  urls: RuntimeUrls;
  tokensFile: string;
}>;

/** Another platform runs on this data directory. `url` is null while it is still starting. */
export class AlreadyRunningError extends Error {
  override readonly name = "AlreadyRunningError";
  readonly pid: number;
  readonly url: string | null;

  constructor(pid: number, url: string | null) {
    super(
      url === null
        ? `已有一个平台正在启动（进程 ${pid}）。/ A platform is already starting (process ${pid}).`
        : `平台已在运行：${url}（进程 ${pid}）。/ The platform is already running at ${url} (process ${pid}).`,
    );
    this.pid = pid;
    this.url = url;
  }
}

export type RuntimeClaim = Readonly<{
  /** Says where the platform listens, once it does; `startedAt` is a real time. Returns the file of the tokens. */
  publish(facts: { startedAt: Date; version: string; urls: RuntimeUrls; tokens: RuntimeTokens }): string;
  /** Takes back what was published and lets the data directory go. */
  release(): void;
}>;

type Published = Readonly<{
  process: ProcessIdentity;
  startedAt: string;
  version: string;
  urls: RuntimeUrls;
}>;

/**
 * Claims the data directory for the platform in this process: the first step of a start, before the database.
 * Throws `AlreadyRunningError` beside a live one. What a dead one left is taken over.
 */
export function claimRuntime(dataDirectory: string): RuntimeClaim {
  const release = claimOrName(dataDirectory);
  rmSync(runtimeFile(dataDirectory), { force: true });
  return {
    publish: ({ startedAt, version, urls, tokens }) => {
      const self = identityOf(process.pid);
      if (self === null) throw new Error(`process ${process.pid} does not find itself`);
      const facts: Published = { process: self, startedAt: startedAt.toISOString(), version, urls };
      writeSecretFile(tokensFile(dataDirectory), JSON.stringify(tokens, null, 2) + "\n");
      writeSecretFile(runtimeFile(dataDirectory), JSON.stringify(facts, null, 2) + "\n");
      return tokensFile(dataDirectory);
    },
    release: () => {
      rmSync(runtimeFile(dataDirectory), { force: true });
      rmSync(tokensFile(dataDirectory), { force: true });
      release();
    },
  };
}

/** The platform that runs on this data directory; null when none does, when it died, or while it is still starting. */
export function readRunning(dataDirectory: string): Running | null {
  let facts: Published;
  try {
    facts = JSON.parse(readFileSync(runtimeFile(dataDirectory), "utf8")) as Published;
  } catch {
    return null;
  }
  if (!isRunning(facts.process)) return null;
  return {
    pid: facts.process.pid,
    startedAt: new Date(facts.startedAt),
    version: facts.version,
    urls: facts.urls,
    tokensFile: tokensFile(dataDirectory),
  };
}

/** The pid of the platform that has this data directory, be it still starting; null when none has. */
export function runningPid(dataDirectory: string): number | null {
  return claimant(claimFile(dataDirectory))?.pid ?? null;
}

/** The tokens of the running platform; null when there are none or they are not ours to read. */
export function readTokens(dataDirectory: string): RuntimeTokens | null {
  try {
    return JSON.parse(readFileSync(tokensFile(dataDirectory), "utf8")) as RuntimeTokens;
  } catch {
    return null;
  }
}

function claimOrName(dataDirectory: string): () => void {
  try {
    return claim(claimFile(dataDirectory));
  } catch (error) {
    if (!(error instanceof ClaimedError)) throw error;
    throw new AlreadyRunningError(error.pid, readRunning(dataDirectory)?.urls.platform ?? null);
  }
}

function claimFile(dataDirectory: string): string {
  return join(dataDirectory, "platform.json");
}

function runtimeFile(dataDirectory: string): string {
  return join(dataDirectory, "runtime.json");
}

function tokensFile(dataDirectory: string): string {
  return join(dataDirectory, "runtime-tokens.json");
}
