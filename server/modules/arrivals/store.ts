// Every statement on the announcements of payments. All take arrays.
import { sql, type RawBuilder } from "kysely";
import type { SilenceReason } from "@huiyin/contract/events/receipts.ts";
import type { SpeechWallet } from "@huiyin/contract/speech.ts";
import type { ArrivalStage } from "@huiyin/contract/words.ts";
import { assert } from "../../kernel/assert.ts";
import { idOf, uuidOf } from "../../kernel/ids.ts";
import { fen } from "../../kernel/money.ts";
import type { Database, Tx } from "../../platform/pg/pg.ts";
import type { Arrival, NewArrival } from "./model.ts";

export type ArrivalRow = {
  merchant_id: string;
  payment_id: string;
  terminal_id: string;
  arrival_id: string;
  sequence: bigint;
  stage: ArrivalStage;
  amount_minor: bigint;
  wallet: SpeechWallet;
  paid_at: Date;
  accepted_at: Date;
  send_after: Date | null;
  send_count: number;
  sent_at: Date | null;
  delivered_at: Date | null;
  starting_at: Date | null;
  spoken_at: Date | null;
  interrupted_at: Date | null;
  stale_at: Date | null;
  summary_id: string | null;
  silence_reason: SilenceReason | null;
  watch_at: Date | null;
  unheard_at: Date | null;
};

/** The columns of `ArrivalRow` of a table called `arrival`. */
export const arrivalColumns: RawBuilder<unknown> = sql`arrival.merchant_id, arrival.payment_id, arrival.terminal_id,
  arrival.arrival_id, arrival.sequence, arrival.stage, arrival.amount_minor, arrival.wallet, arrival.paid_at,
  arrival.accepted_at, arrival.send_after, arrival.send_count, arrival.sent_at, arrival.delivered_at, arrival.starting_at,
  arrival.spoken_at, arrival.interrupted_at, arrival.stale_at, arrival.summary_id, arrival.silence_reason,
  arrival.watch_at, arrival.unheard_at`;

export function arrivalOf(row: ArrivalRow): Arrival {
  return {
    id: idOf("arr", row.arrival_id),
    merchantId: idOf("mer", row.merchant_id),
    paymentId: idOf("pay", row.payment_id),
    terminalId: idOf("trm", row.terminal_id),
    sequence: row.sequence,
    stage: row.stage,
    amount: fen(row.amount_minor),
    wallet: row.wallet,
    paidAt: row.paid_at,
    acceptedAt: row.accepted_at,
    sendAfter: row.send_after,
    sendCount: row.send_count,
    sentAt: row.sent_at,
    deliveredAt: row.delivered_at,
    startingAt: row.starting_at,
    spokenAt: row.spoken_at,
    interruptedAt: row.interrupted_at,
    staleAt: row.stale_at,
    summaryId: row.summary_id === null ? null : idOf("arr", row.summary_id),
    silenceReason: row.silence_reason,
    watchAt: row.watch_at,
    unheardAt: row.unheard_at,
  };
}

/** An announcement before its sequence is known. */
export type Draft = Omit<
  Arrival,
  | "sequence"
  | "sentAt"
  | "staleAt"
  | "summaryId"
  | "unheardAt"
  | "deliveredAt"
  | "startingAt"
  | "spokenAt"
  | "interruptedAt"
  | "silenceReason"
>;

/**
 * Adds announcements and counts them per terminal; one that exists already is left out. The counters are locked in the
 * order of their terminals. Answers the new ones in the order of their sequence.
 */
export async function insertDrafts(tx: Tx, drafts: readonly Draft[]): Promise<NewArrival[]> {
  const { rows } = await sql<ArrivalRow & { settled_through: bigint }>`
    with wanted as (
      select *
      from unnest(
        ${drafts.map((draft) => uuidOf(draft.merchantId))}::uuid[],
        ${drafts.map((draft) => uuidOf(draft.paymentId))}::uuid[],
        ${drafts.map((draft) => uuidOf(draft.terminalId))}::uuid[],
        ${drafts.map((draft) => uuidOf(draft.id))}::uuid[],
        ${drafts.map((draft) => draft.amount.minor)}::bigint[],
        ${drafts.map((draft) => draft.amount.currency)}::text[],
        ${drafts.map((draft) => draft.wallet)}::text[],
        ${drafts.map((draft) => draft.paidAt)}::timestamptz[],
        ${drafts.map((draft) => draft.acceptedAt)}::timestamptz[],
        ${drafts.map((draft) => draft.sendAfter)}::timestamptz[],
        ${drafts.map((draft) => draft.watchAt)}::timestamptz[]) with ordinality
        as draft (merchant_id, payment_id, terminal_id, arrival_id, amount_minor, currency, wallet, paid_at, accepted_at,
                  send_after, watch_at, position)
      where not exists (
        select from arrivals.arrival as present
        where present.merchant_id = draft.merchant_id and present.payment_id = draft.payment_id
          and present.terminal_id = draft.terminal_id)
    ), counted as (
      insert into arrivals.cursor as present (merchant_id, terminal_id, last_sequence)
      select merchant_id, terminal_id, count(*) from wanted group by merchant_id, terminal_id order by merchant_id, terminal_id
      on conflict (merchant_id, terminal_id) do update set last_sequence = present.last_sequence + excluded.last_sequence
      returning merchant_id, terminal_id, last_sequence
    ), numbered as (
      select wanted.*,
             counted.last_sequence + 1
               - row_number() over (partition by merchant_id, terminal_id order by position desc) as sequence
      from wanted join counted using (merchant_id, terminal_id)
    ), arrival as (
      insert into arrivals.arrival
        (merchant_id, payment_id, terminal_id, arrival_id, sequence, stage, amount_minor, currency, wallet, paid_at,
         accepted_at, send_after, send_count, sent_at, watch_at)
      select merchant_id, payment_id, terminal_id, arrival_id, sequence, 'accepted', amount_minor, currency, wallet, paid_at,
             accepted_at, send_after, 0, null, watch_at
      from numbered
      returning *
    )
    select ${arrivalColumns},
           least(
             (select min(pending.sequence) - 1 from arrivals.arrival as pending
              where pending.terminal_id = arrival.terminal_id and pending.send_after is not null),
             (select min(speaking.sequence) - 1 from arrivals.arrival as speaking
              where speaking.terminal_id = arrival.terminal_id and speaking.stage = 'speaking'),
             (select min(other.sequence) - 1 from arrival as other where other.terminal_id = arrival.terminal_id)
           ) as settled_through
    from arrival
    order by arrival.terminal_id, arrival.sequence`.execute(tx);
  return rows.map((row) => ({ ...arrivalOf(row), settledThrough: row.settled_through }));
}

export type ArrivalKey = Readonly<{ paymentId: string; terminalId: string }>;
export type TerminalKey = Readonly<{ merchantId: string; terminalId: string }>;

/** Locks announcements in the order of their keys; absent ones are left out. */
export async function lockArrivals(
  tx: Tx,
  keys: ReadonlyArray<ArrivalKey & TerminalKey>,
): Promise<Arrival[]> {
  const { rows } = await sql<ArrivalRow>`
    select ${arrivalColumns} from arrivals.arrival
    where (merchant_id, payment_id, terminal_id) in (
        select * from unnest(${keys.map((key) => uuidOf(key.merchantId))}::uuid[],
                             ${keys.map((key) => uuidOf(key.paymentId))}::uuid[],
                             ${keys.map((key) => uuidOf(key.terminalId))}::uuid[]))
    order by merchant_id, payment_id, terminal_id
    for update`.execute(tx);
  return rows.map(arrivalOf);
}

/** Saves the progress of locked announcements. */
export async function saveArrivals(tx: Tx, arrivals: readonly Arrival[]): Promise<void> {
  const result = await sql`
    update arrivals.arrival
    set stage = saved.stage, send_after = saved.send_after, delivered_at = saved.delivered_at,
        starting_at = saved.starting_at, spoken_at = saved.spoken_at, interrupted_at = saved.interrupted_at,
        silence_reason = saved.silence_reason, watch_at = saved.watch_at,
        -- The first sending follows its commit at once and writes nothing; that it was sent shows when it is confirmed.
        sent_at = case when saved.delivered_at is null then arrival.sent_at else coalesce(arrival.sent_at, arrival.accepted_at) end,
        send_count = case when saved.delivered_at is null then arrival.send_count else greatest(arrival.send_count, 1) end
    from unnest(
      ${arrivals.map((arrival) => uuidOf(arrival.merchantId))}::uuid[],
      ${arrivals.map((arrival) => uuidOf(arrival.paymentId))}::uuid[],
      ${arrivals.map((arrival) => uuidOf(arrival.terminalId))}::uuid[],
      ${arrivals.map((arrival) => arrival.stage)}::text[],
      ${arrivals.map((arrival) => arrival.sendAfter)}::timestamptz[],
      ${arrivals.map((arrival) => arrival.deliveredAt)}::timestamptz[],
      ${arrivals.map((arrival) => arrival.startingAt)}::timestamptz[],
      ${arrivals.map((arrival) => arrival.spokenAt)}::timestamptz[],
      ${arrivals.map((arrival) => arrival.interruptedAt)}::timestamptz[],
      ${arrivals.map((arrival) => arrival.silenceReason)}::text[],
      ${arrivals.map((arrival) => arrival.watchAt)}::timestamptz[])
      as saved (merchant_id, payment_id, terminal_id, stage, send_after, delivered_at, starting_at, spoken_at,
                interrupted_at, silence_reason, watch_at)
    where arrival.merchant_id = saved.merchant_id and arrival.payment_id = saved.payment_id
      and arrival.terminal_id = saved.terminal_id`.execute(tx);
  assert(
    result.numAffectedRows === BigInt(arrivals.length),
    `saved ${result.numAffectedRows} of ${arrivals.length} arrivals`,
  );
}

/** Announcements that these terminals began and did not end, locked in the order of their keys. */
export async function lockSpeaking(tx: Tx, terminals: readonly TerminalKey[]): Promise<Arrival[]> {
  const { rows } = await sql<ArrivalRow>`
    select ${arrivalColumns} from arrivals.arrival
    where (merchant_id, terminal_id) in (
        select * from unnest(${terminals.map((key) => uuidOf(key.merchantId))}::uuid[],
                             ${terminals.map((key) => uuidOf(key.terminalId))}::uuid[]))
      and stage = 'speaking'
    order by merchant_id, payment_id, terminal_id
    for update`.execute(tx);
  return rows.map(arrivalOf);
}

/** Announcements that were begun before a moment and have not ended: their terminals never came back. Not locked. */
export async function findBrokenOff(
  db: Database,
  wanted: Readonly<{ before: Date; limit: number }>,
): Promise<Arrival[]> {
  const { rows } = await sql<ArrivalRow>`
    select ${arrivalColumns} from arrivals.arrival
    where stage = 'speaking' and starting_at < ${wanted.before}
    limit ${wanted.limit}`.execute(db);
  return rows.map(arrivalOf);
}

export type ArrivalWithSummary = Arrival & Readonly<{ summarySpokenAt: Date | null }>;

/** Announcements of one payment of a merchant, in the order of their terminals: the key begins with the merchant. */
export async function listOfPayment(
  tx: Tx | Database,
  merchantId: string,
  paymentId: string,
): Promise<ArrivalWithSummary[]> {
  const { rows } = await sql<ArrivalRow & { summary_spoken_at: Date | null }>`
    select ${arrivalColumns}, summary.spoken_at as summary_spoken_at
    from arrivals.arrival
    left join arrivals.summary on summary.merchant_id = arrival.merchant_id and summary.summary_id = arrival.summary_id
    where arrival.merchant_id = ${uuidOf(merchantId)} and arrival.payment_id = ${uuidOf(paymentId)}
    order by arrival.terminal_id`.execute(tx);
  return rows.map((row) => ({ ...arrivalOf(row), summarySpokenAt: row.summary_spoken_at }));
}
