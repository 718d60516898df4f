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

/** Due payments that nobody holds, merchants in turns. */
export async function selectDue(db: Database, now: Date, wanted: Wanted): Promise<Due[]> {
  const { limit, channels, inFlight, passed } = wanted;
  const taken = [...inFlight, ...passed].map(({ paymentId }) => paymentId);
  const busy = inFlight.map(({ merchantId }) => merchantId);
  const place = { table: "payment", own: "payment_id", columns: [] } as const;
  const rows = await selectInTurns<PaymentInTurn>(db, now, place, { limit, channels, busy, taken });
  return rows.map((row) => ({ ...stepOf(row), paymentId: idOf("pay", row.payment_id) }));
}

type PaymentInTurn = InTurn & Readonly<{ payment_id: string }>;

/** What every due step says of itself. */
export type InTurn = Readonly<{
  merchant_id: string;
  channel: ChannelCode;
  resolve_at: Date;
  lease_until: Date | null;
}>;

/** The same in our words. */
export function stepOf({
  merchant_id: merchantId,
  channel,
  resolve_at: resolveAt,
  lease_until: leaseUntil,
}: InTurn): Omit<Due, "paymentId"> {
  return { merchantId: idOf("mer", merchantId), channel, resolveAt, leaseUntil };
}

export type Turns = Readonly<{
  limit: number;
  channels: readonly ChannelCode[];
  /** The merchants of the steps in hand, one entry a step. */
  busy: readonly string[];
  /** The payments or refunds of the steps in hand, and of those that had their turn. */
  taken: readonly string[];
}>;

/** Whose steps: a table, its own id, and what is read besides what every step has. */
export type StepPlace = Readonly<{
  table: "payment" | "refund";
  own: "payment_id" | "refund_id";
  columns: readonly "resolve_step"[];
}>;

/**
 * Due steps that nobody holds, merchants in turns: the longest overdue of each, then the second of each. So one merchant
 * with many never goes before all of another, and none gets more steps in flight than its bound.
 */
export async function selectInTurns<Row extends InTurn>(
  db: Database,
  now: Date,
  { table, own, columns }: StepPlace,
  { limit, channels, busy, taken }: Turns,
): Promise<readonly Row[]> {
  const names = ["merchant_id", own, "channel", ...columns, "resolve_at", "lease_until"];
  const read = sql.raw(names.map((name) => `${table}.${name}`).join(", "));
  const [step, id] = [sql.raw(table), sql.raw(own)];
  const { rows } = await sql<Row>`
    with busy as (
      select merchant_id, count(*) as steps
      from unnest(${busy.map(uuidOf)}::uuid[]) as step (merchant_id)
      group by merchant_id),
    due as (
      select ${read},
        coalesce(busy.steps, 0) + row_number() over (
          partition by ${step}.merchant_id order by ${step}.resolve_at, ${step}.${id}) as turn
      from payments.${step} left join busy on busy.merchant_id = ${step}.merchant_id
      where ${step}.resolve_at <= ${now} and (${step}.lease_until is null or ${step}.lease_until <= ${now})
        and ${step}.channel = any(${channels}::text[])
        and ${step}.${id} <> all(${taken.map(uuidOf)}::uuid[]))
    select ${sql.raw(names.join(", "))}
    from due
    where turn <= ${limits.resolvePerMerchantMax}
    order by turn, resolve_at, ${id}
    limit ${limit}`.execute(db);
  return rows;
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
