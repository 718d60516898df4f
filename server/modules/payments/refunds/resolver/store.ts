// The refund resolver’s statements: what is due is read without locks, then claimed by compare-and-set on the lease.
import { sql } from "kysely";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { idOf, uuidOf } from "../../../../kernel/ids.ts";
import type { Database, Tx } from "../../../../platform/pg/pg.ts";
import type { Room } from "../../resolver/rounds.ts";
import { selectInTurns, stepOf, type InTurn } from "../../resolver/store.ts";
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

/** Due refunds that nobody holds, merchants in turns. */
export async function selectDueRefunds(
  db: Database,
  now: Date,
  { channels, ...room }: Room<DueRefund> & Readonly<{ channels: readonly ChannelCode[] }>,
): Promise<DueRefund[]> {
  const { limit, inHand, full, passed } = room;
  const taken = [...inHand, ...passed].map(({ refundId }) => refundId);
  const busy = inHand.map(({ merchantId }) => merchantId);
  const place = { table: "refund", own: "refund_id", columns: ["resolve_step"] } as const;
  const rows = await selectInTurns<RefundInTurn>(db, now, place, { limit, channels, busy, full, taken });
  return rows.map((row) => ({
    ...stepOf(row),
    refundId: idOf("ref", row.refund_id),
    step: row.resolve_step,
  }));
}

type RefundInTurn = InTurn & Readonly<{ refund_id: string; resolve_step: RefundStep["step"] }>;

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
