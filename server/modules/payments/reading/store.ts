// Reading payments and their timelines. The transaction says whose rows exist at all; the scope narrows a terminal to its own.
import { sql, type RawBuilder } from "kysely";
import { uuidFloor, uuidOf } from "../../../kernel/ids.ts";
import type { Tx } from "../../../platform/pg/pg.ts";
import type { Payment } from "../model.ts";
import { readChannelOrderNo } from "../orderNumber.ts";
import { paymentColumns, paymentOf, type PaymentRow, type StoredEntry } from "../store.ts";

/** Which payments somebody may see, besides what row-level security lets through: null is no further limit. */
export type Scope = Readonly<{ merchantId: string | null; terminalId: string | null }>;

export type PaymentFilter = Scope &
  Readonly<{
    state: Payment["state"] | null;
    review: "open" | "none" | null;
    merchantOrderNo: string | null;
    channelOrderNo: string | null;
    channelTradeNo: string | null;
    amountMinor: bigint | null;
    createdFrom: Date | null;
    createdTo: Date | null;
    /** Payments older than this id. */
    after: string | null;
    /** Payments newer than this id, nearest first. */
    before: string | null;
    limit: number;
  }>;

/** Payments by keyset on their ids, newest first; oldest first where `before` is set. */
export async function selectPayments(tx: Tx, filter: PaymentFilter): Promise<Payment[]> {
  const { rows } = await sql<PaymentRow>`
    select ${paymentColumns} from payments.payment as payment
    where ${sql.join(conditionsOf(filter), sql` and `)}
    order by payment.payment_id ${filter.before === null ? sql`desc` : sql`asc`}
    limit ${filter.limit}`.execute(tx);
  return rows.map(paymentOf);
}

type Condition = RawBuilder<unknown>;

/** Only the conditions that are asked for: each has its own best index. */
function conditionsOf(filter: PaymentFilter): Condition[] {
  const given = <T>(value: T | null, condition: (value: T) => Condition): Condition[] =>
    value === null ? [] : [condition(value)];
  return [
    sql`true`,
    ...scopeConditions(filter),
    ...given(filter.state, (state) => sql`payment.state = ${state}`),
    ...given(
      filter.review,
      (review) => sql`payment.review_since is ${review === "open" ? sql`not null` : sql`null`}`,
    ),
    ...given(
      filter.merchantOrderNo,
      (orderNo) => sql`(payment.merchant_id, payment.payment_id) in (
        select merchant_id, payment_id from payments.merchant_order_no where merchant_order_no = ${orderNo})`,
    ),
    ...given(filter.channelOrderNo, channelOrderNoCondition),
    ...given(filter.channelTradeNo, (tradeNo) => sql`payment.channel_trade_no = ${tradeNo}`),
    ...given(filter.amountMinor, (minor) => sql`payment.amount_minor = ${minor}`),
    // Ids carry their time: a range of time is a range of ids, and of partitions.
    ...given(filter.createdFrom, (from) => sql`payment.payment_id >= ${uuidFloor(from)}::uuid`),
    ...given(filter.createdTo, (to) => sql`payment.payment_id < ${uuidFloor(to)}::uuid`),
    ...given(filter.after, (id) => sql`payment.payment_id < ${uuidOf(id)}::uuid`),
    ...given(filter.before, (id) => sql`payment.payment_id > ${uuidOf(id)}::uuid`),
  ];
}

/** The order number carries the id, so no index on it is needed; a foreign one finds nothing. */
function channelOrderNoCondition(channelOrderNo: string): Condition {
  const order = readChannelOrderNo(channelOrderNo);
  if (order === null) return sql`false`;
  return sql`(payment.payment_id = ${uuidOf(order.paymentId)}::uuid and payment.channel_order_no = ${channelOrderNo})`;
}

function scopeConditions(scope: Scope): Condition[] {
  return [
    ...(scope.merchantId === null ? [] : [sql`payment.merchant_id = ${uuidOf(scope.merchantId)}::uuid`]),
    ...(scope.terminalId === null ? [] : [sql`payment.terminal_id = ${uuidOf(scope.terminalId)}::uuid`]),
  ];
}

/** One payment within the scope, or null. */
export async function findInScope(tx: Tx, scope: Scope, paymentId: string): Promise<Payment | null> {
  const conditions = [sql`payment.payment_id = ${uuidOf(paymentId)}::uuid`, ...scopeConditions(scope)];
  const { rows } = await sql<PaymentRow>`
    select ${paymentColumns} from payments.payment as payment where ${sql.join(conditions, sql` and `)}`.execute(
    tx,
  );
  return rows[0] === undefined ? null : paymentOf(rows[0]);
}

/** Entries as JSON holds them: times are text. */
export type WrittenEntry = Omit<StoredEntry, "at"> & Readonly<{ at: string }>;

/** The timeline of a payment, oldest first, at most `limit` decisions. */
export async function selectTimeline(
  tx: Tx,
  payment: Pick<Payment, "merchantId" | "id">,
  limit: number,
): Promise<WrittenEntry[]> {
  const { rows } = await sql<{ entries: WrittenEntry[] }>`
    select entries from payments.event
    where merchant_id = ${uuidOf(payment.merchantId)} and payment_id = ${uuidOf(payment.id)}
    order by version
    limit ${limit}`.execute(tx);
  return rows.flatMap((row) => row.entries);
}
