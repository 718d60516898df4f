// The sandbox’s memory on disk: one line per decision, written before the decision is answered, replayed at the next start.
// A process killed at any moment loses nothing that it had acknowledged; a last line torn by the kill is dropped,
// because its decision was never answered. At start the file is rewritten as one snapshot, so it does not grow for ever.
import * as fs from "node:fs";
import { dirname } from "node:path";
import type { Network } from "./book/network.ts";
import { applyToState, emptyState, wholeState, type WorldEvent, type WorldState } from "./world/state.ts";

const format = "huiyin-sandbox-journal";
const version = 2;
/** Earlier versions whose files are read and rewritten. */
const versionsRead: readonly number[] = [1, version];

export type Journal = Readonly<{
  /** What the file said when it was opened. */
  state: WorldState;
  /** Appends one decision; returns when the operating system has it. Throws, leaving the file as it was, when it cannot. */
  record(events: readonly WorldEvent[]): void;
  close(): void;
}>;

/** Opens or creates the journal of a network, replays it and compacts it. Throws when a line other than the last is damaged. */
export function openJournal(path: string, network: Network = "alipay"): Journal {
  fs.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const state = replay(path, network);
  compact(path, state);
  const file = fs.openSync(path, "a", 0o600);
  let bytes = fs.fstatSync(file).size;
  const { ino } = fs.fstatSync(file);
  return {
    state,
    record: (events) => {
      // Another sandbox on the same directory has put a file of its own in this one's place: what we wrote would be lost.
      if (fs.statSync(path).ino !== ino) throw new Error(`${path} was taken over by another process`);
      const line = Buffer.from(`${encode({ events })}\n`, "utf8");
      try {
        writeAll(file, line);
      } catch (error) {
        // Half a line in the middle of the file would make everything after it unreadable.
        fs.ftruncateSync(file, bytes);
        throw error;
      }
      bytes += line.length;
    },
    close: () => fs.closeSync(file),
  };
}

function writeAll(file: number, line: Buffer): void {
  for (let written = 0; written < line.length;) written += fs.writeSync(file, line, written);
}

function replay(path: string, network: Network): WorldState {
  const text = fs.existsSync(path) ? fs.readFileSync(path, "utf8") : "";
  const lines = text.split("\n");
  // Every whole line ends in a line break: whatever follows the last one is torn.
  lines.pop();
  let state = emptyState(network);
  lines.forEach((line, index) => {
    const record = decode(line);
    if (record === null)
      throw new Error(`${path}: line ${index + 1} is damaged; move the file away to start afresh`);
    if ("snapshot" in record) state = snapshotOf(record, path);
    else for (const event of record.events) applyToState(state, event);
  });
  return state;
}

type Snapshot = Readonly<{ format: string; version: number; snapshot: WorldState }>;
type Line = Snapshot | Readonly<{ events: readonly WorldEvent[] }>;

function snapshotOf(record: Snapshot, path: string): WorldState {
  if (record.format === format && versionsRead.includes(record.version)) return wholeState(record.snapshot);
  throw new Error(
    `${path} was written by another version of the sandbox; move the file away to start afresh`,
  );
}

/** Replaces the file by one snapshot. The rename is atomic: there is always one whole file. */
function compact(path: string, snapshot: WorldState): void {
  const fresh = `${path}.new`;
  const file = fs.openSync(fresh, "w", 0o600);
  try {
    writeAll(file, Buffer.from(`${encode({ format, version, snapshot })}\n`, "utf8"));
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
  fs.renameSync(fresh, path);
}

// JSON has no bigint, map or set: each becomes an object with one member whose name no record uses.

function encode(line: Line): string {
  return JSON.stringify(line, (_key, value: unknown) => {
    if (typeof value === "bigint") return { $fen: value.toString() };
    if (value instanceof Map) return { $map: [...value] };
    if (value instanceof Set) return { $set: [...value] };
    return value;
  });
}

function decode(line: string): Line | null {
  try {
    return JSON.parse(line, (_key, value: unknown) => {
      if (typeof value !== "object" || value === null) return value;
      if ("$fen" in value) return BigInt(value.$fen as string);
      if ("$map" in value) return new Map(value.$map as [unknown, unknown][]);
      return "$set" in value ? new Set(value.$set as unknown[]) : value;
    }) as Line;
  } catch {
    return null;
  }
}
