// Facts about operating-system processes. A pid alone names nobody: pids are reused, so every stored pid
// travels with the start time of its process.
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** A process that can be told from a later one with the same pid. `startedAt` is opaque: compare, never parse. */
export type ProcessIdentity = Readonly<{ pid: number; startedAt: string }>;

const pollMs = 20;

/** The identity of a running process; null when there is none with this pid, or only its unreaped remains. */
export function identityOf(pid: number): ProcessIdentity | null {
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  const startedAt = process.platform === "linux" ? startedAtOnLinux(pid) : startedAtByPs(pid);
  return startedAt === null ? null : { pid, startedAt };
}

/** Whether exactly this process is still running. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identityOf(identity.pid)?.startedAt === identity.startedAt;
}

/** Whether the process table has an entry for this pid: anybody's, and be it only the remains of a process. */
export function isTaken(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The words of a process's command line; empty when there is no such process or it may not be read. */
export function commandLineOf(pid: number): readonly string[] {
  try {
    if (process.platform === "linux")
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
    return ps(pid, "command=").split(" ");
  } catch {
    return [];
  }
}

/** Pids of the processes whose working directory is this one. Linux only; elsewhere empty. */
export function pidsWorkingIn(directory: string): readonly number[] {
  if (process.platform !== "linux") return [];
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => identityOf(pid) !== null && workingDirectoryOf(pid) === directory);
}

/** Sends a signal; a process that is gone or not ours is no error here, the caller looks again afterwards. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already, or never ours.
  }
}

/** Waits until the process has ended; false when it still runs after so many milliseconds. */
export async function ended(identity: ProcessIdentity, waitMsMax: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < waitMsMax; waitedMs += pollMs) {
    if (!isRunning(identity)) return true;
    await sleep(pollMs);
  }
  return !isRunning(identity);
}

function startedAtOnLinux(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, startTicks] = [fields[0], fields[19]];
    if (state === undefined || state === "Z" || state === "X" || startTicks === undefined) return null;
    return `${bootId()}:${startTicks}`;
  } catch {
    return null;
  }
}

function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "boot";
  }
}

function startedAtByPs(pid: number): string | null {
  try {
    const line = ps(pid, "state=,lstart=").trim();
    return line === "" || line.startsWith("Z") ? null : line.slice(line.indexOf(" ") + 1).trim();
  } catch {
    return null;
  }
}

function ps(pid: number, columns: string): string {
  const env = { PATH: process.env["PATH"], LC_ALL: "C" };
  return execFileSync("ps", ["-o", columns, "-p", String(pid)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    env,
  });
}

function workingDirectoryOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}
