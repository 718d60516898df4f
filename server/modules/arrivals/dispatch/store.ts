// Every statement that finds what is to be sent to a terminal, and claims it.
import { sql } from "kysely";
import { idOf, uuidOf } from "../../../kernel/ids.ts";
import type { Database, Tx } from "../../../platform/pg/pg.ts";
import type { Arrival, Summary } from "../model.ts";
import { arrivalColumns, arrivalOf, type ArrivalRow } from "../store.ts";
import { summaryColumns, summaryOf, type SummaryRow } from "../summaries/store.ts";

export type Claim = Readonly<{
  merchantId: string;
  terminalId: string;
  /** What is due at this moment is taken. */
  due: Date;
  now: Date;
  /** When what is taken now becomes due again unless the terminal reports. */
  again: Date;
}>;

/** Takes the oldest waiting announcements of a terminal that were accepted since `since`, in their order. */
export async function claimArrivals(
  tx: Tx,
  claim: Claim & Readonly<{ since: Date; afterSequence: bigint; limit: number }>,
): Promise<Arrival[]> {
  const { rows } = await sql<ArrivalRow>`
    with due as (
      select merchant_id, payment_id, terminal_id
      from arrivals.arrival
      where merchant_id = ${uuidOf(claim.merchantId)} and terminal_id = ${uuidOf(claim.terminalId)}
        and send_after <= ${claim.due} and accepted_at >= ${claim.since} and sequence > ${claim.afterSequence}
      order by sequence limit ${claim.limit}
    ), locked as (
      -- Reports lock in this order too, so that nobody waits in a circle.
      select merchant_id, payment_id, terminal_id
      from arrivals.arrival join due using (merchant_id, payment_id, terminal_id)
      where send_after <= ${claim.due}
      order by payment_id, terminal_id
      for update of arrival
    )
    update arrivals.arrival
    set send_after = ${claim.again}, send_count = arrival.send_count + 1, sent_at = ${claim.now}
    from locked
    where arrival.merchant_id = locked.merchant_id and arrival.payment_id = locked.payment_id
      and arrival.terminal_id = locked.terminal_id
    returning ${arrivalColumns}`.execute(tx);
  return rows.map(arrivalOf).sort((left, right) => Number(left.sequence - right.sequence));
}

/** Takes the waiting summaries of a terminal, in their order. */
export async function claimSummaries(tx: Tx, claim: Claim): Promise<Summary[]> {
  const { rows } = await sql<SummaryRow>`
    update arrivals.summary
    set send_after = ${claim.again}, send_count = summary.send_count + 1
    where merchant_id = ${uuidOf(claim.merchantId)} and terminal_id = ${uuidOf(claim.terminalId)}
      and send_after <= ${claim.due}
    returning ${summaryColumns}`.execute(tx);
  return rows.map(summaryOf).sort((left, right) => Number(left.throughSequence - right.throughSequence));
}

/** Up to which sequence every announcement of the terminal is finished. */
export async function settledThrough(
  tx: Tx,
  key: Readonly<{ merchantId: string; terminalId: string }>,
): Promise<bigint> {
  const { rows } = await sql<{ through: bigint | null }>`
    select coalesce(
      least(
        (select min(sequence) - 1 from arrivals.arrival
         where merchant_id = ${uuidOf(key.merchantId)} and terminal_id = ${uuidOf(key.terminalId)} and send_after is not null),
        (select min(sequence) - 1 from arrivals.arrival
         where merchant_id = ${uuidOf(key.merchantId)} and terminal_id = ${uuidOf(key.terminalId)} and stage = 'speaking')),
      (select last_sequence from arrivals.cursor
       where merchant_id = ${uuidOf(key.merchantId)} and terminal_id = ${uuidOf(key.terminalId)})) as through`.execute(
    tx,
  );
  return rows[0]?.through ?? 0n;
}

/** Terminals for which something became due between two moments. What is older waits until its terminal asks. */
export async function dueTerminals(
  db: Database,
  span: Readonly<{ from: Date; to: Date; limit: number }>,
): Promise<string[]> {
  const { rows } = await sql<{ terminal_id: string }>`
    select terminal_id from arrivals.arrival where send_after > ${span.from} and send_after <= ${span.to}
    union
    select terminal_id from arrivals.summary where send_after > ${span.from} and send_after <= ${span.to}
    limit ${span.limit}`.execute(db);
  return rows.map((row) => idOf("trm", row.terminal_id));
}
