// The resolver’s statements: what is due is read without locks, then claimed, many at a time, by compare-and-set on the lease.
import { sql } from "kysely";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { idOf, uuidOf } from "../../../kernel/ids.ts";
import type { Database, Tx } from "../../../platform/pg/pg.ts";
import { limits } from "../limits.ts";
import type { Payment, ResolutionStep } from "../model.ts";
import type { Room } from "./rounds.ts";
import { paymentColumns, paymentOf, type PaymentRow } from "../store.ts";

/** A payment whose step is due, as seen without a lock: somebody else may have claimed it since. */
export type Due = Readonly<{
  channel: ChannelCode;
  merchantId: string;
  paymentId: string;
  step: ResolutionStep;
  resolveAt: Date;
  leaseUntil: Date | null;
}>;

/** Which due payments a process wants: of the installed channels, as nobody here can ask another. */
export type Wanted = Room<Due> & Readonly<{ channels: readonly ChannelCode[] }>;

/** Due payments that nobody holds, merchants in turns. */
export async function selectDue(db: Database, now: Date, wanted: Wanted): Promise<Due[]> {
  const { limit, channels, inHand, full, passed } = wanted;
  const taken = [...inHand, ...passed].map(({ paymentId }) => paymentId);
  const busy = inHand.map(({ merchantId }) => merchantId);
  const place = { table: "payment", own: "payment_id", columns: ["resolve_step"] } as const;
  const rows = await selectInTurns<PaymentInTurn>(db, now, place, { limit, channels, busy, full, taken });
  return rows.map((row) => ({
    ...stepOf(row),
    paymentId: idOf("pay", row.payment_id),
    step: row.resolve_step,
  }));
}

type PaymentInTurn = InTurn & Readonly<{ payment_id: string; resolve_step: ResolutionStep }>;

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
}: InTurn): Omit<Due, "paymentId" | "step"> {
  return { merchantId: idOf("mer", merchantId), channel, resolveAt, leaseUntil };
}

export type Turns = Readonly<{
  limit: number;
  channels: readonly ChannelCode[];
  /** The merchants of the steps in hand, one entry a step. */
  busy: readonly string[];
  /** Merchants that are passed over. */
  full: readonly string[];
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
 * with many never goes before all of another, and none has more steps in hand than its bound.
 */
export async function selectInTurns<Row extends InTurn>(
  db: Database,
  now: Date,
  { table, own, columns }: StepPlace,
  { limit, channels, busy, full, taken }: Turns,
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
        and ${step}.merchant_id <> all(${full.map(uuidOf)}::uuid[])
        and ${step}.${id} <> all(${taken.map(uuidOf)}::uuid[]))
    select ${sql.raw(names.join(", "))}
    from due
    where turn <= ${limits.resolveInHandPerMerchantMax}
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

/** A due step that is to be held until then. */
export type Claim = Readonly<{ due: Due; leaseUntil: Date }>;

/**
 * Takes the leases where the payments are still as they were seen, in one statement; null for each where somebody was
 * faster, or is deciding about the payment at this very moment.
 */
export async function claimAll(tx: Tx, claims: readonly Claim[]): Promise<ReadonlyArray<Payment | null>> {
  const dues = claims.map(({ due }) => due);
  const merchantIds = dues.map(({ merchantId }) => uuidOf(merchantId));
  const paymentIds = dues.map(({ paymentId }) => uuidOf(paymentId));
  const { rows } = await sql<PaymentRow>`
    with due as (
      select * from unnest(
        ${merchantIds}::uuid[], ${paymentIds}::uuid[], ${dues.map(({ resolveAt }) => resolveAt)}::timestamptz[],
        ${dues.map(({ step }) => step)}::text[], ${dues.map(({ leaseUntil }) => leaseUntil)}::timestamptz[],
        ${claims.map(({ leaseUntil }) => leaseUntil)}::timestamptz[]
      ) as due (merchant_id, payment_id, resolve_at, resolve_step, seen_lease, lease_until)),
    held as (
      select payment.merchant_id, payment.payment_id, due.lease_until
      from payments.payment join due using (merchant_id, payment_id)
      where payment.payment_id = any(${paymentIds}::uuid[])
        and payment.resolve_at = due.resolve_at and payment.resolve_step = due.resolve_step
        and payment.lease_until is not distinct from due.seen_lease
      order by payment.merchant_id, payment.payment_id
      for update of payment skip locked)
    update payments.payment set lease_until = held.lease_until
    from held
    where payment.payment_id = any(${paymentIds}::uuid[])
      and payment.merchant_id = held.merchant_id and payment.payment_id = held.payment_id
    returning ${paymentColumns}`.execute(tx);
  const claimed = new Map(rows.map(paymentOf).map((payment) => [payment.id, payment]));
  return dues.map(({ paymentId }) => {
    const payment = claimed.get(paymentId) ?? null;
    // One claim takes a step once, also where its payment stands among them twice.
    claimed.delete(paymentId);
    return payment;
  });
}
