// One owner per file: a claim names the process that has it, and dies with that process.
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { identityOf, isRunning, type ProcessIdentity } from "./processes.ts";

const attemptsMax = 5;

/** Somebody alive has claimed it: the process with this pid. */
export class ClaimedError extends Error {
  override readonly name = "ClaimedError";
  readonly pid: number;

  constructor(file: string, pid: number) {
    super(`${file} is claimed by the running process ${pid}.`);
    this.pid = pid;
  }
}

/** Claims the file for this process and returns the release; throws `ClaimedError` beside a live owner. */
export function claim(file: string): () => void {
  const self = identityOf(process.pid);
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(self), { mode: 0o600 });
  try {
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      if (linked(mine, file)) return () => rmSync(file, { force: true });
      const owner = read(file);
      if (owner !== null && isRunning(owner)) throw new ClaimedError(file, owner.pid);
      removeStale(file);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  throw new Error(`Could not claim ${file}: it keeps coming back.`);
}

/** The live process that has claimed the file; null when none has. */
export function claimant(file: string): ProcessIdentity | null {
  const owner = read(file);
  return owner !== null && isRunning(owner) ? owner : null;
}

// Linking is atomic and, unlike writing in place, never shows a half-written claim.
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

// Two starters may both see the stale claim. It is moved away rather than deleted, and looked at again: what turns
// out to be the fresh claim of the quicker one is put back.
function removeStale(file: string): void {
  const aside = `${file}.stale-${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = read(aside);
  if (moved !== null && isRunning(moved)) linked(aside, file);
  rmSync(aside, { force: true });
}

function read(file: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ProcessIdentity;
  } catch {
    return null;
  }
}
