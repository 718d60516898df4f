// Reading refunds, and payments in order to refund them. The transaction says whose rows exist at all; the scope narrows
// a terminal to what was taken in its store.
import { sql, type RawBuilder } from "kysely";
import { uuidFloor, uuidOf } from "../../../../kernel/ids.ts";
import type { Tx } from "../../../../platform/pg/pg.ts";
import type { Payment } from "../../model.ts";
import { paymentColumns, paymentOf, type PaymentRow } from "../../store.ts";
import type { Refund } from "../model.ts";
import { refundColumns, refundOf, type RefundRow } from "../store.ts";

/** Which rows somebody may see besides what row-level security lets through: null is no further limit. */
export type PlaceScope = Readonly<{ terminalId: string; storeId: string | null }> | null;

export type RefundFilter = Readonly<{
  merchantId: string | null;
  paymentId: string | null;
  state: Refund["state"] | null;
  review: "open" | "none" | null;
  merchantRefundNo: string | null;
  createdFrom: Date | null;
  createdTo: Date | null;
  /** Refunds older than this id. */
  after: string | null;
  /** Refunds newer than this id, nearest first. */
  before: string | null;
  limit: number;
}>;

type Condition = RawBuilder<unknown>;

/** Refunds by keyset on their ids, newest first; oldest first where `before` is set. */
export async function selectRefunds(tx: Tx, scope: PlaceScope, filter: RefundFilter): Promise<Refund[]> {
  const conditions = [sql`true`, ...placeConditions("refund", scope), ...conditionsOf(filter)];
  const { rows } = await sql<RefundRow>`
    select ${refundColumns} from payments.refund as refund
    where ${sql.join(conditions, sql` and `)}
    order by refund.refund_id ${filter.before === null ? sql`desc` : sql`asc`}
    limit ${filter.limit}`.execute(tx);
  return rows.map(refundOf);
}

/** Only the conditions that are asked for: each has its own best index. */
function conditionsOf(filter: RefundFilter): Condition[] {
  const given = <T>(value: T | null, condition: (value: T) => Condition): Condition[] =>
    value === null ? [] : [condition(value)];
  return [
    ...given(filter.merchantId, (id) => sql`refund.merchant_id = ${uuidOf(id)}::uuid`),
    ...given(filter.paymentId, (id) => sql`refund.payment_id = ${uuidOf(id)}::uuid`),
    ...given(filter.state, (state) => sql`refund.state = ${state}`),
    ...given(
      filter.review,
      (review) => sql`refund.review_since is ${review === "open" ? sql`not null` : sql`null`}`,
    ),
    ...given(
      filter.merchantRefundNo,
      (no) => sql`(refund.merchant_id, refund.refund_id) in (
        select merchant_id, refund_id from payments.merchant_refund_no where merchant_refund_no = ${no})`,
    ),
    // Ids carry their time: a range of time is a range of ids, and of partitions.
    ...given(filter.createdFrom, (from) => sql`refund.refund_id >= ${uuidFloor(from)}::uuid`),
    ...given(filter.createdTo, (to) => sql`refund.refund_id < ${uuidFloor(to)}::uuid`),
    ...given(filter.after, (id) => sql`refund.refund_id < ${uuidOf(id)}::uuid`),
    ...given(filter.before, (id) => sql`refund.refund_id > ${uuidOf(id)}::uuid`),
  ];
}

function placeConditions(table: "refund" | "payment", scope: PlaceScope): Condition[] {
  if (scope === null) return [];
  const column = (name: string): Condition => sql.ref(`${table}.${name}`);
  const own = sql`${column("terminal_id")} = ${uuidOf(scope.terminalId)}::uuid`;
  return scope.storeId === null
    ? [own]
    : [sql`(${own} or ${column("store_id")} = ${uuidOf(scope.storeId)}::uuid)`];
}

/** One refund within the scope, or null. */
export async function findRefundInScope(tx: Tx, scope: PlaceScope, refundId: string): Promise<Refund | null> {
  const conditions = [sql`refund.refund_id = ${uuidOf(refundId)}::uuid`, ...placeConditions("refund", scope)];
  const { rows } = await sql<RefundRow>`
    select ${refundColumns} from payments.refund as refund where ${sql.join(conditions, sql` and `)}`.execute(
    tx,
  );
  return rows[0] === undefined ? null : refundOf(rows[0]);
}

/** One payment that may be refunded from this place, or null. */
export async function findPaymentInPlace(
  tx: Tx,
  scope: PlaceScope,
  paymentId: string,
): Promise<Payment | null> {
  const conditions = [
    sql`payment.payment_id = ${uuidOf(paymentId)}::uuid`,
    ...placeConditions("payment", scope),
  ];
  const { rows } = await sql<PaymentRow>`
    select ${paymentColumns} from payments.payment as payment where ${sql.join(conditions, sql` and `)}`.execute(
    tx,
  );
  return rows[0] === undefined ? null : paymentOf(rows[0]);
}
