// Every statement on managers’ codes.
import { sql } from "kysely";
import { uuidOf } from "../../../kernel/ids.ts";
import type { Tx } from "../../../platform/pg/pg.ts";
import type { Counting } from "./decide.ts";

export type StoreKey = Readonly<{ merchantId: string; storeId: string }>;
export type Proof = Readonly<{ codeHash: Uint8Array; salt: Uint8Array }>;
export type ManagerCodeStanding = Readonly<{ setAt: Date; lockedUntil: Date | null }>;

/** Puts a code in place of any earlier one; its attempts begin anew. The store must belong to the merchant (foreign key). */
export async function putManagerCode(
  tx: Tx,
  key: StoreKey,
  code: Proof & Readonly<{ actor: string; setAt: Date }>,
): Promise<void> {
  await sql`
    insert into terminals.manager_code (merchant_id, store_id, code_hash, salt, failures, locked_until, actor, set_at)
    values (${uuidOf(key.merchantId)}, ${uuidOf(key.storeId)}, ${Buffer.from(code.codeHash)}, ${Buffer.from(code.salt)},
            0, null, ${code.actor}, ${code.setAt})
    on conflict (merchant_id, store_id) do update
    set code_hash = excluded.code_hash, salt = excluded.salt, failures = 0, locked_until = null, actor = excluded.actor,
        set_at = excluded.set_at`.execute(tx);
}

/** The proof and its attempts, locked: attempts at one store are counted in one order. */
export async function lockManagerCode(tx: Tx, key: StoreKey): Promise<(Proof & Counting) | null> {
  const { rows } = await sql<{
    code_hash: Buffer;
    salt: Buffer;
    failures: number;
    locked_until: Date | null;
  }>`
    select code_hash, salt, failures, locked_until from terminals.manager_code
    where merchant_id = ${uuidOf(key.merchantId)} and store_id = ${uuidOf(key.storeId)}
    for update`.execute(tx);
  const [row] = rows;
  if (!row) return null;
  return {
    codeHash: row.code_hash,
    salt: row.salt,
    failures: Number(row.failures),
    lockedUntil: row.locked_until,
  };
}

export async function saveCounting(tx: Tx, key: StoreKey, counting: Counting): Promise<void> {
  await sql`
    update terminals.manager_code set failures = ${counting.failures}, locked_until = ${counting.lockedUntil}
    where merchant_id = ${uuidOf(key.merchantId)} and store_id = ${uuidOf(key.storeId)}`.execute(tx);
}

/** A right code forgives the attempts before it, unless the code was replaced meanwhile. */
export async function forgive(tx: Tx, key: StoreKey, salt: Uint8Array): Promise<void> {
  await sql`
    update terminals.manager_code set failures = 0, locked_until = null
    where merchant_id = ${uuidOf(key.merchantId)} and store_id = ${uuidOf(key.storeId)} and salt = ${Buffer.from(salt)}`.execute(
    tx,
  );
}

/** When the code was set and until when it is locked; null where none is set. */
export async function findStanding(tx: Tx, storeId: string): Promise<ManagerCodeStanding | null> {
  const { rows } = await sql<{ set_at: Date; locked_until: Date | null }>`
    select set_at, locked_until from terminals.manager_code where store_id = ${uuidOf(storeId)}`.execute(tx);
  const [row] = rows;
  return row ? { setAt: row.set_at, lockedUntil: row.locked_until } : null;
}
