// The resolver’s statements: what is due is read without locks, then claimed one by one by compare-and-set on the lease.
import { sql } from "kysely";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { idOf, uuidOf } from "../../../kernel/ids.ts";
import type { Database, Tx } from "../../../platform/pg/pg.ts";
import type { Payment } from "../model.ts";
import { paymentColumns, paymentOf, type PaymentRow } from "../store.ts";

/** A payment whose step is due, as seen without a lock: somebody else may have claimed it since. */
export type Due = Readonly<{
  channel: ChannelCode;
  merchantId: string;
  paymentId: string;
  resolveAt: Date;
  leaseUntil: Date | null;
}>;

/** The longest overdue payments that nobody holds, at most `limit`. */
export async function selectDue(db: Database, now: Date, limit: number): Promise<Due[]> {
  const { rows } = await sql<{
    merchant_id: string;
    payment_id: string;
    channel: ChannelCode;
    resolve_at: Date;
    lease_until: Date | null;
  }>`
    select merchant_id, payment_id, channel, resolve_at, lease_until
    from payments.payment
    where resolve_at <= ${now} and (lease_until is null or lease_until <= ${now})
    order by resolve_at, payment_id
    limit ${limit}`.execute(db);
  return rows.map((row) => ({
    merchantId: idOf("mer", row.merchant_id),
    paymentId: idOf("pay", row.payment_id),
    channel: row.channel,
    resolveAt: row.resolve_at,
    leaseUntil: row.lease_until,
  }));
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
