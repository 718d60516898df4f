// Every statement on summaries: announcements that became too old, spoken as one sentence.
import { sql, type RawBuilder } from "kysely";
import type { SilenceReason } from "@huiyin/contract/events/receipts.ts";
import type { ArrivalStage } from "@huiyin/contract/words.ts";
import { assert } from "../../../kernel/assert.ts";
import { idOf, uuidOf } from "../../../kernel/ids.ts";
import { fen } from "../../../kernel/money.ts";
import type { Database, Tx } from "../../../platform/pg/pg.ts";
import type { Summary } from "../model.ts";
import type { TerminalKey } from "../store.ts";

export type SummaryRow = {
  merchant_id: string;
  summary_id: string;
  terminal_id: string;
  stage: ArrivalStage;
  payment_count: number;
  total_minor: bigint;
  through_sequence: bigint;
  accepted_at: Date;
  send_after: Date | null;
  delivered_at: Date | null;
  starting_at: Date | null;
  spoken_at: Date | null;
  interrupted_at: Date | null;
  silence_reason: SilenceReason | null;
};

/** The columns of `SummaryRow` of a table called `summary`. */
export const summaryColumns: RawBuilder<unknown> = sql`summary.merchant_id, summary.summary_id, summary.terminal_id,
  summary.stage, summary.payment_count, summary.total_minor, summary.through_sequence, summary.accepted_at,
  summary.send_after, summary.delivered_at, summary.starting_at, summary.spoken_at, summary.interrupted_at,
  summary.silence_reason`;

export function summaryOf(row: SummaryRow): Summary {
  return {
    id: idOf("arr", row.summary_id),
    merchantId: idOf("mer", row.merchant_id),
    terminalId: idOf("trm", row.terminal_id),
    stage: row.stage,
    count: row.payment_count,
    total: fen(row.total_minor),
    throughSequence: row.through_sequence,
    acceptedAt: row.accepted_at,
    sendAfter: row.send_after,
    deliveredAt: row.delivered_at,
    startingAt: row.starting_at,
    spokenAt: row.spoken_at,
    interruptedAt: row.interrupted_at,
    silenceReason: row.silence_reason,
  };
}

/**
 * Gathers what a terminal has waiting from before `before` into one summary with this id, oldest first, but none of
 * `kept`. Returns how many announcements it holds; with 0 there is none.
 */
export async function summarise(
  tx: Tx,
  wanted: Readonly<{
    summaryId: string;
    merchantId: string;
    terminalId: string;
    before: Date;
    kept: readonly string[];
    now: Date;
    limit: number;
  }>,
): Promise<number> {
  const { rows } = await sql<{ payment_count: number }>`
    with chosen as (
      select merchant_id, payment_id, terminal_id
      from arrivals.arrival
      where merchant_id = ${uuidOf(wanted.merchantId)} and terminal_id = ${uuidOf(wanted.terminalId)}
        and send_after is not null and accepted_at < ${wanted.before}
        and arrival_id <> all (${wanted.kept.map(uuidOf)}::uuid[])
      order by sequence limit ${wanted.limit}
    ), locked as (
      -- Reports lock in this order too, so that nobody waits in a circle.
      select merchant_id, payment_id, terminal_id
      from arrivals.arrival join chosen using (merchant_id, payment_id, terminal_id)
      where send_after is not null
      order by payment_id, terminal_id
      for update of arrival
    ), gathered as (
      update arrivals.arrival
      set stage = 'stale', stale_at = ${wanted.now}, summary_id = ${uuidOf(wanted.summaryId)}::uuid, send_after = null
      from locked
      where arrival.merchant_id = locked.merchant_id and arrival.payment_id = locked.payment_id
        and arrival.terminal_id = locked.terminal_id
      returning arrival.merchant_id, arrival.terminal_id, arrival.amount_minor, arrival.currency, arrival.sequence
    )
    insert into arrivals.summary
      (merchant_id, summary_id, terminal_id, stage, payment_count, total_minor, currency, through_sequence, send_count,
       send_after, accepted_at)
    select merchant_id, ${uuidOf(wanted.summaryId)}::uuid, terminal_id, 'accepted', count(*), sum(amount_minor)::bigint,
           currency, max(sequence), 0, ${wanted.now}::timestamptz, ${wanted.now}::timestamptz
    from gathered group by merchant_id, terminal_id, currency
    returning payment_count`.execute(tx);
  return rows[0]?.payment_count ?? 0;
}

/** Locks summaries of one merchant in the order of their ids; absent ones are left out. */
export async function lockSummaries(
  tx: Tx,
  merchantId: string,
  summaryIds: readonly string[],
): Promise<Summary[]> {
  const { rows } = await sql<SummaryRow>`
    select ${summaryColumns} from arrivals.summary
    where merchant_id = ${uuidOf(merchantId)} and summary_id = any (${summaryIds.map(uuidOf)}::uuid[])
    order by summary_id
    for update`.execute(tx);
  return rows.map(summaryOf);
}

/** Summaries that these terminals began and did not end, locked in the order of their ids. */
export async function lockSpeakingSummaries(tx: Tx, terminals: readonly TerminalKey[]): Promise<Summary[]> {
  const { rows } = await sql<SummaryRow>`
    select ${summaryColumns} from arrivals.summary
    where (merchant_id, terminal_id) in (
        select * from unnest(${terminals.map((key) => uuidOf(key.merchantId))}::uuid[],
                             ${terminals.map((key) => uuidOf(key.terminalId))}::uuid[]))
      and stage = 'speaking'
    order by merchant_id, summary_id
    for update`.execute(tx);
  return rows.map(summaryOf);
}

/** Summaries that were begun before a moment and have not ended: their terminals never came back. Not locked. */
export async function findBrokenOffSummaries(
  db: Database,
  wanted: Readonly<{ before: Date; limit: number }>,
): Promise<Summary[]> {
  const { rows } = await sql<SummaryRow>`
    select ${summaryColumns} from arrivals.summary
    where stage = 'speaking' and starting_at < ${wanted.before}
    limit ${wanted.limit}`.execute(db);
  return rows.map(summaryOf);
}

/** Saves the progress of locked summaries of one merchant. */
export async function saveSummaries(
  tx: Tx,
  merchantId: string,
  summaries: readonly Summary[],
): Promise<void> {
  const result = await sql`
    update arrivals.summary
    set stage = saved.stage, send_after = saved.send_after, delivered_at = saved.delivered_at,
        starting_at = saved.starting_at, spoken_at = saved.spoken_at, interrupted_at = saved.interrupted_at,
        silence_reason = saved.silence_reason
    from unnest(
      ${summaries.map((summary) => uuidOf(summary.id))}::uuid[],
      ${summaries.map((summary) => summary.stage)}::text[],
      ${summaries.map((summary) => summary.sendAfter)}::timestamptz[],
      ${summaries.map((summary) => summary.deliveredAt)}::timestamptz[],
      ${summaries.map((summary) => summary.startingAt)}::timestamptz[],
      ${summaries.map((summary) => summary.spokenAt)}::timestamptz[],
      ${summaries.map((summary) => summary.interruptedAt)}::timestamptz[],
      ${summaries.map((summary) => summary.silenceReason)}::text[])
      as saved (summary_id, stage, send_after, delivered_at, starting_at, spoken_at, interrupted_at, silence_reason)
    where summary.merchant_id = ${uuidOf(merchantId)} and summary.summary_id = saved.summary_id`.execute(tx);
  assert(
    result.numAffectedRows === BigInt(summaries.length),
    `saved ${result.numAffectedRows} of ${summaries.length} summaries`,
  );
}

/** Payments whose announcement these summaries spoke, and which had been noticed as unheard. They are watched no longer. */
export async function settleSummarised(
  tx: Tx,
  merchantId: string,
  summaryIds: readonly string[],
): Promise<ReadonlyArray<Readonly<{ paymentId: string; unheard: "yes" | "no" }>>> {
  const { rows } = await sql<{ payment_id: string; unheard: boolean }>`
    update arrivals.arrival set watch_at = null
    where merchant_id = ${uuidOf(merchantId)} and summary_id = any (${summaryIds.map(uuidOf)}::uuid[])
    returning payment_id, unheard_at is not null as unheard`.execute(tx);
  return rows.map((row) => ({ paymentId: idOf("pay", row.payment_id), unheard: row.unheard ? "yes" : "no" }));
}
