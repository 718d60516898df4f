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
  advance: (seconds: number) => Promise<void>;
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

/** Seconds by which the clocks are moved on, one after the other, until everything under way has come to its end. */
const movesSeconds = [6, 60, 65, 10, 10, 10];
/** After so long without an end of anything, only time can bring one. */
const stillMsMax = 4_000;
const quiesceMsMax = 300_000;
const lookMs = 50;

/** Compares one bank’s books with a platform’s, whose payments all come from these counters. */
export function createBooks({ bank, counters }: Readonly<{ bank: Bank; counters: Counters }>): Books {
  let client: pg.Client | null = null;
  // The place that was read up to must outlive a database that is restarted elsewhere.
  const current = { query: (text: string, values: unknown[]) => client?.query(text, values) };
  const payments = new StoredPayments(current as unknown as pg.Client);
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

/** Moves the clocks on where nothing comes to its end any more by itself: a busy machine takes its time. */
async function quiesce(client: pg.Client, bank: Bank, { advance }: Present): Promise<void> {
  const open = async (): Promise<number> => {
    const { rows } = await client.query<{ open: string }>(
      "select count(*) as open from payments.payment where state in ('processing', 'awaitingPayer')",
    );
    return Number(rows[0]?.open);
  };
  const untilMs = performance.now() + quiesceMsMax;
  for (const seconds of [0, ...movesSeconds]) {
    if (seconds > 0) {
      await bank.ask("advance", seconds * 1_000);
      await advance(seconds);
    }
    let [least, leastMs] = [await open(), performance.now()];
    while (least > 0 && performance.now() < Math.min(untilMs, leastMs + stillMsMax)) {
      await new Promise((resolve) => setTimeout(resolve, lookMs));
      const now = await open();
      if (now < least) [least, leastMs] = [now, performance.now()];
    }
    if (least === 0) return;
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
