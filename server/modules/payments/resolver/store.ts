// The resolver’s statements: what is due is read without locks, then claimed one by one by compare-and-set on the lease.
import { sql } from "kysely";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { idOf, uuidOf } from "../../../kernel/ids.ts";
import type { Database, Tx } from "../../../platform/pg/pg.ts";
import { limits } from "../limits.ts";
import type { Payment } from "../model.ts";
import type { Room } from "./rounds.ts";
import { paymentColumns, paymentOf, type PaymentRow } from "../store.ts";

/** A payment whose step is due, as seen without a lock: somebody else may have claimed it since. */
export type Due = Readonly<{
  channel: ChannelCode;
  merchantId: string;
  paymentId: string;
  resolveAt: Date;
  leaseUntil: Date | null;
}>;

/** Which due payments a process wants: of the installed channels, as nobody here can ask another. */
export type Wanted = Room<Due> & Readonly<{ channels: readonly ChannelCode[] }>;

/**
 * Due payments that nobody holds, merchants in turns: the longest overdue of each, then the second of each. So one
 * merchant with many never goes before all of another, and none gets more steps in flight than its bound.
 */
export async function selectDue(db: Database, now: Date, wanted: Wanted): Promise<Due[]> {
  const { limit, channels, inFlight, passed } = wanted;
  const { rows } = await sql<{
    merchant_id: string;
    payment_id: string;
    channel: ChannelCode;
    resolve_at: Date;
    lease_until: Date | null;
  }>`
    with busy as (
      select merchant_id, count(*) as steps
      from unnest(${inFlight.map((due) => uuidOf(due.merchantId))}::uuid[]) as step (merchant_id)
      group by merchant_id),
    due as (
      select payment.merchant_id, payment.payment_id, payment.channel, payment.resolve_at, payment.lease_until,
        coalesce(busy.steps, 0) + row_number() over (
          partition by payment.merchant_id order by payment.resolve_at, payment.payment_id) as turn
      from payments.payment left join busy on busy.merchant_id = payment.merchant_id
      where payment.resolve_at <= ${now} and (payment.lease_until is null or payment.lease_until <= ${now})
        and payment.channel = any(${channels}::text[])
        and payment.payment_id <> all(${[...inFlight, ...passed].map((due) => uuidOf(due.paymentId))}::uuid[]))
    select merchant_id, payment_id, channel, resolve_at, lease_until
    from due
    where turn <= ${limits.resolvePerMerchantMax}
    order by turn, resolve_at, payment_id
    limit ${limit}`.execute(db);
  return rows.map((row) => ({
    merchantId: idOf("mer", row.merchant_id),
    paymentId: idOf("pay", row.payment_id),
    channel: row.channel,
    resolveAt: row.resolve_at,
    leaseUntil: row.lease_until,
  }));
}

/** Channels that are not installed here and that payments or refunds wait for all the same. */
export async function selectMissingChannels(
  db: Database,
  installed: readonly ChannelCode[],
): Promise<string[]> {
  const { rows } = await sql<{ channel: string }>`
    select channel from payments.payment
    where resolve_at is not null and channel <> all(${installed}::text[])
    union
    select channel from payments.refund
    where resolve_at is not null and channel <> all(${installed}::text[])
    order by channel`.execute(db);
  return rows.map((row) => row.channel);
}

/** Takes the lease where the payment is still as it was seen; null where somebody was faster. */
export async function claim(tx: Tx, due: Due, leaseUntil: Date): Promise<Payment | null> {
  const { rows } = await sql<PaymentRow>`
    update payments.payment as payment set lease_until = ${leaseUntil}
    where merchant_id = ${uuidOf(due.merchantId)} and payment_id = ${uuidOf(due.paymentId)}
      and resolve_at = ${due.resolveAt} and lease_until is not distinct from ${due.leaseUntil}
    returning ${paymentColumns}`.execute(tx);
  return rows[0] === undefined ? null : paymentOf(rows[0]);
}
