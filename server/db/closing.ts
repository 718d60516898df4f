// A month’s end: its books are closed, and later its partitions leave the tables of the money path as tables of their own.
import { sql } from "kysely";
import type { Localized } from "@huiyin/contract/words.ts";
import { closeBooks } from "../modules/ledger/index.ts";
import { sqlStateOf } from "../platform/pg/errors.ts";
import type { Pg, Tx } from "../platform/pg/pg.ts";
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

/** What may still change, or must still be told, of payments up to the end of a month. */
async function refuseOpen(pg: Pg, month: Month): Promise<void> {
  const { below } = idBounds(month);
  const { rows } = await sql<{ what: string; count: bigint }>`
    select 'payments' as what, count(*) as count from payments.payment
      where payment_id < ${below}::uuid and (state in ('processing', 'awaitingPayer') or resolve_at is not null
        or review_since is not null or refunding_minor > 0)
    union all select 'refunds', count(*) from payments.refund
      where refund_id < ${below}::uuid and (state = 'processing' or resolve_at is not null or review_since is not null)
    union all select 'announcements', count(*) from arrivals.arrival
      where payment_id < ${below}::uuid and (send_after is not null or watch_at is not null or stage = 'speaking')
    union all select 'webhook deliveries', count(*) from webhooks.delivery
      where event_id < ${below}::uuid and state = 'waiting'
    union all select 'rows in DEFAULT partitions', (select count(*) from ledger.journal_default where subject_id < ${below}::uuid)
      + (select count(*) from payments.payment_default where payment_id < ${below}::uuid)
      + (select count(*) from payments.event_default where payment_id < ${below}::uuid)
      + (select count(*) from payments.refund_default where refund_id < ${below}::uuid)
      + (select count(*) from arrivals.arrival_default where payment_id < ${below}::uuid)`.execute(pg.owner);
  const open = rows.filter(({ count }) => count > 0n).map(({ what, count }) => `${what}: ${count}`);
  if (open.length === 0) return;
  throw new MonthError({
    zh: `${month.name} 月或更早还有未了结的事项（${open.join("，")}）。`,
    en: `Not everything up to the end of ${month.name} is finished (${open.join(", ")}).`,
  });
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
  const { rows } = await sql<{ merchant: string }>`
    select booked.merchant_id as merchant
    from (select merchant_id, max(sequence) as sequence from ${sql.table(`ledger.journal_${month.name}`)} group by merchant_id
          union all select merchant_id, max(sequence) from ledger.closing where month < ${month.name} group by merchant_id) as booked
    where booked.sequence > coalesce((select max(sequence) from ledger.closing
      where closing.merchant_id = booked.merchant_id and month = ${month.name}), 0)
    limit 1`.execute(tx);
  if (rows[0] === undefined) return;
  throw new MonthError({
    zh: `${month.name} 月关账之后又记了账（商户 ${rows[0].merchant}）。请重新关账。`,
    en: `The month ${month.name} was booked in after it was closed (merchant ${rows[0].merchant}). Close it again.`,
  });
}
