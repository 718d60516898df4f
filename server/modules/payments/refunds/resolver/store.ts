// The refund resolver’s statements: what is due is read without locks, then claimed by compare-and-set on the lease.
import { sql } from "kysely";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { idOf, uuidOf } from "../../../../kernel/ids.ts";
import type { Database, Tx } from "../../../../platform/pg/pg.ts";
import { limits } from "../../limits.ts";
import type { Room } from "../../resolver/rounds.ts";
import type { Refund, RefundStep } from "../model.ts";
import { refundColumns, refundOf, type RefundRow } from "../store.ts";

/** A refund whose step is due, as seen without a lock: somebody else may have claimed it since. */
export type DueRefund = Readonly<{
  channel: ChannelCode;
  merchantId: string;
  refundId: string;
  step: RefundStep["step"];
  resolveAt: Date;
  leaseUntil: Date | null;
}>;

/** Due refunds that nobody holds, merchants in turns: the longest overdue of each, then the second of each. */
export async function selectDueRefunds(
  db: Database,
  now: Date,
  { channels, ...room }: Room<DueRefund> & Readonly<{ channels: readonly ChannelCode[] }>,
): Promise<DueRefund[]> {
  const { limit, inFlight, passed } = room;
  const { rows } = await sql<{
    merchant_id: string;
    refund_id: string;
    channel: ChannelCode;
    resolve_step: RefundStep["step"];
    resolve_at: Date;
    lease_until: Date | null;
  }>`
    with busy as (
      select merchant_id, count(*) as steps
      from unnest(${inFlight.map((due) => uuidOf(due.merchantId))}::uuid[]) as step (merchant_id)
      group by merchant_id),
    due as (
      select refund.merchant_id, refund.refund_id, refund.channel, refund.resolve_step, refund.resolve_at, refund.lease_until,
        coalesce(busy.steps, 0) + row_number() over (
          partition by refund.merchant_id order by refund.resolve_at, refund.refund_id) as turn
      from payments.refund left join busy on busy.merchant_id = refund.merchant_id
      where refund.resolve_at <= ${now} and (refund.lease_until is null or refund.lease_until <= ${now})
        and refund.channel = any(${channels}::text[])
        and refund.refund_id <> all(${[...inFlight, ...passed].map((due) => uuidOf(due.refundId))}::uuid[]))
    select merchant_id, refund_id, channel, resolve_step, resolve_at, lease_until
    from due
    where turn <= ${limits.resolvePerMerchantMax}
    order by turn, resolve_at, refund_id
    limit ${limit}`.execute(db);
  return rows.map((row) => ({
    merchantId: idOf("mer", row.merchant_id),
    refundId: idOf("ref", row.refund_id),
    channel: row.channel,
    step: row.resolve_step,
    resolveAt: row.resolve_at,
    leaseUntil: row.lease_until,
  }));
}

/** Takes the lease for a question where the refund is still as it was seen; null where somebody was faster. */
export async function claimQuestion(tx: Tx, due: DueRefund, leaseUntil: Date): Promise<Refund | null> {
  const { rows } = await sql<RefundRow>`
    update payments.refund as refund set lease_until = ${leaseUntil}
    where merchant_id = ${uuidOf(due.merchantId)} and refund_id = ${uuidOf(due.refundId)}
      and resolve_step = 'query' and resolve_at = ${due.resolveAt} and lease_until is not distinct from ${due.leaseUntil}
    returning ${refundColumns}`.execute(tx);
  return rows[0] === undefined ? null : refundOf(rows[0]);
}

/**
 * Takes the lease for one more send, and writes the send down before it happens, with the question that follows should
 * nothing be heard of it. Null where somebody was faster.
 */
export async function claimSend(
  tx: Tx,
  due: DueRefund,
  send: Readonly<{ leaseUntil: Date; sentBy: Date; askAt: Date }>,
): Promise<Refund | null> {
  const { rows } = await sql<RefundRow>`
    update payments.refund as refund set
      lease_until = ${send.leaseUntil}, sends = refund.sends + 1, sent_by = ${send.sentBy},
      resolve_step = 'query', resolve_at = ${send.askAt}
    where merchant_id = ${uuidOf(due.merchantId)} and refund_id = ${uuidOf(due.refundId)}
      and resolve_step = 'send' and resolve_at = ${due.resolveAt} and lease_until is not distinct from ${due.leaseUntil}
    returning ${refundColumns}`.execute(tx);
  return rows[0] === undefined ? null : refundOf(rows[0]);
}
