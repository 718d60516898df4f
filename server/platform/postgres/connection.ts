// The supervisor's own connections: readiness is a connection that works, not a line in a log.
import pg from "pg";
import { setTimeout as sleep } from "node:timers/promises";
import { superuser } from "./cluster.ts";
import { limits } from "./limits.ts";

/**
 * Address of a server on this machine: a socket of the file system in this directory, which costs a third less than the
 * loopback, for either side of each statement; the loopback where the directory is null.
 */
export type Address = Readonly<{ port: number; password: string; socketDirectory: string | null }>;

const startingUp = "57P03";

/** The URL of one of its databases. */
export function urlOf(address: Address, database: string): string {
  const { port, password, socketDirectory } = address;
  const host = socketDirectory === null ? "127.0.0.1" : encodeURIComponent(socketDirectory);
  return `postgres://${superuser}:${password}@${host}:${port}/${database}`;
}

/** Waits until the server accepts a connection. `failed` is asked in between and ends the wait with its text. */
export async function waitUntilReady(address: Address, failed: () => string | null): Promise<void> {
  for (let waitedMs = 0; waitedMs < limits.readyMsMax; waitedMs += limits.readyPollMs) {
    const failure = failed();
    if (failure !== null) throw new Error(failure);
    if ((await attempt(address)) === "ready") return;
    await sleep(limits.readyPollMs);
  }
  throw new Error(`PostgreSQL was not ready after ${limits.readyMsMax / 1_000} s.`);
}

/** Runs one piece of work on a connection of its own to the maintenance database. */
export async function withConnection<T>(
  address: Address,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: urlOf(address, "postgres"),
    connectionTimeoutMillis: limits.connectMsMax,
  });
  // Without a listener, a connection broken from the other side would end the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Creates the database unless it exists. The name is ours, never a stranger's. */
export async function ensureDatabase(address: Address, name: string): Promise<void> {
  await withConnection(address, async (client) => {
    const found = await client.query("select 1 from pg_database where datname = $1", [name]);
    if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  });
}

async function attempt(address: Address): Promise<"ready" | "notYet"> {
  try {
    await withConnection(address, (client) => client.query("select 1"));
    return "ready";
  } catch (error) {
    const { code } = error as { code?: string };
    // A refusal by the server itself, such as a wrong password, will not get better by waiting.
    if (code !== undefined && /^[0-9A-Z]{5}$/.test(code) && code !== startingUp && !code.startsWith("E"))
      throw error;
    return "notYet";
  }
}
