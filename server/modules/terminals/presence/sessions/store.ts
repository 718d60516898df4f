// Every statement that writes sessions. All take arrays: after an outage thousands of terminals connect at once.
import { sql } from "kysely";
import { idOf, uuidOf } from "../../../../kernel/ids.ts";
import type { Tx } from "../../../../platform/pg/pg.ts";

export type OpenSession = Readonly<{
  connectionId: string;
  terminalId: string;
  transport: string;
  remoteAddress: string | null;
  processId: string;
  openedAt: Date;
  leaseUntil: Date;
}>;

/**
 * Records connections, at most one of each terminal. Answers for each, in order, the merchant that its terminal belongs
 * to; null where the terminal does not exist any more.
 */
export async function insertSessions(
  tx: Tx,
  sessions: readonly OpenSession[],
): Promise<Array<string | null>> {
  const { rows } = await sql<{ merchant_id: string; connection_id: string }>`
    insert into terminals.session
      (merchant_id, connection_id, terminal_id, transport, remote_address, process_id, lease_until, opened_at)
    select terminal.merchant_id, given.connection_id, terminal.terminal_id, given.transport, given.remote_address,
           given.process_id, given.lease_until, given.opened_at
    from unnest(
      ${sessions.map((session) => uuidOf(session.connectionId))}::uuid[],
      ${sessions.map((session) => uuidOf(session.terminalId))}::uuid[],
      ${sessions.map((session) => session.transport)}::text[],
      ${sessions.map((session) => session.remoteAddress)}::text[],
      ${sessions.map((session) => session.processId)}::text[],
      ${sessions.map((session) => session.leaseUntil)}::timestamptz[],
      ${sessions.map((session) => session.openedAt)}::timestamptz[])
      as given (connection_id, terminal_id, transport, remote_address, process_id, lease_until, opened_at)
    join terminals.terminal on terminal.terminal_id = given.terminal_id
    returning merchant_id, connection_id`.execute(tx);
  const merchants = new Map(rows.map((row) => [row.connection_id, idOf("mer", row.merchant_id)]));
  return sessions.map(({ connectionId }) => merchants.get(uuidOf(connectionId)) ?? null);
}

/**
 * A terminal has one connection: what another process still believed open has been taken over. Not a newer connection,
 * which may be on record already where this one is written down late.
 */
export async function closeOlderSessions(tx: Tx, sessions: readonly OpenSession[]): Promise<void> {
  await sql`
    with older as (
      select session.merchant_id, session.connection_id, given.opened_at
      from unnest(
        ${sessions.map((session) => uuidOf(session.connectionId))}::uuid[],
        ${sessions.map((session) => uuidOf(session.terminalId))}::uuid[],
        ${sessions.map((session) => session.openedAt)}::timestamptz[]) as given (connection_id, terminal_id, opened_at)
      join terminals.session on session.terminal_id = given.terminal_id
      where session.closed_at is null and session.opened_at <= given.opened_at
        and session.connection_id <> given.connection_id
      -- Whoever locks several takes them in this order, so that nobody waits in a circle.
      order by session.merchant_id, session.connection_id
      for update of session
    )
    update terminals.session
    set closed_at = greatest(session.opened_at, older.opened_at), close_reason = 'takenOver', detail = 'connected to another process'
    from older
    where session.merchant_id = older.merchant_id and session.connection_id = older.connection_id`.execute(
    tx,
  );
}

export type SessionEnd = Readonly<{
  terminalId: string;
  connectionId: string;
  at: Date;
  reason: string;
  detail: string;
}>;

export async function closeSessions(tx: Tx, ends: readonly SessionEnd[]): Promise<void> {
  await sql`
    with ended as (
      select session.merchant_id, session.connection_id, given.at, given.reason, given.detail
      from unnest(
        ${ends.map((end) => uuidOf(end.terminalId))}::uuid[],
        ${ends.map((end) => uuidOf(end.connectionId))}::uuid[],
        ${ends.map((end) => end.at)}::timestamptz[],
        ${ends.map((end) => end.reason)}::text[],
        ${ends.map((end) => end.detail)}::text[]) as given (terminal_id, connection_id, at, reason, detail)
      join terminals.session on session.terminal_id = given.terminal_id and session.connection_id = given.connection_id
      where session.closed_at is null
      order by session.merchant_id, session.connection_id
      for update of session
    )
    update terminals.session
    set closed_at = greatest(session.opened_at, ended.at), close_reason = ended.reason, detail = ended.detail
    from ended
    where session.merchant_id = ended.merchant_id and session.connection_id = ended.connection_id`.execute(
    tx,
  );
}

/**
 * Vouches for connections until `leaseUntil`. One that expired while nobody could vouch for it has been open all the time
 * and goes on, unless its terminal has connected anew since.
 */
export async function renewLeases(
  tx: Tx,
  renewal: Readonly<{
    sessions: ReadonlyArray<Readonly<{ terminalId: string; connectionId: string }>>;
    leaseUntil: Date;
  }>,
): Promise<void> {
  await sql`
    with held as (
      select merchant_id, connection_id from terminals.session
      where terminal_id = any (${renewal.sessions.map((session) => uuidOf(session.terminalId))}::uuid[])
        and connection_id = any (${renewal.sessions.map((session) => uuidOf(session.connectionId))}::uuid[])
        and (closed_at is null
          or (close_reason = 'leaseExpired' and not exists (
            select from terminals.session as newer
            where newer.merchant_id = session.merchant_id and newer.terminal_id = session.terminal_id
              and newer.connection_id <> session.connection_id and newer.opened_at >= session.opened_at)))
      order by merchant_id, connection_id
      for update
    )
    update terminals.session
    set lease_until = ${renewal.leaseUntil}, closed_at = null, close_reason = null, detail = null
    from held
    where session.merchant_id = held.merchant_id and session.connection_id = held.connection_id`.execute(tx);
}

/** Ends the sessions of processes that died: nobody vouched for them any more. Never waits for one being renewed. */
export async function expireSessions(tx: Tx, now: Date): Promise<number> {
  const result = await sql`
    update terminals.session
    set closed_at = greatest(opened_at, lease_until), close_reason = 'leaseExpired', detail = 'its process vouched no longer'
    where (merchant_id, connection_id) in (
      select merchant_id, connection_id from terminals.session
      where closed_at is null and lease_until < ${now} for update skip locked)`.execute(tx);
  return Number(result.numAffectedRows ?? 0n);
}
