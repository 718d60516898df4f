// Processor time and memory of processes, as Linux tells them in /proc; null where there is none.
import * as fs from "node:fs";

// Ticks of the processor’s time in /proc: a hundred a second on every Linux that there is.
const tickMs = 10;
/** Where the fields of a process begin after its name: parent, then its own user and system time, then its ended children’s. */
const statField = { parent: 1, user: 11, system: 12, userOfEnded: 13, systemOfEnded: 14 } as const;

/** Processor time of the process that started this one, and of every process that it started, milliseconds. */
export function cpuMsOfSiblings(pid: string): number | null {
  const parent = statOf(pid)?.[statField.parent];
  if (parent === undefined) return null;
  let ticks = 0;
  for (const other of processIds()) {
    const stat = statOf(other);
    const sum = (...fields: readonly number[]): number =>
      fields.reduce((total, field) => total + Number(stat?.[field]), 0);
    if (other === parent) ticks += sum(statField.userOfEnded, statField.systemOfEnded);
    if (other === parent || stat?.[statField.parent] === parent)
      ticks += sum(statField.user, statField.system);
  }
  return ticks * tickMs;
}

/** Memory of the process that started this one and of all that it started; what they share counts once, in parts. */
export function memoryBytesOfSiblings(pid: string): number | null {
  const parent = statOf(pid)?.[statField.parent];
  return parent === undefined ? null : memoryBytesOfFamily(parent);
}

/** Memory of a process and of those that it started. */
export function memoryBytesOfFamily(parent: string): number | null {
  const family = processIds().filter((id) => id === parent || statOf(id)?.[statField.parent] === parent);
  const parts = family.map((id) => kilobytesIn(`/proc/${id}/smaps_rollup`, "Pss"));
  return parts.length === 0 || parts.every((part) => part === null)
    ? null
    : parts.reduce<number>((sum, part) => sum + (part ?? 0), 0) * 1_024;
}

/** Resident memory of a process, bytes: now, and at its highest. */
export function residentBytesOf(pid: number): Readonly<{ now: number; peak: number }> | null {
  const now = kilobytesIn(`/proc/${pid}/status`, "VmRSS");
  const peak = kilobytesIn(`/proc/${pid}/status`, "VmHWM");
  return now === null || peak === null ? null : { now: now * 1_024, peak: peak * 1_024 };
}

function processIds(): readonly string[] {
  try {
    return fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** The fields after the name; null where there is no such process, or no /proc. */
function statOf(pid: string): readonly string[] | null {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}

function kilobytesIn(file: string, name: string): number | null {
  try {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(fs.readFileSync(file, "utf8"));
    return found === null ? null : Number(found[1]);
  } catch {
    return null;
  }
}
