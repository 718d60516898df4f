// A month’s end: its books are closed, and later its partitions leave the tables of the money path as tables of their own.
import { sql } from "kysely";
import type { Localized } from "@huiyin/contract/words.ts";
import { closeBooks } from "../modules/ledger/index.ts";
import { sqlStateOf } from "../platform/pg/errors.ts";
import type { Database, Pg, Tx } from "../platform/pg/pg.ts";
import { limits } from "./limits.ts";
import { idBounds, monthNamed, monthOf, partitionedTables, type Month } from "./months.ts";
import { limitWaiting } from "./partitions.ts";

/** A month that is not closed or not detached, and why. */
export class MonthError extends Error {
  override readonly name = "MonthError";
  readonly words: Localized;

  constructor(words: Localized) {
    super(words.en);
    this.words = words;
  }
}

export type ListedMonth = Readonly<{
  month: string;
  state: "open" | "closed" | "detached";
  /** Tables that have a partition of this month, or had one. */
  tables: number;
  /** As PostgreSQL estimates them. */
  rows: number;
  bytes: number;
}>;

/** Every month that has partitions or was closed, the oldest first. */
export async function listMonths(pg: Pg): Promise<ListedMonth[]> {
  const { rows } = await sql<ListedMonth>`
    select month, coalesce((select state from platform.month as known where known.month = place.month), 'open') as state,
           count(*)::int as tables, sum(greatest(rows, 0))::float8 as rows, sum(bytes)::float8 as bytes
    from (select right(c.relname, 6) as month, c.reltuples as rows, pg_total_relation_size(c.oid) as bytes
          from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
          where c.relkind = 'r' and n.nspname || '.' || left(c.relname, -7) = any(${partitionedTables.map(({ name }) => name)}::text[])
            and c.relname ~ '_[0-9]{6}$') as place
    group by month
    order by month`.execute(pg.owner);
  return rows;
}

/**
 * Closes a month: verifies every merchant’s books up to it and writes down what they came to. Again for a month that was
 * closed before, where something was booked in it since. Throws MonthError where the month is not over, something in it
 * or before is open, or an earlier month is not closed; LedgerBrokenError where the books do not fit.
 * @returns how many closings were new
 */
export async function closeMonth(pg: Pg, name: string, now: Date): Promise<number> {
  const month = existingMonth(name);
  const known = await listMonths(pg);
  if (month.to.getTime() > now.getTime())
    throw new MonthError({ zh: `${name} 月还没有结束。`, en: `The month ${name} is not over.` });
  if (known.find((one) => one.month === name)?.state === "detached")
    throw new MonthError({ zh: `${name} 月已经归档。`, en: `The month ${name} is archived.` });
  const earlier = known.find((one) => one.month < name && one.state === "open");
  if (earlier !== undefined)
    throw new MonthError({
      zh: `请先关账 ${earlier.month} 月。`,
      en: `Close the month ${earlier.month} first.`,
    });
  await refuseOpen(pg, month);
  return closeBooks({ pg }, { name, below: idBounds(month).below }, now);
}

/**
 * Takes the partitions of a closed month out of the tables of the money path; they stay as tables of the same names, of
 * which a backup keeps the rows. Payments wait for it 0.2 s at most, in turns. Throws MonthError where the month is not
 * closed, was booked in since, is younger than refunds may need, something in it is open, or an earlier one is attached.
 */
export async function detachMonth(pg: Pg, name: string, now: Date): Promise<void> {
  const month = existingMonth(name);
  const known = await listMonths(pg);
  const state = known.find((one) => one.month === name)?.state ?? "open";
  if (state !== "closed") {
    throw state === "open"
      ? new MonthError({ zh: `${name} 月还没有关账。`, en: `The month ${name} is not closed.` })
      : new MonthError({ zh: `${name} 月已经归档。`, en: `The month ${name} is archived.` });
  }
  const youngest = monthOf(now, -limits.keptMonthsMin - 1).name;
  if (name > youngest) {
    throw new MonthError({
      zh: `${name} 月的收款可能还要退款：最近 ${limits.keptMonthsMin} 个整月必须保留，目前最多可归档到 ${youngest} 月。`,
      en: `Payments of ${name} may still be refunded: the last ${limits.keptMonthsMin} whole months are kept. At present ${youngest} is the youngest that may go.`,
    });
  }
  const earlier = known.find((one) => one.month < name && one.state !== "detached");
  if (earlier !== undefined)
    throw new MonthError({
      zh: `请先归档 ${earlier.month} 月。`,
      en: `Detach the month ${earlier.month} first.`,
    });
  await refuseOpen(pg, month);
  for (let tries = 1; ; tries += 1) {
    try {
      await pg.owner.transaction().execute((tx) => detachPartitions(tx, month, now));
      return;
    } catch (error) {
      if (sqlStateOf(error) !== "55P03" || tries === limits.detachTries) throw error;
      await sql`select pg_sleep(${limits.detachPauseSeconds})`.execute(pg.owner);
    }
  }
}

function existingMonth(name: string): Month {
  const month = monthNamed(name);
  if (month === null)
    throw new MonthError({
      zh: `${name} 不是月份，应写作 202611。`,
      en: `${name} is no month; write it as 202611.`,
    });
  return month;
}

async function refuseOpen(pg: Pg, month: Month): Promise<void> {
  const open = (await countOpen(pg.owner, month))
    .filter(({ count }) => count > 0n)
    .map(({ what, count }) => `${what}: ${count}`);
  if (open.length === 0) return;
  throw new MonthError({
    zh: `${month.name} 月或更早还有未了结的事项（${open.join("，")}）。`,
    en: `Not everything up to the end of ${month.name} is finished (${open.join(", ")}).`,
  });
}

/**
 * What may still change, or must still be told, of payments up to the end of a month. Each condition has an index of its own:
 * what is finished is not looked at. Payments and refunds that are under way have a next step or a person.
 */
export async function countOpen(
  db: Database | Tx,
  month: Month,
): Promise<ReadonlyArray<Readonly<{ what: string; count: bigint }>>> {
  const { below } = idBounds(month);
  const { rows } = await sql<{ what: string; count: bigint }>`
    select 'payments' as what, count(*) as count from (
      select payment_id from payments.payment where resolve_at is not null and payment_id < ${below}::uuid
      union select payment_id from payments.payment where review_since is not null and payment_id < ${below}::uuid
      union select payment_id from payments.payment where refunding_minor > 0 and payment_id < ${below}::uuid) as payment
    union all select 'refunds', count(*) from (
      select refund_id from payments.refund where resolve_at is not null and refund_id < ${below}::uuid
      union select refund_id from payments.refund where review_since is not null and refund_id < ${below}::uuid) as refund
    union all select 'announcements', count(*) from (
      select arrival_id from arrivals.arrival where send_after is not null and payment_id < ${below}::uuid
      union select arrival_id from arrivals.arrival where watch_at is not null and payment_id < ${below}::uuid
      union select arrival_id from arrivals.arrival where stage = 'speaking' and payment_id < ${below}::uuid) as arrival
    union all select 'webhook deliveries', count(*) from webhooks.delivery
      where event_id < ${below}::uuid and state = 'waiting'
    union all select 'rows in DEFAULT partitions', (select count(*) from ledger.journal_default where subject_id < ${below}::uuid)
      + (select count(*) from payments.payment_default where payment_id < ${below}::uuid)
      + (select count(*) from payments.event_default where payment_id < ${below}::uuid)
      + (select count(*) from payments.refund_default where refund_id < ${below}::uuid)
      + (select count(*) from arrivals.arrival_default where payment_id < ${below}::uuid)`.execute(db);
  return rows;
}

async function detachPartitions(tx: Tx, month: Month, now: Date): Promise<void> {
  await limitWaiting(tx);
  for (const { name } of partitionedTables) {
    const partition = `${name}_${month.name}`;
    const { rows } = await sql`
      select from pg_inherits where inhrelid = to_regclass(${partition}) and inhparent = to_regclass(${name})`.execute(
      tx,
    );
    if (rows.length > 0) await sql.raw(`alter table ${name} detach partition ${partition}`).execute(tx);
  }
  await refuseUncovered(tx, month);
  await sql`
    update platform.month set state = 'detached', detached_at = ${now} where month = ${month.name}`.execute(
    tx,
  );
}

/** Whatever leaves must be covered by the closing from which verification starts afterwards. */
async function refuseUncovered(tx: Tx, month: Month): Promise<void> {
  const merchant = await findUncovered(tx, month);
  if (merchant === null) return;
  throw new MonthError({
    zh: `${month.name} 月关账之后又记了账（商户 ${merchant}）。请重新关账。`,
    en: `The month ${month.name} was booked in after it was closed (merchant ${merchant}). Close it again.`,
  });
}

/**
 * A merchant (UUID) with a journal of the month, or a closing before it, beyond its closing of the month; null without. Nobody
 * can pay while this is looked for, so journals are not walked through: behind each closing, and between two merchants that
 * have one, a look into an index says whether there is anything.
 */
export async function findUncovered(db: Database | Tx, month: Month): Promise<string | null> {
  const journals = sql.table(`ledger.journal_${month.name}`);
  const { rows } = await sql<{ merchant: string | null }>`
    with closed as (
      select merchant_id, max(sequence) as sequence from ledger.closing where month = ${month.name} group by merchant_id),
    edge as (
      select lag(merchant_id, 1, '00000000-0000-0000-0000-000000000000') over (order by merchant_id) as above, merchant_id as below
      from (select merchant_id from closed union all select 'ffffffff-ffff-ffff-ffff-ffffffffffff') as known)
    select merchant from (
      select (select journal.merchant_id from ${journals} as journal
              where journal.merchant_id = closed.merchant_id and journal.sequence > closed.sequence limit 1) as merchant
      from closed
      union all
      select (select journal.merchant_id from ${journals} as journal
              where journal.merchant_id > edge.above and journal.merchant_id < edge.below
              order by journal.merchant_id limit 1)
      from edge
      union all
      select earlier.merchant_id from (
        select merchant_id, max(sequence) as sequence from ledger.closing where month < ${month.name} group by merchant_id) as earlier
      left join closed on closed.merchant_id = earlier.merchant_id
      where closed.sequence is null or earlier.sequence > closed.sequence) as found
    where merchant is not null
    limit 1`.execute(db);
  return rows[0]?.merchant ?? null;
}
