// A server, its clients and its database together: a leg of payments is run, measured and checked to the last fen.
import pg from "pg";
import type { ClientQuestions, Load, LoadResult } from "./client.ts";
import { rowCounts, rowsByTable } from "./footprint.ts";
import { disagreements, StoredPayments } from "./history.ts";
import type { Machine } from "./machine.ts";
import { startPart, type Part } from "./processes.ts";
import type { ServerQuestions, ServerWanted } from "./server.ts";
import type { Shop } from "./shops.ts";

export type Leg = Readonly<{
  paid: number;
  perSecond: number;
  latenciesMs: Float64Array;
  /** Answers other than “paid”, by what they were. */
  others: Readonly<Record<string, number>>;
  /** Processor time of the server’s process for each payment, milliseconds. */
  serverCpuMs: number;
  /** The same of the database; null where the system does not tell. */
  databaseCpuMs: number | null;
  /** What does not fit between clients, database and bank; empty is well. */
  problems: readonly string[];
  /** The first row of the ledger that does not fit, or null. */
  ledgerBroken: string | null;
}>;

export type Work = Pick<Load, "connections" | "durationMs" | "proof"> &
  Readonly<{
    /** How many of the merchants take payments. */
    merchants: number;
  }>;

export type Till = Readonly<{
  databaseUrl: string;
  run(work: Work): Promise<Leg>;
  /** Runs a leg and counts the rows that it wrote. Slow: PostgreSQL counts with a delay. */
  runCounted(work: Work): Promise<Leg & Readonly<{ rowsByTable: Record<string, number> }>>;
  close(): Promise<void>;
}>;

/** Starts a server and the process of its clients. `nodeWords` are for the server’s Node: a profiler, say. */
export async function openTill(
  machine: Pick<Machine, "databaseCpuMs">,
  wanted: ServerWanted,
  nodeWords: readonly string[] = [],
): Promise<Till> {
  const server = startPart<ServerQuestions>("server.ts", nodeWords);
  const clients = startPart<ClientQuestions>("client.ts");
  const database = new pg.Client({ connectionString: wanted.databaseUrl });
  const close = async (): Promise<void> => {
    await clients.end();
    await server.end();
    await database.end();
  };
  try {
    const { url, shops } = await server.ask("start", wanted);
    await database.connect();
    return {
      databaseUrl: wanted.databaseUrl,
      close,
      ...legs({ machine, server, clients, database, url, shops }),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

type Parts = Readonly<{
  machine: Pick<Machine, "databaseCpuMs">;
  server: Part<ServerQuestions>;
  clients: Part<ClientQuestions>;
  database: pg.Client;
  url: string;
  shops: readonly Shop[];
}>;

function legs(parts: Parts): Pick<Till, "run" | "runCounted"> {
  const { machine, server, clients, database, url, shops } = parts;
  const payments = new StoredPayments(database);
  let ever = 0;

  const run = async ({ merchants, ...work }: Work): Promise<Leg> => {
    const before = await server.ask("usage", null);
    const databaseBefore = machine.databaseCpuMs();
    const result = await clients.ask("run", { url, shops: shops.slice(0, merchants), ...work });
    const databaseAfter = machine.databaseCpuMs();
    const after = await server.ask("usage", null);
    const stored = await payments.take();
    ever += stored.length;
    const trades = await server.ask("trades", null);
    const { journals, broken } = await server.ask("verify", null);
    const unbooked = journals === BigInt(ever) ? null : `${journals} journals of ${ever} payments`;
    return {
      ...numbersOf(result, {
        server: after.cpuMs - before.cpuMs,
        database: databaseBefore === null || databaseAfter === null ? null : databaseAfter - databaseBefore,
      }),
      problems: disagreements({ told: result.paid, stored, trades }),
      ledgerBroken: broken ?? unbooked,
    };
  };

  return {
    run,
    runCounted: async (work) => {
      const countNow = (): Promise<void> => server.ask("countRows", null);
      const before = await rowCounts(database, ever, countNow);
      const leg = await run(work);
      const rows = rowsByTable(before, await rowCounts(database, ever, countNow), leg.paid);
      return { ...leg, rowsByTable: rows };
    },
  };
}

function numbersOf(
  { paid, others, latenciesMs, elapsedMs }: LoadResult,
  cpuMs: Readonly<{ server: number; database: number | null }>,
) {
  const count = paid.length;
  return {
    ...{ paid: count, others, latenciesMs },
    perSecond: (count * 1_000) / elapsedMs,
    serverCpuMs: cpuMs.server / Math.max(1, count),
    databaseCpuMs: cpuMs.database === null ? null : cpuMs.database / Math.max(1, count),
  };
}
