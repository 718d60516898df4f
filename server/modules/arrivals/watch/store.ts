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

/** Which of these payments has been heard at some terminal, or is being spoken at this moment. */
export async function heardPayments(
  tx: Tx,
  merchantId: string,
  paymentIds: readonly string[],
): Promise<ReadonlyMap<string, "spoken" | "speaking">> {
  const { rows } = await sql<{ payment_id: string; spoken: boolean }>`
    select payment_id, bool_or(stage = 'spoken') as spoken
    from arrivals.arrival
    where merchant_id = ${uuidOf(merchantId)} and payment_id = any (${paymentIds.map(uuidOf)}::uuid[])
      and stage in ('spoken', 'speaking')
    group by payment_id`.execute(tx);
  return new Map(rows.map((row) => [row.payment_id, row.spoken ? "spoken" : "speaking"]));
}

/** Sets when to look again, and when it was noticed that nobody heard; only where nobody else did meanwhile. */
export async function moveWatch(
  tx: Tx,
  merchantId: string,
  moves: ReadonlyArray<ArrivalKey & Readonly<{ held: Date; watchAt: Date | null; unheardAt: Date | null }>>,
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ payment_id: string }>`
    update arrivals.arrival
    set watch_at = moved.watch_at, unheard_at = coalesce(arrival.unheard_at, moved.unheard_at)
    from unnest(
      ${moves.map((move) => uuidOf(move.paymentId))}::uuid[],
      ${moves.map((move) => uuidOf(move.terminalId))}::uuid[],
      ${moves.map((move) => move.held)}::timestamptz[],
      ${moves.map((move) => move.watchAt)}::timestamptz[],
      ${moves.map((move) => move.unheardAt)}::timestamptz[]) as moved (payment_id, terminal_id, held, watch_at, unheard_at)
    where arrival.merchant_id = ${uuidOf(merchantId)} and arrival.payment_id = moved.payment_id
      and arrival.terminal_id = moved.terminal_id
      and arrival.watch_at = moved.held
    returning arrival.payment_id`.execute(tx);
  return new Set(rows.map((row) => row.payment_id));
}
