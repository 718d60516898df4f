// The PostgreSQL that every measurement of one run shares: durable as in production, in a folder that is thrown away.
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startPostgres } from "@huiyin/server/platform/postgres/supervisor.ts";
import { cpuMsOfSiblings, memoryBytesOfSiblings } from "./processTable.ts";
import { medianOf } from "./statistics.ts";

export type Machine = Readonly<{
  /** Creates an empty database and returns its URL, as superuser. */
  freshDatabase(): Promise<string>;
  /** Writes everything out, so that no leg pays for the one before. */
  checkpoint(): Promise<void>;
  /** Bytes of write-ahead log written so far by the whole server. */
  walBytes(): Promise<number>;
  /** Processor time of every process of the database so far, milliseconds; null where the system does not tell. */
  databaseCpuMs(): number | null;
  /** Memory of every process of the database now, what they share counted once; null where the system does not tell. */
  databaseMemoryBytes(): number | null;
  facts: Facts;
}>;

/** What a reader needs in order to compare two machines. */
export type Facts = Readonly<{
  processor: string;
  cores: number;
  memoryGigabytes: number;
  node: string;
  postgres: string;
  /** How long the disk takes to make 8 KB durable. */
  fsyncMs: number;
  /** Processes that wanted to run before the measurement began, over the last minute: what others took from it. */
  loadBefore: number;
}>;

// The server is asked by several processes at once: its own, another build of it, and the baseline.
const connectionsMax = "250";
const fsyncRounds = 50;

/** Runs `work` beside a PostgreSQL of its own and removes everything afterwards, also when interrupted. */
export async function withMachine<T>(work: (machine: Machine) => Promise<T>): Promise<T> {
  const directory = fs.mkdtempSync(join(tmpdir(), "huiyin-bench-"));
  // Root's database runs as another account, which has to get in.
  fs.chmodSync(directory, 0o711);
  const remove = (): void => fs.rmSync(directory, { recursive: true, force: true });
  try {
    const fsyncMs = fsyncMsOf(directory);
    const log = (line: string): void => void process.stderr.write(`${line}\n`);
    const settings = { max_connections: connectionsMax };
    const postgres = await startPostgres({ dataDirectory: directory, log, durability: "durable", settings });
    const interrupted = (): void => void postgres.stop().finally(() => (remove(), process.exit(130)));
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
    for (const signal of signals) process.once(signal, interrupted);
    const admin = new pg.Client({ connectionString: postgres.url });
    // Where PostgreSQL is stopped under it, by Ctrl-C, what was asked of it is rejected; that is enough.
    admin.on("error", () => undefined);
    try {
      await admin.connect();
      return await work(await machineOf(admin, postgres.url, fsyncMs));
    } finally {
      await admin.end();
      for (const signal of signals) process.off(signal, interrupted);
      await postgres.stop();
    }
  } finally {
    remove();
  }
}

async function machineOf(admin: pg.Client, url: string, fsyncMs: number): Promise<Machine> {
  const settings = ["fsync", "synchronous_commit", "full_page_writes"];
  for (const name of settings) {
    const { rows } = await admin.query<Record<string, string>>(`show ${name}`);
    if (rows[0]?.[name] !== "on") throw new Error(`${name} is ${rows[0]?.[name]}: nothing would be durable`);
  }
  const { rows } = await admin.query<{ server_version: string }>("show server_version");
  const { rows: backends } = await admin.query<{ pid: number }>("select pg_backend_pid() as pid");
  return {
    freshDatabase: async () => {
      const name = `bench_${randomBytes(6).toString("hex")}`;
      await admin.query(`create database ${name} template template0`);
      const fresh = new URL(url);
      fresh.pathname = `/${name}`;
      return fresh.href;
    },
    checkpoint: async () => void (await admin.query("checkpoint")),
    walBytes: async () => {
      const { rows: found } = await admin.query<{ bytes: string }>(
        "select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as bytes",
      );
      return Number(found[0]?.bytes);
    },
    databaseCpuMs: () => cpuMsOfSiblings(String(backends[0]?.pid)),
    databaseMemoryBytes: () => memoryBytesOfSiblings(String(backends[0]?.pid)),
    facts: {
      processor: cpus()[0]?.model ?? "unknown",
      cores: availableParallelism(),
      memoryGigabytes: Math.round(totalmem() / 2 ** 30),
      node: process.version,
      postgres: rows[0]?.server_version ?? "unknown",
      fsyncMs,
      loadBefore: loadavg()[0] ?? 0,
    },
  };
}

function fsyncMsOf(directory: string): number {
  const path = join(directory, "fsync");
  const file = fs.openSync(path, "w");
  const page = randomBytes(8_192);
  const rounds = Array.from({ length: fsyncRounds }, () => {
    const start = performance.now();
    fs.writeSync(file, page);
    fs.fdatasyncSync(file);
    return performance.now() - start;
  });
  fs.closeSync(file);
  fs.rmSync(path);
  return medianOf(rounds);
}
