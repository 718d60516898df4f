// What every claim is given: the machine, how much to do, and what ends by itself when the claim is over.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Machine } from "./machine.ts";
import type { Row } from "./report.ts";
import type { ServerWanted } from "./server.ts";
import { openTill, type Till, type TillOptions } from "./till.ts";

export type Sizes = Readonly<{
  rounds: number;
  legMs: number;
  warmUpMs: number;
  connections: number;
  merchants: number;
  /** Of TPC-B. */
  scale: number;
  /** Virtual terminals that are connected while money arrives. */
  terminals: number;
  /** Between these two numbers of connections memory is measured. */
  terminalsFrom: number;
  terminalsTo: number;
  /** Payments made each second while 2,000 terminals listen. */
  arrivalsPerSecond: number;
  /** Journals that are verified. */
  verifyRows: number;
  /** Payments that are stored before `growth` is measured. */
  growthRows: number;
  /** How many legs `soak` has, and how long each is. */
  soakLegs: number;
  soakLegMs: number;
  /** A folder into which the server’s Node writes a profile of its processor; null: none. */
  profileDirectory: string | null;
}>;

export type Bench = Readonly<{
  machine: Machine;
  sizes: Sizes;
  /** Tells what is going on, in one line. */
  say: (line: string) => void;
  /** A server of the claim’s own, with an empty database; it ends with the claim. */
  openTill(wanted?: Partial<ServerWanted>, options?: TillOptions): Promise<Till>;
  /** A server as it is shipped, shared by the claims of one run; its database has what the others left. */
  sharedTill(): Promise<Till>;
  /** A folder for whatever the claim writes; it is removed at the end. */
  folder: string;
  /** Done at the end, the last one first, whatever happened. */
  atEnd(step: () => Promise<void>): void;
}>;

/** What a claim measures: its rows. */
export type Measure = (bench: Bench) => Promise<readonly Row[]>;

export type BenchOptions = Readonly<{
  machine: Machine;
  sizes: Sizes;
  say: (line: string) => void;
  /** shared: claims that ask for the same server get the same one; for tests, where figures mean nothing. Own where absent. */
  servers?: "own" | "shared";
}>;

/** A bench that its caller closes. */
export type OpenBench = Bench & Readonly<{ close(): Promise<void> }>;

/** Opens nothing yet. `shared` outlives it. */
export function createBench(
  { machine, sizes, say, servers = "own" }: BenchOptions,
  shared?: Shared,
): OpenBench {
  const folder = mkdtempSync(join(tmpdir(), "huiyin-bench-log-"));
  const ends: Array<() => Promise<void>> = [async () => rmSync(folder, { recursive: true, force: true })];
  const atEnd = (step: () => Promise<void>): void => void ends.push(step);
  let opened = 0;
  const openOwn: Bench["openTill"] = async (wanted, options) => {
    opened += 1;
    const own = { merchants: sizes.merchants, logFile: join(folder, `server-${opened}.log`) };
    const databaseUrl = wanted?.databaseUrl ?? (await machine.freshDatabase());
    const nodeWords = [...profilerWords(sizes.profileDirectory), ...(options?.nodeWords ?? [])];
    const server = { ...usual, ...own, databaseUrl, ...wanted };
    const till = await openTill(machine, server, { ...options, nodeWords });
    atEnd(till.close);
    return till;
  };
  return {
    ...{ machine, sizes, say, folder, atEnd },
    openTill: (wanted, options) =>
      shared !== undefined && servers === "shared" && options?.bank === undefined
        ? shared.till(wanted, options)
        : openOwn(wanted, options),
    sharedTill: () => (shared === undefined ? openOwn() : shared.till()),
    close: async () => {
      for (const end of ends.reverse()) await end();
    },
  };
}

/** Runs `work`, and ends whatever it opened. */
export async function withBench<T>(
  options: BenchOptions,
  work: (bench: Bench) => Promise<T>,
  shared?: Shared,
): Promise<T> {
  const bench = createBench(options, shared);
  try {
    return await work(bench);
  } finally {
    await bench.close();
  }
}

const usual = { batches: "asShipped", channel: { kind: "book", answerMs: 0 }, terminalsEach: 1 } as const;

/** Servers that several claims use one after the other; each is opened by the first that asks for it. */
export type Shared = Readonly<{ till: Bench["openTill"] }>;

/** They live as long as this bench. */
export function sharedBy(bench: Bench): Shared {
  const tills = new Map<string, Promise<Till>>();
  return {
    till: (wanted = {}, options = {}) => {
      const key = JSON.stringify([wanted, options.nodeWords ?? []]);
      const till = tills.get(key) ?? bench.openTill(wanted, options);
      tills.set(key, till);
      return till;
    },
  };
}

function profilerWords(directory: string | null): string[] {
  return directory === null ? [] : ["--cpu-prof", `--cpu-prof-dir=${directory}`];
}
