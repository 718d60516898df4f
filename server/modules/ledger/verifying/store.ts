// Statements of verification. They read the books as one stranger would, whatever the size, page by page.
import { sql } from "kysely";
import type { Database, Tx } from "../../../platform/pg/pg.ts";
import type { Line } from "./line.ts";
import type { Balances } from "../store.ts";
import { balancesOf, type Closing } from "./closing.ts";

/** The next merchants (UUIDs) that have a head, sorted. */
export async function selectHeadsAfter(db: Database | Tx, after: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ merchantId: string }>`
    select merchant_id as "merchantId" from ledger.head
    where merchant_id > ${after}::uuid
    order by merchant_id
    limit ${limit}`.execute(db);
  return rows.map((row) => row.merchantId);
}

/** What lies between two merchants (UUIDs), without either of them. */
export type Gap = Readonly<{ above: string; below: string }>;

/** The first merchant (UUID) of each gap that has a journal or a closing, where there is one. */
export async function selectStrays(
  db: Database | Tx,
  gaps: readonly Gap[],
): Promise<ReadonlyArray<Readonly<{ merchantId: string; below: string }>>> {
  const { rows } = await sql<{ booked: string | null; closed: string | null; below: string }>`
    select gap.below,
      (select journal.merchant_id from ledger.journal as journal
         where journal.merchant_id > gap.above and journal.merchant_id < gap.below
         order by journal.merchant_id limit 1) as booked,
      (select closing.merchant_id from ledger.closing as closing
         where closing.merchant_id > gap.above and closing.merchant_id < gap.below
         order by closing.merchant_id limit 1) as closed
    from unnest(
      ${gaps.map((gap) => gap.above)}::uuid[], ${gaps.map((gap) => gap.below)}::uuid[]) as gap (above, below)`.execute(
    db,
  );
  return rows.flatMap(({ booked, closed, below }) => {
    const [merchantId] = [booked, closed].filter((id) => id !== null).sort();
    return merchantId === undefined ? [] : [{ merchantId, below }];
  });
}

export type Summary = Readonly<{
  merchantId: string;
  sequence: bigint | null;
  hash: string | null;
  /** Of the head, by "account currency". */
  balances: ReadonlyMap<string, bigint>;
  closings: readonly Closing[];
  /** The sequence of a row that the head does not cover, or null. */
  strayFact: string | null;
}>;

type ClosingJson = Readonly<
  Record<keyof Omit<Closing, "accounts" | "amounts">, string> & { accounts: string[]; amounts: string[] }
>;
type SummaryRow = Omit<Summary, "balances" | "closings" | "strayFact"> &
  Readonly<{ accounts: Balances["accounts"] | null; amounts: Balances["amounts"] | null }> &
  Readonly<{ closings: readonly ClosingJson[]; behindHead: string | null; beforeFirst: string | null }>;

/**
 * Heads with their balances, closings and stray rows of some merchants (UUIDs), sorted, as of one moment: a single statement, so
 * that postings which go on meanwhile cannot tear them apart. Rows up to a head never change, hence can be read
 * afterwards at leisure. “case” and not “coalesce”: under row-level security no index is entered with the latter, which is
 * not known to keep secrets, and every journal of the merchant would be read.
 */
export async function selectSummaries(db: Database, merchantUuids: readonly string[]): Promise<Summary[]> {
  const { rows } = await sql<SummaryRow>`
    select
      merchant.merchant_id as "merchantId", head.sequence, encode(head.hash, 'hex') as hash,
      head.accounts, head.amounts,
      (select coalesce(jsonb_agg(jsonb_build_object(
           'merchantId', closing.merchant_id, 'number', number::text, 'month', month, 'below', below,
           'sequence', closing.sequence::text, 'hash', encode(closing.hash, 'hex'), 'currency', currency,
           'accounts', accounts, 'amounts', amounts::text[],
           'laterJournals', later_journals::text, 'laterHash', encode(later_hash, 'hex'),
           'closedAtMicros', ((extract(epoch from closed_at) * 1000000)::bigint)::text,
           'previousHash', encode(previous_hash, 'hex'), 'closingHash', encode(closing_hash, 'hex'))), '[]')
         from ledger.closing as closing where closing.merchant_id = merchant.merchant_id) as closings,
      (select subject_id || ' ' || fact from ledger.journal as stray
         where stray.merchant_id = merchant.merchant_id and stray.sequence > case when head.sequence is null then 0 else head.sequence end
         order by stray.sequence limit 1) as "behindHead",
      (select subject_id || ' ' || fact from ledger.journal as stray
         where stray.merchant_id = merchant.merchant_id and stray.sequence < 1
         order by stray.sequence limit 1) as "beforeFirst"
    from unnest(${merchantUuids}::uuid[]) as merchant (merchant_id)
    left join ledger.head as head on head.merchant_id = merchant.merchant_id
    order by 1`.execute(db);
  return rows.map(({ behindHead, beforeFirst, accounts, amounts, ...row }) => ({
    ...row,
    balances: balancesOf({ currency: "CNY", accounts: accounts ?? [], amounts: amounts ?? [] }),
    strayFact: beforeFirst ?? behindHead,
    closings: row.closings.map(closingOf).sort((a, b) => (a.number < b.number ? -1 : 1)),
  }));
}

function closingOf(json: ClosingJson): Closing {
  return {
    ...json,
    number: BigInt(json.number),
    sequence: BigInt(json.sequence),
    amounts: json.amounts.map(BigInt),
    laterJournals: BigInt(json.laterJournals),
    closedAtMicros: BigInt(json.closedAtMicros),
  };
}

/** A part of one chain: rows after one sequence up to another, both at full precision, about `from` or anything later. */
export type Part = Readonly<{ merchantId: string; after: bigint; upTo: bigint; from: string }>;

/**
 * Rows of some chains in the order of merchants and sequences, each as one text: told column by column, half of the
 * time would go into taking them apart and putting them together again.
 */
export async function selectLines(db: Database, parts: readonly Part[]): Promise<Line[]> {
  const { rows } = await sql<Line>`
    select
      journal.merchant_id as "merchantId",
      '["huiyin.journal.1","' || journal.merchant_id || '","' || sequence || '","' || subject_id || '",' || to_json(fact)
        || ',"' || (extract(epoch from recorded_at) * 1000000)::bigint || '",' || to_json(currency) || ','
        || to_json(accounts) || ',' || to_json(amounts::text[]) || ',"' || encode(previous_hash, 'hex') || '"]' as text,
      encode(hash, 'hex') as hash
    from unnest(
      ${parts.map((part) => part.merchantId)}::uuid[],
      ${parts.map((part) => part.after)}::bigint[],
      ${parts.map((part) => part.upTo)}::bigint[],
      ${parts.map((part) => part.from)}::uuid[]) as part (merchant_id, after, up_to, first)
    join ledger.journal as journal on journal.merchant_id = part.merchant_id
      and journal.sequence > part.after and journal.sequence <= part.up_to and journal.subject_id >= part.first
    order by journal.merchant_id, journal.sequence`.execute(db);
  return rows;
}

export type ClosedMonth = Readonly<{
  month: string;
  state: "closed" | "detached";
  below: string;
  merchants: bigint;
  closingsHash: string;
}>;

/** Months that were closed, the oldest first. */
export async function selectMonths(db: Database | Tx): Promise<ClosedMonth[]> {
  const { rows } = await sql<ClosedMonth>`
    select month, state, below, merchants, encode(closings_hash, 'hex') as "closingsHash"
    from platform.month
    order by month`.execute(db);
  return rows;
}

/** What a closed month says of its closings, and the newest closing of each merchant for it, as of one moment. */
export async function selectClosingsOf(
  db: Database,
  month: string,
): Promise<ReadonlyArray<Pick<ClosedMonth, "merchants" | "closingsHash"> & { closingHash: string | null }>> {
  const { rows } = await sql<
    Pick<ClosedMonth, "merchants" | "closingsHash"> & { closingHash: string | null }
  >`
    select month.merchants, encode(month.closings_hash, 'hex') as "closingsHash",
           encode(closing.closing_hash, 'hex') as "closingHash"
    from platform.month as month
    left join ledger.closing as closing on closing.month = month.month and not exists (
      select from ledger.closing as newer where newer.merchant_id = closing.merchant_id
        and newer.month = closing.month and newer.number > closing.number)
    where month.month = ${month}
    order by closing.merchant_id`.execute(db);
  return rows;
}

/** A merchant (UUID) and the sequence of its last journal that a month or an earlier one is about. */
export type ClosingTarget = Readonly<{ merchantId: string; sequence: bigint }>;

/**
 * Of some merchants (UUIDs) those whose books a month closes, and where: by journals about ids below a bound, and by closings
 * of archived months.
 */
export async function selectClosingTargets(
  db: Database | Tx,
  merchantUuids: readonly string[],
  below: string,
): Promise<ClosingTarget[]> {
  const { rows } = await sql<{ merchantId: string; booked: bigint | null; closed: bigint | null }>`
    select merchant.merchant_id as "merchantId",
      (select journal.sequence from ledger.journal as journal
         where journal.merchant_id = merchant.merchant_id and journal.subject_id < ${below}::uuid
         order by journal.sequence desc limit 1) as booked,
      (select max(closing.sequence) from ledger.closing as closing
         where closing.merchant_id = merchant.merchant_id and closing.below <= ${below}::uuid) as closed
    from unnest(${merchantUuids}::uuid[]) as merchant (merchant_id)
    order by 1`.execute(db);
  return rows.flatMap(({ merchantId, booked, closed }) => {
    if (booked === null && closed === null) return [];
    const [one, other] = [booked ?? 0n, closed ?? 0n];
    return [{ merchantId, sequence: one > other ? one : other }];
  });
}

/** Writes closings down. Arrays of arrays have no unnest, so the rows travel as one JSON document. */
export async function insertClosings(tx: Tx, closings: readonly Closing[]): Promise<void> {
  const rows = closings.map(({ closedAtMicros, ...closing }) => ({
    ...closing,
    ...{ number: closing.number.toString(), sequence: closing.sequence.toString() },
    amounts: closing.amounts.map(String),
    laterJournals: closing.laterJournals.toString(),
    closedAt: new Date(Number(closedAtMicros / 1_000n)),
  }));
  await sql`
    insert into ledger.closing (merchant_id, number, month, below, sequence, hash, currency, accounts, amounts,
      later_journals, later_hash, closed_at, previous_hash, closing_hash)
    select "merchantId", number, month, below, sequence, decode(hash, 'hex'), currency, accounts, amounts,
      "laterJournals", decode("laterHash", 'hex'), "closedAt", decode("previousHash", 'hex'), decode("closingHash", 'hex')
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
      "merchantId" uuid, number bigint, month text, below uuid, sequence bigint, hash text, currency text,
      accounts text[], amounts bigint[], "laterJournals" bigint, "laterHash" text, "closedAt" timestamptz,
      "previousHash" text, "closingHash" text)`.execute(tx);
}

/** Notes that a month is closed, with what its closings are now. */
export async function upsertMonth(
  tx: Tx,
  month: Readonly<{ month: string; below: string; merchants: bigint; closingsHash: string; closedAt: Date }>,
): Promise<void> {
  await sql`
    insert into platform.month (month, state, below, merchants, closings_hash, closed_at)
    values (${month.month}, 'closed', ${month.below}, ${month.merchants}, decode(${month.closingsHash}, 'hex'), ${month.closedAt})
    on conflict (month) do update set merchants = excluded.merchants, closings_hash = excluded.closings_hash,
      closed_at = excluded.closed_at`.execute(tx);
}
