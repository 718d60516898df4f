// Every statement that watches over announcements which somebody should have heard.
import { sql } from "kysely";
import { uuidOf } from "../../../kernel/ids.ts";
import type { Database, Tx } from "../../../platform/pg/pg.ts";
import type { Arrival } from "../model.ts";
import { arrivalColumns, arrivalOf, type ArrivalKey, type ArrivalRow } from "../store.ts";

/** Announcements whose time to be heard is over, the longest waiting first. Not locked: each is claimed afterwards. */
export async function findWatched(db: Database, now: Date, limit: number): Promise<Arrival[]> {
  const { rows } = await sql<ArrivalRow>`
    select ${arrivalColumns} from arrivals.arrival
    where watch_at <= ${now} order by watch_at limit ${limit}`.execute(db);
  return rows.map(arrivalOf);
}

/**
 * Locks every announcement of these payments, at whatever terminal: what is reported meanwhile waits, and what was being
 * stored is seen. In the order in which reports lock them.
 */
export async function lockPayments(
  tx: Tx,
  merchantId: string,
  paymentIds: readonly string[],
): Promise<Arrival[]> {
  const { rows } = await sql<ArrivalRow>`
    select ${arrivalColumns} from arrivals.arrival
    where merchant_id = ${uuidOf(merchantId)} and payment_id = any (${paymentIds.map(uuidOf)}::uuid[])
    order by payment_id, terminal_id
    for update`.execute(tx);
  return rows.map(arrivalOf);
}

/** Sets when to look again at locked announcements, and when it was noticed that nobody heard. */
export async function moveWatch(
  tx: Tx,
  merchantId: string,
  moves: ReadonlyArray<ArrivalKey & Readonly<{ watchAt: Date | null; unheardAt: Date | null }>>,
): Promise<void> {
  await sql`
    update arrivals.arrival
    set watch_at = moved.watch_at, unheard_at = coalesce(arrival.unheard_at, moved.unheard_at)
    from unnest(
      ${moves.map((move) => uuidOf(move.paymentId))}::uuid[],
      ${moves.map((move) => uuidOf(move.terminalId))}::uuid[],
      ${moves.map((move) => move.watchAt)}::timestamptz[],
      ${moves.map((move) => move.unheardAt)}::timestamptz[]) as moved (payment_id, terminal_id, watch_at, unheard_at)
    where arrival.merchant_id = ${uuidOf(merchantId)} and arrival.payment_id = moved.payment_id
      and arrival.terminal_id = moved.terminal_id`.execute(tx);
}
