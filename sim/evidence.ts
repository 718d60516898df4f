// Everything that is left at the end, as the checkers see it: rows read by a stranger’s connection, the bank’s books,
// what clients were told, what was heard, what was logged.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { idOf } from "@huiyin/server/kernel/ids.ts";
import type { Verification } from "@huiyin/server/modules/ledger/index.ts";
import type { Bank } from "./bank.ts";
import type { Answered, GivenBack } from "./answers.ts";
import type { AccountWay } from "./networks/network.ts";
import type { Delivery } from "./notifications.ts";
import type { Store } from "./database.ts";
import type { Speech } from "./terminal.ts";

export type PaymentRow = Readonly<{
  payment_id: string;
  merchant_id: string;
  terminal_id: string | null;
  channel: ChannelCode;
  mode: "payerCode" | "shownCode";
  channel_order_no: string;
  channel_trade_no: string | null;
  idempotency_key: string;
  amount_minor: string;
  fee_minor: string | null;
  fee_rate_basis_points: string | null;
  refunding_minor: string;
  refunds_minor: string;
  refunded_minor: string;
  state: "processing" | "awaitingPayer" | "succeeded" | "failed" | "closed" | "reversed";
  version: number;
  late_success: boolean;
  facts: string[];
  review_since: Date | null;
  review_owner: string | null;
  resolve_at: Date | null;
  decided_by: string | null;
  created_at: Date;
  expires_at: Date;
  finished_at: Date | null;
}>;

export type RefundRow = Readonly<{
  refund_id: string;
  payment_id: string;
  merchant_id: string;
  kind: "refund" | "reversal";
  way: "refund" | "void";
  channel_refund_no: string;
  idempotency_key: string;
  amount_minor: string;
  fee_returned_minor: string | null;
  state: "processing" | "succeeded" | "failed";
  sends: number;
  review_since: Date | null;
  resolve_at: Date | null;
  decided_by: string | null;
}>;

export type Entry = Readonly<{
  id: string;
  at: string;
  kind: string;
  direction: "in" | "out" | null;
  data: Readonly<Record<string, unknown>>;
}>;
export type EventRow = Readonly<{ payment_id: string; version: number; entries: readonly Entry[] }>;

export type JournalRow = Readonly<{
  merchant_id: string;
  subject_id: string;
  fact: string;
  sequence: string;
  recorded_micros: string;
  currency: string;
  accounts: string[];
  amounts: string[];
  previous_hash: string;
  hash: string;
}>;

export type ArrivalRow = Readonly<{
  arrival_id: string;
  payment_id: string;
  terminal_id: string;
  sequence: string;
  stage: string;
  amount_minor: string;
  summary_id: string | null;
}>;
export type SummaryRow = Readonly<{ summary_id: string; terminal_id: string; stage: string }>;
export type CaseRow = Readonly<{
  kind: string;
  subject_id: string;
  payment_id: string | null;
  closed: boolean;
}>;
export type BalanceRow = Readonly<{ merchant_id: string; account: string; currency: string; minor: string }>;
export type HeadRow = Readonly<{
  merchant_id: string;
  sequence: string;
  hash: string;
  accounts: readonly string[];
  amounts: readonly string[];
}>;

export type Rows = Readonly<{
  payments: readonly PaymentRow[];
  refunds: readonly RefundRow[];
  events: readonly EventRow[];
  journals: readonly JournalRow[];
  balances: readonly BalanceRow[];
  heads: readonly HeadRow[];
  arrivals: readonly ArrivalRow[];
  summaries: readonly SummaryRow[];
  cases: readonly CaseRow[];
}>;

export type Counter = Readonly<{ merchantId: string; terminalId: string; name: string }>;

/** Terminals by the rule of what they announce. */
export type BoundTerminal = Counter & Readonly<{ announce: "own" | "store" | "none" }>;

/** A merchant of the town: its channels, how often each is paid through, and how its account there is set up. */
export type Shop = Readonly<{
  merchantId: string;
  weights: Readonly<Partial<Record<ChannelCode, number>>>;
  ways: Readonly<Partial<Record<ChannelCode, AccountWay>>>;
}>;

export type Evidence = Rows &
  Readonly<{
    bank: Bank;
    terminals: readonly BoundTerminal[];
    answers: readonly Answered[];
    givenBack: readonly GivenBack[];
    deliveries: readonly Delivery[];
    speeches: readonly Speech[];
    /** Texts that may appear nowhere: payer codes and keys. */
    leaksIn(text: string): string | null;
    logLeaks: readonly string[];
    /** What the platform itself calls a failure of its own. */
    bugs: readonly string[];
    verification: Verification;
    /** When trouble ended, in virtual milliseconds. */
    calmSinceMs: number;
    endMs: number;
  }>;

const tables = {
  payments: `select payment_id, merchant_id, terminal_id, channel, mode, channel_order_no, channel_trade_no, idempotency_key, amount_minor,
    fee_minor, fee_rate_basis_points, refunding_minor, refunds_minor, refunded_minor, state, version, late_success, facts, review_since, review_owner, resolve_at, decided_by,
    created_at, expires_at, finished_at from payments.payment order by payment_id`,
  refunds: `select refund_id, payment_id, merchant_id, kind, way, channel_refund_no, idempotency_key, amount_minor,
    fee_returned_minor, state, sends, review_since, resolve_at, decided_by from payments.refund order by refund_id`,
  events: "select payment_id, version, entries from payments.event order by payment_id, version",
  journals: `select merchant_id, subject_id, fact, sequence, (extract(epoch from recorded_at) * 1000000)::bigint as recorded_micros,
    currency, accounts, amounts, encode(previous_hash, 'hex') as previous_hash, encode(hash, 'hex') as hash
    from ledger.journal order by merchant_id, sequence`,
  heads:
    "select merchant_id, sequence, encode(hash, 'hex') as hash, accounts, amounts from ledger.head order by merchant_id",
  arrivals: `select arrival_id, payment_id, terminal_id, sequence, stage, amount_minor, summary_id
    from arrivals.arrival order by terminal_id, sequence`,
  summaries: "select summary_id, terminal_id, stage from arrivals.summary order by summary_id",
  cases: `select kind, subject_id, payment_id, closed_at is not null as closed from support."case" order by kind, subject_id`,
} as const;

/** Reads every table of the money path as it is, with ids in their public form. */
export async function readRows(store: Store): Promise<Rows> {
  const rows: Record<string, unknown[]> = {};
  for (const [name, statement] of Object.entries(tables)) {
    rows[name] = (await store.query<Record<string, unknown>>(statement)).map(withPublicIds);
  }
  const read = rows as unknown as Omit<Rows, "balances">;
  return { ...read, balances: read.heads.flatMap(balancesOf) };
}

/** The balances that a head holds, account by account. */
function balancesOf({ merchant_id, accounts, amounts }: HeadRow): BalanceRow[] {
  return accounts.map((account, index) => ({
    ...{ merchant_id, account, currency: "CNY" },
    minor: amounts[index] ?? "0",
  }));
}

const prefixes = {
  payment_id: "pay",
  refund_id: "ref",
  merchant_id: "mer",
  terminal_id: "trm",
  arrival_id: "arr",
  summary_id: "arr",
} as const;

function withPublicIds(row: Record<string, unknown>): Record<string, unknown> {
  const named = { ...row };
  for (const [column, prefix] of Object.entries(prefixes)) {
    const uuid = row[column];
    if (typeof uuid === "string") named[column] = idOf(prefix, uuid);
  }
  return named;
}
