// Which program listens on a TCP port, as Linux tells it to whoever may look.
import { readFileSync, readdirSync, readlinkSync } from "node:fs";

const listening = "0A";

/** "nginx (process 123)"; null where the system does not tell, such as macOS, or another user’s program. */
export function listenerOn(port: number): string | null {
  const inodes = new Set(["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => inodesIn(file, port)));
  if (inodes.size === 0) return null;
  for (const pid of entries("/proc").filter((name) => /^\d+$/.test(name))) {
    for (const descriptor of entries(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${descriptor}`))?.[1];
      if (inode !== undefined && inodes.has(inode)) return `${nameOf(pid)} (process ${pid})`;
    }
  }
  return null;
}

function inodesIn(file: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return textOf(file)
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = "", , state]) => local.endsWith(suffix) && state === listening)
    .map((columns) => columns[9] ?? "");
}

function nameOf(pid: string): string {
  return textOf(`/proc/${pid}/cmdline`).split("\0").slice(0, 2).join(" ").trim() || "?";
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
