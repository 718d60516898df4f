// Every statement behind the proof of an identity: keys are read, nonces are spent. All take arrays.
import { sql } from "kysely";
import { idOf, uuidOf } from "../../../kernel/ids.ts";
import type { Database, Tx } from "../../../platform/pg/pg.ts";
import type { TerminalKey, TerminalState } from "../model.ts";

type KeyRow = { merchant_id: string; terminal_id: string; state: TerminalState; public_key: Buffer | null };

/** The keys of these terminals (trm_…), by id; an id that names none is absent. */
export async function keysOf(
  db: Database | Tx,
  terminalIds: readonly string[],
): Promise<ReadonlyMap<string, TerminalKey>> {
  const { rows } = await sql<KeyRow>`
    select merchant_id, terminal_id, state, public_key
    from terminals.terminal
    where terminal_id = any (${terminalIds.map(uuidOf)}::uuid[])`.execute(db);
  const keys = rows.map((row) => ({
    terminalId: idOf("trm", row.terminal_id),
    merchantId: idOf("mer", row.merchant_id),
    state: row.state,
    publicKey: row.public_key,
  }));
  return new Map(keys.map((key) => [key.terminalId, key]));
}

export type Spend = Readonly<{ merchantId: string; terminalId: string; nonce: string; expiresAt: Date }>;

/**
 * Remembers nonces. Answers for each, in order, whether this was its first use: of equal ones in one call, only the
 * first. Sorted, so that two calls at once cannot wait for each other in a circle.
 */
export async function spendNonces(tx: Tx, spends: readonly Spend[]): Promise<boolean[]> {
  const { rows } = await sql<{ terminal_id: string; nonce: string }>`
    insert into terminals.nonce (merchant_id, terminal_id, nonce, expires_at)
    select merchant_id, terminal_id, nonce, expires_at
    from unnest(
      ${spends.map((spend) => uuidOf(spend.merchantId))}::uuid[],
      ${spends.map((spend) => uuidOf(spend.terminalId))}::uuid[],
      ${spends.map((spend) => spend.nonce)}::text[],
      ${spends.map((spend) => spend.expiresAt)}::timestamptz[]) as spend (merchant_id, terminal_id, nonce, expires_at)
    order by merchant_id, terminal_id, nonce
    on conflict (merchant_id, terminal_id, nonce) do nothing
    returning terminal_id, nonce`.execute(tx);
  const fresh = new Set(rows.map((row) => `${idOf("trm", row.terminal_id)} ${row.nonce}`));
  return spends.map((spend) => fresh.delete(`${spend.terminalId} ${spend.nonce}`));
}

/** Forgets at most `countMax` nonces whose signatures are too old by now. Returns how many. */
export async function pruneNonces(tx: Tx, now: Date, countMax: number): Promise<number> {
  const result = await sql`
    delete from terminals.nonce
    where (merchant_id, terminal_id, nonce) in (
      select merchant_id, terminal_id, nonce from terminals.nonce where expires_at < ${now} limit ${countMax})`.execute(
    tx,
  );
  return Number(result.numAffectedRows ?? 0n);
}
