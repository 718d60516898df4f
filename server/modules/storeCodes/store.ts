// Every statement on printed codes.
import { sql } from "kysely";
import { idOf, uuidOf } from "../../kernel/ids.ts";
import type { Database, Tx } from "../../platform/pg/pg.ts";
import type { StoreCode } from "./model.ts";

type Row = Readonly<{
  merchant_id: string;
  code_id: string;
  store_id: string;
  token: string;
  label: string;
  state: StoreCode["state"];
  created_at: Date;
}>;

const columns = sql.raw("merchant_id, code_id, store_id, token, label, state, created_at");

function codeOf(row: Row): StoreCode {
  return {
    id: idOf("scd", row.code_id),
    merchantId: idOf("mer", row.merchant_id),
    storeId: idOf("sto", row.store_id),
    token: row.token,
    label: row.label,
    state: row.state,
    createdAt: row.created_at,
  };
}

/** Writes down a new code. The store must be one of the merchant (foreign key). */
export async function insertCode(tx: Tx, code: StoreCode, createdBy: string): Promise<void> {
  await sql`
    insert into store_codes.store_code
      (merchant_id, code_id, store_id, token, label, state, created_at, created_by, changed_at)
    values (${uuidOf(code.merchantId)}, ${uuidOf(code.id)}, ${uuidOf(code.storeId)}, ${code.token}, ${code.label},
            ${code.state}, ${code.createdAt}, ${createdBy}, ${code.createdAt})`.execute(tx);
}

/** Null where the merchant has no such code. */
export async function changeState(
  tx: Tx,
  key: Readonly<{ merchantId: string; codeId: string }>,
  change: Readonly<{ state: StoreCode["state"]; at: Date }>,
): Promise<StoreCode | null> {
  const { rows } = await sql<Row>`
    update store_codes.store_code set state = ${change.state}, changed_at = ${change.at}
    where merchant_id = ${uuidOf(key.merchantId)} and code_id = ${uuidOf(key.codeId)}
    returning ${columns}`.execute(tx);
  return rows[0] === undefined ? null : codeOf(rows[0]);
}

/** The codes of a store, the oldest first. */
export async function listCodes(tx: Tx, merchantId: string, storeId: string): Promise<StoreCode[]> {
  const { rows } = await sql<Row>`
    select ${columns} from store_codes.store_code
    where merchant_id = ${uuidOf(merchantId)} and store_id = ${uuidOf(storeId)} order by code_id`.execute(tx);
  return rows.map(codeOf);
}

/** How many codes a store has. */
export async function countCodes(tx: Tx, merchantId: string, storeId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from store_codes.store_code
    where merchant_id = ${uuidOf(merchantId)} and store_id = ${uuidOf(storeId)}`.execute(tx);
  return rows[0]?.count ?? 0;
}

/** The code with this token, for a page that nobody has signed in to; null where there is none. */
export async function findByToken(db: Database, token: string): Promise<StoreCode | null> {
  const { rows } = await sql<Row>`
    select ${columns} from store_codes.store_code where token = ${token}`.execute(db);
  return rows[0] === undefined ? null : codeOf(rows[0]);
}
