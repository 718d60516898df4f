// After the faults: everything under way comes to its end, what clients do not know is asked about, then all books are
// compared: the clients’, the database’s, the ledger’s and the bank’s.
import pg from "pg";
import { judge, settle, StoredPayments, type Finding } from "../../bench/history.ts";
import { send } from "../support/api.ts";
import type { Asked, Counters } from "./counters.ts";
import type { Bank } from "./shop.ts";

export type Books = Readonly<{
  /** What was asked since the last comparison, against what was made since then. */
  compare(deps: Present): Promise<Comparison>;
}>;

export type Present = Readonly<{
  url: string;
  operatorKey: string;
  databaseUrl: string;
  /** Moves the clocks of all servers forwards by so many seconds. */
  advance: (seconds: number) => void;
  /** The time by these clocks, milliseconds since 1970. */
  nowMs: () => number;
}>;

export type Comparison = Readonly<{
  operations: number;
  acknowledged: number;
  /** So many nobody knew anything about until they were asked about. */
  settled: number;
  /** Payments in the database, and those of them of which all books say the same. */
  stored: number;
  matched: number;
  findings: readonly Finding[];
}>;

/** Clocks are put back by two hours at most: from one wrong by an hour to one that is wrong the other way. */
const stepsBackMs = 2 * 3_600_000 + 600_000;
/** By so much at most the clocks are moved on until everything under way has come to its end. */
const movedSecondsMax = 240;
/** After so long without an end of anything, time is moved on also where something is due: its channel may be waited for. */
const stillMsMax = 4_000;
/** How far time is moved on, the first time, the second, …: first to what is due next, later over whole timetables. */
const movesSeconds = [1, 6, 30, 60, 60];
const lastMovesSeconds = 10;
/** What is due so soon is waited for. */
const soonMs = 500;
const quiesceMsMax = 300_000;
const lookMs = 50;

/** Compares one bank’s books with a platform’s, whose payments all come from these counters. */
export function createBooks({ bank, counters }: Readonly<{ bank: Bank; counters: Counters }>): Books {
  let client: pg.Client | null = null;
  // The place that was read up to must outlive a database that is restarted elsewhere.
  const current = { query: (text: string, values: unknown[]) => client?.query(text, values) };
  const payments = new StoredPayments(current as unknown as pg.Client, stepsBackMs);
  return {
    compare: async (present) => {
      client = new pg.Client({ connectionString: present.databaseUrl });
      await client.connect();
      try {
        await quiesce(client, bank, present);
        const operations = counters.take();
        const settled = await settle<Asked>(operations, counters.query);
        const { trades, problems, received } = await bank.ask("takeTrades", null);
        const stored = await payments.take();
        const verdict = judge({ operations: settled, recorded: "all", stored, trades });
        const unsound = problems.map((problem): Finding => ({
          kind: "mismatch",
          problem: `bank: ${problem}`,
        }));
        const ledger = await ledgerFindings(client, present, received);
        return {
          operations: operations.length,
          acknowledged: operations.filter(({ known }) => known.kind === "ok").length,
          settled: operations.filter(({ known }) => known.kind === "unknown").length,
          stored: stored.length,
          matched: verdict.matched,
          findings: [...verdict.findings, ...unsound, ...ledger],
        };
      } finally {
        await client.end();
      }
    },
  };
}

type Open = Readonly<{ count: number; nextMs: number }>;

/** What is under way, and when its next step is due, unless somebody has it in hand until later. */
async function openIn(client: pg.Client): Promise<Open> {
  const { rows } = await client.query<{ count: number; next_at: Date | null }>(
    `select count(*)::int as count, min(greatest(resolve_at, lease_until)) as next_at
     from payments.payment where state in ('processing', 'awaitingPayer')`,
  );
  return { count: rows[0]?.count ?? 0, nextMs: rows[0]?.next_at?.getTime() ?? 0 };
}

/** Moves the clocks on to whatever is due next where nothing comes to its end by itself: a busy machine takes its time. */
async function quiesce(client: pg.Client, bank: Bank, { advance, nowMs }: Present): Promise<void> {
  const untilMs = performance.now() + quiesceMsMax;
  let [movedSeconds, moves] = [0, 0];
  let [least, leastMs] = [Infinity, performance.now()];
  while (movedSeconds < movedSecondsMax && performance.now() < untilMs) {
    const { count, nextMs } = await openIn(client);
    if (count === 0) return;
    if (count < least) [least, leastMs] = [count, performance.now()];
    const waitMs = nextMs - nowMs();
    const still = performance.now() - leastMs > stillMsMax;
    if (waitMs > soonMs || still) {
      const seconds = Math.max(Math.ceil(waitMs / 1_000), movesSeconds[moves] ?? lastMovesSeconds);
      await bank.ask("advance", seconds * 1_000);
      advance(seconds);
      movedSeconds += seconds;
      moves += 1;
      leastMs = performance.now();
    }
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

async function ledgerFindings(
  client: pg.Client,
  { url, operatorKey }: Present,
  received: bigint,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  type Report = Readonly<{ ok: boolean; broken?: unknown }>;
  const { status, body } = await send<Report>(`${url}/v1/ledger/verify`, operatorKey, "POST", { body: {} });
  if (status !== 200 || !body.ok)
    findings.push({ kind: "mismatch", problem: `the ledger does not verify: ${JSON.stringify(body)}` });
  const { rows } = await client.query<{ minor: string }>(
    "select coalesce(sum(minor), 0) as minor from ledger.balance where account = 'channel:alipay'",
  );
  const owed = BigInt(rows[0]?.minor ?? "0");
  if (owed !== received)
    findings.push({
      kind: "mismatch",
      problem: `the bank owes ${owed} fen by the ledger, ${received} by its own book`,
    });
  return findings;
}
