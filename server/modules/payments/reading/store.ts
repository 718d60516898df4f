// Reading payments and their timelines. The transaction says whose rows exist at all; the scope narrows a terminal to its own.
import { sql, type RawBuilder } from "kysely";
import type { ChannelCode, FundingSource } from "@huiyin/contract/words.ts";
import { idOf, uuidFloor, uuidOf } from "../../../kernel/ids.ts";
import { unreachable } from "../../../kernel/assert.ts";
import type { Database, Tx } from "../../../platform/pg/pg.ts";
import { mainRoute, type AccountKey } from "../../merchants/index.ts";
import type { Payment } from "../model.ts";
import { readChannelOrderNo } from "../orderNumber.ts";
import { paymentColumns, paymentOf, type PaymentRow, type StoredEntry } from "../store.ts";

/** Which payments somebody may see, besides what row-level security lets through: null is no further limit. */
export type Scope = Readonly<{ merchantId: string | null; terminalId: string | null }>;

export type PaymentFilter = Scope &
  Readonly<{
    storeId: string | null;
    state: Payment["state"] | null;
    channel: ChannelCode | null;
    fundingSource: FundingSource | null;
    review: "open" | "none" | null;
    refunds: "some" | "none" | null;
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

/** One thing that a word of a search may mean, resolved to what an index of payments knows. */
export type Match =
  | Readonly<{ kind: "payments"; ids: readonly string[] }>
  | Readonly<{ kind: "amount"; fromMinor: bigint; toMinor: bigint }>
  /** The last characters of a number of the merchant, of ours or of the channel. */
  | Readonly<{ kind: "ending"; text: string }>
  | Readonly<{ kind: "terminal"; merchantId: string; terminalId: string }>;

/**
 * From here to the end of the transaction each statement is planned with its values: which index is best for a search
 * depends on what is searched for, and a plan made for any value would read a table from end to end.
 */
export async function planWithValues(tx: Tx): Promise<void> {
  await sql`select set_config('plan_cache_mode', 'force_custom_plan', true)`.execute(tx);
}

/** Payments by keyset on their ids, newest first; oldest first where `before` is set. */
export async function selectPayments(tx: Tx, filter: PaymentFilter): Promise<Payment[]> {
  const { rows } = await sql<PaymentRow>`
    select ${paymentColumns} from payments.payment as payment
    where ${every(conditionsOf(filter))}
    ${inOrder(filter)}`.execute(tx);
  return rows.map(paymentOf);
}

/**
 * The same among payments of which every word fits in one of its meanings. Each meaning of the first word is asked for
 * by itself, in order and with the limit: each has its own index, and the first of all are among the first of each.
 */
export async function searchPayments(
  tx: Tx,
  filter: PaymentFilter,
  words: ReadonlyArray<readonly Match[]>,
): Promise<Payment[]> {
  const [first = [], ...others] = words;
  if (words.some((matches) => matches.length === 0)) return [];
  const conditions = conditionsOf(filter);
  const narrowing = others.map(
    (matches) =>
      sql`(${sql.join(
        matches.map((match) => matchCondition(match, filter)),
        sql` or `,
      )})`,
  );
  const meanings = first.map(
    (match) => sql`(
      select payment.merchant_id, payment.payment_id from payments.payment as payment
      where ${every([...conditions, ...narrowing, matchCondition(match, filter)])}
      ${inOrder(filter)})`,
  );
  const { rows } = await sql<PaymentRow>`
    with found as (${sql.join(meanings, sql` union `)})
    select ${paymentColumns} from found join payments.payment as payment using (merchant_id, payment_id)
    ${inOrder(filter)}`.execute(tx);
  return rows.map(paymentOf);
}

function inOrder({ before, limit }: PaymentFilter): Condition {
  return sql`order by payment.payment_id ${before === null ? sql`desc` : sql`asc`} limit ${limit}`;
}

type Condition = RawBuilder<unknown>;

function every(conditions: readonly Condition[]): Condition {
  return sql.join([sql`true`, ...conditions], sql` and `);
}

/** Only the conditions that are asked for: each has its own best index. */
function conditionsOf(filter: PaymentFilter): Condition[] {
  const given = <T>(value: T | null, condition: (value: T) => Condition): Condition[] =>
    value === null ? [] : [condition(value)];
  return [
    ...scopeConditions(filter),
    ...boundsOf(filter, "payment.payment_id"),
    ...given(filter.storeId, (id) => sql`payment.store_id = ${uuidOf(id)}::uuid`),
    ...given(filter.state, (state) => sql`payment.state = ${state}`),
    ...given(filter.channel, (channel) => sql`payment.channel = ${channel}`),
    ...given(filter.fundingSource, (source) => sql`payment.funding_source = ${source}`),
    ...given(
      filter.review,
      (review) => sql`payment.review_since is ${review === "open" ? sql`not null` : sql`null`}`,
    ),
    ...given(filter.refunds, (refunds) => {
      const some = sql`(payment.refunded_minor > 0 or payment.refunding_minor > 0)`;
      return refunds === "some" ? some : sql`not ${some}`;
    }),
    ...given(
      filter.merchantOrderNo,
      (orderNo) => sql`(payment.merchant_id, payment.payment_id) in (
        select merchant_id, payment_id from payments.merchant_order_no
        where ${isNumber(orderNo, "number_ending", "merchant_order_no")})`,
    ),
    ...given(filter.channelOrderNo, channelOrderNoCondition),
    ...given(filter.channelTradeNo, (tradeNo) =>
      isNumber(tradeNo, "payment.trade_ending", "payment.channel_trade_no"),
    ),
    ...given(filter.amountMinor, (minor) => sql`payment.amount_minor = ${minor}`),
  ];
}

/** Ids carry their time: a range of time is a range of ids, and of partitions. */
function boundsOf(filter: PaymentFilter, column: string): Condition[] {
  const id = sql.raw(column);
  const { createdFrom, createdTo, after, before } = filter;
  return [
    ...(createdFrom === null ? [] : [sql`${id} >= ${uuidFloor(createdFrom)}::uuid`]),
    ...(createdTo === null ? [] : [sql`${id} < ${uuidFloor(createdTo)}::uuid`]),
    ...(after === null ? [] : [sql`${id} < ${uuidOf(after)}::uuid`]),
    ...(before === null ? [] : [sql`${id} > ${uuidOf(before)}::uuid`]),
  ];
}

function matchCondition(match: Match, filter: PaymentFilter): Condition {
  switch (match.kind) {
    case "payments":
      return sql`payment.payment_id = any (${match.ids.map(uuidOf)}::uuid[])`;
    case "amount":
      return match.fromMinor === match.toMinor
        ? sql`payment.amount_minor = ${match.fromMinor}`
        : sql`payment.amount_minor between ${match.fromMinor} and ${match.toMinor}`;
    case "terminal":
      return sql`(payment.merchant_id = ${uuidOf(match.merchantId)}::uuid and payment.terminal_id = ${uuidOf(match.terminalId)}::uuid)`;
    case "ending":
      return endingCondition(match.text, filter);
    default:
      return unreachable(match);
  }
}

/** Looked up by itself, before anything else: an array, so that the ids are known when payments are read. */
function endingCondition(text: string, filter: PaymentFilter): Condition {
  const within = every(boundsOf(filter, "payment_id"));
  return sql`payment.payment_id = any (array(
    select payment_id from payments.merchant_order_no where ${endsWith(text, "number_ending", "merchant_order_no")} and ${within}
    union all select payment_id from payments.payment where ${endsWith(text, "order_ending", "channel_order_no")} and ${within}
    union all select payment_id from payments.payment where ${endsWith(text, "trade_ending", "channel_trade_no")} and ${within}
    union all select payment_id from payments.refund where ${endsWith(text, "number_ending", "channel_refund_no")} and ${within}
    union all select refund.payment_id
      from payments.merchant_refund_no as named join payments.refund as refund using (merchant_id, refund_id)
      where ${endsWith(text, "named.number_ending", "named.merchant_refund_no")}
        and ${every(boundsOf(filter, "refund.payment_id"))}))`;
}

/** The column of endings is what the index knows; the whole number decides. */
function endsWith(text: string, ending: string, number: string): Condition {
  return sql`(${sql.raw(ending)} = ${text.slice(-4)} and right(${sql.raw(number)}, ${text.length}) = ${text})`;
}

function isNumber(text: string, ending: string, number: string): Condition {
  return sql`(${sql.raw(ending)} = ${text.slice(-4)} and ${sql.raw(number)} = ${text})`;
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

/** Payments that bear this very number, or have a refund that does: the merchant’s, ours or the channel’s. */
export async function selectNumbered(tx: Tx, number: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ payment_id: string }>`
    select payment_id from payments.merchant_order_no where ${isNumber(number, "number_ending", "merchant_order_no")}
    union select payment_id from payments.payment where ${isNumber(number, "order_ending", "channel_order_no")}
    union select payment_id from payments.payment where ${isNumber(number, "trade_ending", "channel_trade_no")}
    union select payment_id from payments.refund where ${isNumber(number, "number_ending", "channel_refund_no")}
    union select refund.payment_id
      from payments.merchant_refund_no as named join payments.refund as refund using (merchant_id, refund_id)
      where ${isNumber(number, "named.number_ending", "named.merchant_refund_no")}
    limit ${limit}`.execute(tx);
  return rows.map((row) => idOf("pay", row.payment_id));
}

/** The payment that a refund (ref_…) belongs to, or null. */
export async function selectRefunded(tx: Tx, refundId: string): Promise<string | null> {
  const { rows } = await sql<{ payment_id: string }>`
    select payment_id from payments.refund where refund_id = ${uuidOf(refundId)}::uuid`.execute(tx);
  return rows[0] === undefined ? null : idOf("pay", rows[0].payment_id);
}

/** One payment within the scope, or null. */
export async function findInScope(tx: Tx, scope: Scope, paymentId: string): Promise<Payment | null> {
  const conditions = [sql`payment.payment_id = ${uuidOf(paymentId)}::uuid`, ...scopeConditions(scope)];
  const { rows } = await sql<PaymentRow>`
    select ${paymentColumns} from payments.payment as payment where ${every(conditions)}`.execute(tx);
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

/**
 * Whether a payment ever went through this account of its merchant, whatever became of it. Routing writes down every choice
 * but that of the first account.
 */
export async function hasPayments(
  db: Tx | Database,
  { merchantId, channel, route = mainRoute }: AccountKey,
): Promise<"yes" | "no"> {
  const { rows } =
    route === mainRoute
      ? await sql`
    select 1 from payments.payment as payment
    where merchant_id = ${uuidOf(merchantId)} and channel = ${channel}
      and not exists (
        select 1 from routing.choice as choice
        where choice.merchant_id = payment.merchant_id and choice.payment_id = payment.payment_id)
    limit 1`.execute(db)
      : await sql`
    select 1 from routing.choice
    where merchant_id = ${uuidOf(merchantId)} and channel = ${channel} and route = ${route}
    limit 1`.execute(db);
  return rows.length > 0 ? "yes" : "no";
}
