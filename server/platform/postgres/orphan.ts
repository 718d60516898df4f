// What a dead server left behind: a PostgreSQL that still runs, or a pid file that names somebody else by now.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { limits } from "./limits.ts";
import {
  commandLineOf,
  ended,
  identityOf,
  isTaken,
  pidsWorkingIn,
  signal,
  type ProcessIdentity,
} from "./processes.ts";

/** A running postmaster of this data directory, by its pid file. */
export type Postmaster = Readonly<{ identity: ProcessIdentity; port: number }>;

/** The running postmaster of this data; null when the pid file is absent, stale, or names a foreign process. */
export function findPostmaster(data: string): Postmaster | null {
  const lines = readPidFile(data);
  const identity = identityOf(Number(lines[0]));
  if (identity === null || !isPostmasterOf(identity.pid, data)) return null;
  return { identity, port: Number(lines[3] ?? "0") };
}

/**
 * Ends a postmaster: a fast shutdown first, then an immediate one, then by force. All three keep what was committed.
 * Throws when even that does not end it.
 */
export async function stopPostmaster(identity: ProcessIdentity, first: "fast" | "immediate"): Promise<void> {
  if (first === "fast") {
    signal(identity.pid, "SIGINT");
    if (await ended(identity, limits.stopFastMsMax)) return;
  }
  signal(identity.pid, "SIGQUIT");
  if (await ended(identity, limits.stopImmediateMsMax)) return;
  signal(identity.pid, "SIGKILL");
  if (await ended(identity, limits.stopKillMsMax)) return;
  throw new Error(`PostgreSQL, process ${identity.pid}, does not end.`);
}

/**
 * Makes the data safe to start on, when no postmaster runs: waits for backends of a killed postmaster, and removes a
 * pid file whose pid belongs to a foreign process by now, which PostgreSQL would take for a rival. The foreign
 * process is not touched.
 */
export async function clearRemains(data: string): Promise<void> {
  for (const pid of pidsWorkingIn(data)) {
    const backend = identityOf(pid);
    // Its title is "postgres: …": anything else that happens to work in this directory is left alone.
    if (backend === null || !commandLineOf(pid)[0]?.startsWith("postgres:")) continue;
    if (await ended(backend, limits.backendsMsMax)) continue;
    signal(pid, "SIGKILL");
    await ended(backend, limits.stopKillMsMax);
  }
  // Sockets of a killed postmaster, each of a port of its own, with the files that say whose they are.
  for (const name of readdirSync(data))
    if (name.startsWith(".s.PGSQL.")) rmSync(join(data, name), { force: true });
  const pid = Number(readPidFile(data)[0]);
  // A dead pid is PostgreSQL's own affair. A zombie is not: where nobody reaps orphans (most containers), the killed
  // postmaster stays in the process table, and PostgreSQL would wait for it for ever.
  if (isTaken(pid) && !isPostmasterOf(pid, data)) rmSync(join(data, "postmaster.pid"), { force: true });
}

// We always start it as "…/postgres -D <data>"; only the postmaster keeps these words, its children change theirs.
function isPostmasterOf(pid: number, data: string): boolean {
  const words = commandLineOf(pid);
  return (words[0] ?? "").endsWith("postgres") && words.includes("-D") && words.includes(data);
}

function readPidFile(data: string): readonly string[] {
  try {
    return readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return [];
  }
}
