// How PostgreSQL is set for a payment platform on a small machine, and for tests.
import { createHash } from "node:crypto";
import type { Binaries } from "./binaries.ts";

/** Settings of postgresql.conf by name. */
export type Settings = Readonly<Record<string, string>>;

/** Both kinds: nothing but connections of this machine, the same everywhere. */
const common: Settings = {
  listen_addresses: "127.0.0.1",
  timezone: "UTC",
  log_timezone: "UTC",
  log_line_prefix: "%m [%p] ",
  log_min_messages: "warning",
  // Short transactions on few rows: compiling them costs more than running them.
  jit: "off",
  // One lock per partition and index that a statement touches.
  max_locks_per_transaction: "256",
  // A client that was killed in mid-statement lets its locks go within this time.
  client_connection_check_interval: "2s",
  idle_in_transaction_session_timeout: "60s",
};

/** A database that holds money: what was acknowledged is on disk. */
const durableSettings: Settings = {
  ...common,
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  max_connections: "100",
  shared_buffers: "256MB",
  random_page_cost: "1.1",
  // After each checkpoint the pages of every index are written whole once more, so few are better. What a crash leaves to
  // replay is bounded all the same: hardly more than this, some four seconds.
  max_wal_size: "1GB",
  min_wal_size: "128MB",
  checkpoint_timeout: "5min",
  wal_buffers: "16MB",
};

/** A database that ends with its test run: a power cut may destroy it. */
const throwAwaySettings: Settings = {
  ...common,
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: "200",
  shared_buffers: "128MB",
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "4GB",
  checkpoint_timeout: "1h",
};

export type WantedServer = Readonly<{
  durability: "durable" | "throwAway";
  /** Beside or instead of ours. */
  settings: Settings;
  binaries: Binaries;
  /** Null: reached by the loopback alone. */
  socketDirectory: string | null;
}>;

/** The words that PostgreSQL is started with. The last one names all of them: of two servers with one name each does for the other. */
export function parametersOf(wanted: WantedServer): readonly string[] {
  const base = wanted.durability === "throwAway" ? throwAwaySettings : durableSettings;
  const settings = { ...base, unix_socket_directories: wanted.socketDirectory ?? "", ...wanted.settings };
  const words = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const fingerprint = createHash("sha256")
    .update(JSON.stringify([wanted.binaries, words]))
    .digest("hex")
    .slice(0, 16);
  return [...words, "-c", `huiyin.fingerprint=${fingerprint}`];
}
