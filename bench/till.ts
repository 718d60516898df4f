// A server, its clients and its database together: a leg of payments is run, measured and checked to the last fen.
import pg from "pg";
import type { TimedTrade, Trade } from "./channel.ts";
import type { ClientQuestions, Load, LoadResult } from "./client.ts";
import { rowCounts, rowsByTable } from "./footprint.ts";
import { disagreements, StoredPayments, type Stored } from "./history.ts";
import type { Machine } from "./machine.ts";
import { startPart, type Part } from "./processes.ts";
import { medianOf } from "./statistics.ts";
import type { ServerQuestions, ServerWanted, Started, Usage } from "./server.ts";

export type Leg = Readonly<{
  paid: number;
  perSecond: number;
  latenciesMs: Float64Array;
  /** The same without what the channel took; empty where the channel is not ours to ask. */
  addedMs: Float64Array;
  /** When the channel had answered for each payment, by the clock of `sharedClockMs`; empty where it is not ours to ask. */
  answeredAtMs: ReadonlyMap<string, number>;
  /** Answers other than “paid”, by what they were. */
  others: Readonly<Record<string, number>>;
  /** Processor time of the server’s process for each payment, milliseconds. */
  serverCpuMs: number;
  /** The same of the database; null where the system does not tell. */
  databaseCpuMs: number | null;
  /** What does not fit between clients, database and bank; empty is well. */
  problems: readonly string[];
  /** The first row of the ledger that does not fit, or null; null too where the till verifies at its end. */
  ledgerBroken: string | null;
}>;

export type Work = Omit<Load, "url" | "shops"> &
  Readonly<{
    /** How many of the merchants take payments. */
    merchants: number;
  }>;

export type Till = Readonly<{
  databaseUrl: string;
  started: Started;
  run(work: Work): Promise<Leg>;
  /** Runs a leg and counts the rows that it wrote. Slow: PostgreSQL counts with a delay. */
  runCounted(work: Work): Promise<Leg & Readonly<{ rowsByTable: Record<string, number> }>>;
  /** Verifies the whole ledger: what is broken, or null. */
  verify(): Promise<string | null>;
  usage(collected?: "collected"): Promise<Usage>;
  close(): Promise<void>;
}>;

export type TillOptions = Readonly<{
  /** For the server’s Node: a profiler, say. */
  nodeWords?: readonly string[];
  /** Whose book is compared: the trades since the last call. The one of our own channel where absent. */
  bank?: () => Promise<readonly Trade[]>;
  /** atEnd: legs leave the ledger to `verify`, because there is much of it. */
  verifies?: "everyLeg" | "atEnd";
}>;

type Clocks = Pick<Machine, "databaseCpuMs">;

/** Starts a server and the process of its clients. */
export async function openTill(
  machine: Clocks,
  wanted: ServerWanted,
  options: TillOptions = {},
): Promise<Till> {
  const server = startPart<ServerQuestions>("server.ts", options.nodeWords ?? []);
  const clients = startPart<ClientQuestions>("client.ts");
  const database = new pg.Client({ connectionString: wanted.databaseUrl });
  const close = async (): Promise<void> => {
    await clients.end();
    await server.end();
    await database.end();
  };
  try {
    const started = await server.ask("start", wanted);
    await database.connect();
    return {
      databaseUrl: wanted.databaseUrl,
      ...{ started, close },
      usage: (collected) => server.ask(collected === undefined ? "usage" : "usageCollected", null),
      ...legs({ machine, server, clients, database, started, options }),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

type Parts = Readonly<{
  machine: Clocks;
  server: Part<ServerQuestions>;
  clients: Part<ClientQuestions>;
  database: pg.Client;
  started: Started;
  options: TillOptions;
}>;

function legs(parts: Parts): Pick<Till, "run" | "runCounted" | "verify"> {
  const { machine, server, clients, database, started, options } = parts;
  const payments = new StoredPayments(database);

  const run = async ({ merchants, ...work }: Work): Promise<Leg> => {
    const before = await server.ask("usage", null);
    const databaseBefore = machine.databaseCpuMs();
    const load = { url: started.url, shops: started.shops.slice(0, merchants), ...work };
    const result = await clients.ask("run", load);
    const databaseAfter = machine.databaseCpuMs();
    const after = await server.ask("usage", null);
    const stored = await payments.take();
    const timed = await server.ask("trades", null);
    const trades = options.bank === undefined ? timed : await options.bank();
    return {
      ...numbersOf(result, {
        server: after.cpuMs - before.cpuMs,
        database: databaseBefore === null || databaseAfter === null ? null : databaseAfter - databaseBefore,
      }),
      ...timesOf(result, stored, timed),
      problems: disagreements({ told: result.paid, stored, trades }),
      ledgerBroken: options.verifies === "atEnd" ? null : await verify(parts),
    };
  };

  return {
    run,
    verify: () => verify(parts),
    runCounted: async (work) => {
      const countNow = (): Promise<void> => server.ask("countRows", null);
      const before = await rowCounts(database, await countPayments(database), countNow);
      const leg = await run(work);
      const after = await rowCounts(database, await countPayments(database), countNow);
      return { ...leg, rowsByTable: rowsByTable(before, after, leg.paid) };
    },
  };
}

/** Every payment of a measurement is paid, and each has one journal. */
async function verify({ server, database }: Parts): Promise<string | null> {
  const { journals, broken } = await server.ask("verify", null);
  const payments = await countPayments(database);
  return broken ?? (journals === BigInt(payments) ? null : `${journals} journals of ${payments} payments`);
}

async function countPayments(database: pg.Client): Promise<number> {
  const { rows } = await database.query<{ count: string }>("select count(*) from payments.payment");
  return Number(rows[0]?.count);
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

function timesOf(
  { paid, latenciesMs }: LoadResult,
  stored: readonly Stored[],
  timed: readonly TimedTrade[],
): Pick<Leg, "addedMs" | "answeredAtMs"> {
  const byOrder = new Map(timed.map((trade) => [trade.channelOrderNo, trade]));
  const byPayment = new Map<string, TimedTrade>();
  for (const { paymentId, channelOrderNo } of stored) {
    const trade = byOrder.get(channelOrderNo);
    if (trade !== undefined) byPayment.set(paymentId, trade);
  }
  const added = paid.flatMap(({ paymentId }, index) => {
    const trade = byPayment.get(paymentId);
    return trade === undefined ? [] : [(latenciesMs[index] ?? 0) - trade.tookMs];
  });
  const answered = [...byPayment].map(([id, { answeredAtMs }]) => [id, answeredAtMs] as const);
  return { addedMs: Float64Array.from(added), answeredAtMs: new Map(answered) };
}

/** Processor time for each payment, the middle of these legs, milliseconds; of the database where the system tells it. */
export function processorTimesOf(legs: readonly Leg[], when = ""): Record<string, number> {
  const per = (of: (leg: Leg) => number): number => medianOf(legs.map(of));
  return {
    [`serverCpuMsPerPayment${when}`]: per((leg) => leg.serverCpuMs),
    ...(legs.every((leg) => leg.databaseCpuMs !== null) && {
      [`databaseCpuMsPerPayment${when}`]: per((leg) => leg.databaseCpuMs ?? 0),
    }),
  };
}

/** What did not fit in these legs, in sentences. */
export function problemsOf(legs: ReadonlyArray<Pick<Leg, "problems" | "ledgerBroken">>): string[] {
  return legs.flatMap((leg) => [...leg.problems, ...(leg.ledgerBroken === null ? [] : [leg.ledgerBroken])]);
}

/** Answers other than “paid” over these legs. */
export function othersOf(legs: ReadonlyArray<Pick<Leg, "others">>): Record<string, number> {
  const others: Record<string, number> = {};
  for (const leg of legs)
    for (const [what, count] of Object.entries(leg.others)) others[what] = (others[what] ?? 0) + count;
  return others;
}
