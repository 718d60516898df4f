// Every statement on merchants, stores and fee schedules.
import { sql } from "kysely";
import type { CreditAcceptance } from "../../channels/port.ts";
import { idOf, uuidOf } from "../../kernel/ids.ts";
import type { Database, Tx } from "../../platform/pg/pg.ts";
import type { FeeProduct, FeeRate, Merchant, MerchantState, Store } from "./model.ts";

type MerchantRow = {
  merchant_id: string;
  number: string;
  name_zh: string;
  name_en: string;
  mcc: string;
  region: string;
  state: MerchantState;
  credit_acceptance: CreditAcceptance;
  revision: bigint;
  created_at: Date;
};

function merchantOf(row: MerchantRow): Merchant {
  return {
    id: idOf("mer", row.merchant_id),
    number: row.number,
    names: { zh: row.name_zh, en: row.name_en },
    mcc: row.mcc,
    region: row.region,
    state: row.state,
    creditAcceptance: row.credit_acceptance,
    revision: row.revision,
    createdAt: row.created_at,
  };
}

/** Adds a merchant. False where its number is taken. */
export async function insertMerchant(tx: Tx, merchant: Merchant): Promise<boolean> {
  const result = await sql`
    insert into merchants.merchant (merchant_id, number, name_zh, name_en, mcc, region, state, credit_acceptance, revision, created_at)
    values (${uuidOf(merchant.id)}, ${merchant.number}, ${merchant.names.zh}, ${merchant.names.en}, ${merchant.mcc},
            ${merchant.region}, ${merchant.state}, ${merchant.creditAcceptance}, ${merchant.revision}, ${merchant.createdAt})
    on conflict (number) do nothing`.execute(tx);
  return result.numAffectedRows === 1n;
}

export async function findMerchant(tx: Tx | Database, merchantId: string): Promise<Merchant | null> {
  const { rows } = await sql<MerchantRow>`
    select merchant_id, number, name_zh, name_en, mcc, region, state, credit_acceptance, revision, created_at
    from merchants.merchant where merchant_id = ${uuidOf(merchantId)}`.execute(tx);
  return rows[0] ? merchantOf(rows[0]) : null;
}

export async function findMerchantByNumber(tx: Tx | Database, number: string): Promise<Merchant | null> {
  const { rows } = await sql<MerchantRow>`
    select merchant_id, number, name_zh, name_en, mcc, region, state, credit_acceptance, revision, created_at
    from merchants.merchant where number = ${number}`.execute(tx);
  return rows[0] ? merchantOf(rows[0]) : null;
}

export type MerchantFilter = Readonly<{ limit: number; after: string | null; search: string | null }>;

/** Newest first, older than `after`; `search` is part of a name or the beginning of a number. One row more than asked tells whether there is more. */
export async function listMerchants(tx: Tx, filter: MerchantFilter): Promise<Merchant[]> {
  const { rows } = await sql<MerchantRow>`
    select merchant_id, number, name_zh, name_en, mcc, region, state, credit_acceptance, revision, created_at
    from merchants.merchant
    where (${filter.after === null ? null : uuidOf(filter.after)}::uuid is null
           or merchant_id < ${filter.after === null ? null : uuidOf(filter.after)}::uuid)
      and (${filter.search}::text is null
           or strpos(lower(name_zh || ' ' || name_en), lower(${filter.search}::text)) > 0
           or starts_with(number, ${filter.search}::text))
    order by merchant_id desc
    limit ${filter.limit + 1}`.execute(tx);
  return rows.map(merchantOf);
}

/**
 * The lowest number above `floor` (8 digits) that no committed merchant has, or null where all are taken. Reads along the
 * index of numbers: some milliseconds for ten thousand merchants, and merchants are rarely created.
 */
export async function lowestFreeNumber(tx: Tx, floor: string): Promise<string | null> {
  const { rows } = await sql<{ number: string }>`
    select (taken.number::bigint + 1)::text as number
    from (select ${floor}::text as number
          union all select number from merchants.merchant where number > ${floor}::text) as taken
    where taken.number < '99999999'
      and not exists (select from merchants.merchant as next where next.number = (taken.number::bigint + 1)::text)
    order by taken.number limit 1`.execute(tx);
  return rows[0]?.number ?? null;
}

/** Locks the merchant and moves its revision on: every change below it happens in one order, and caches see it. */
export async function touchMerchant(tx: Tx, merchantId: string): Promise<boolean> {
  const result = await sql`
    update merchants.merchant set revision = revision + 1 where merchant_id = ${uuidOf(merchantId)}`.execute(
    tx,
  );
  return result.numAffectedRows === 1n;
}

export async function revisionOf(tx: Tx | Database, merchantId: string): Promise<bigint | null> {
  const { rows } = await sql<{ revision: bigint }>`
    select revision from merchants.merchant where merchant_id = ${uuidOf(merchantId)}`.execute(tx);
  return rows[0]?.revision ?? null;
}

/** The revisions of those of these merchants that are there. */
export async function revisionsOf(
  tx: Tx | Database,
  merchantIds: readonly string[],
): Promise<Map<string, bigint>> {
  const { rows } = await sql<{ merchant_id: string; revision: bigint }>`
    select merchant_id, revision from merchants.merchant where merchant_id = any(${merchantIds.map(uuidOf)}::uuid[])`.execute(
    tx,
  );
  return new Map(rows.map(({ merchant_id, revision }) => [idOf("mer", merchant_id), revision]));
}

type StoreRow = {
  merchant_id: string;
  store_id: string;
  no: string;
  name_zh: string;
  name_en: string;
  address: string;
  created_at: Date;
};

/** Adds a store. False where its number is taken at this merchant. */
export async function insertStore(tx: Tx, store: Store): Promise<boolean> {
  const result = await sql`
    insert into merchants.store (merchant_id, store_id, no, name_zh, name_en, address, created_at)
    values (${uuidOf(store.merchantId)}, ${uuidOf(store.id)}, ${store.no}, ${store.names.zh}, ${store.names.en},
            ${store.address}, ${store.createdAt})
    on conflict (merchant_id, no) do nothing`.execute(tx);
  return result.numAffectedRows === 1n;
}

/** The stores of one merchant, oldest first, at most `limit`. */
export async function listStores(tx: Tx | Database, merchantId: string, limit: number): Promise<Store[]> {
  const { rows } = await sql<StoreRow>`
    select merchant_id, store_id, no, name_zh, name_en, address, created_at
    from merchants.store where merchant_id = ${uuidOf(merchantId)}
    order by store_id limit ${limit}`.execute(tx);
  return rows.map((row) => ({
    id: idOf("sto", row.store_id),
    merchantId,
    no: row.no,
    names: { zh: row.name_zh, en: row.name_en },
    address: row.address,
    createdAt: row.created_at,
  }));
}

/** Adds a rate. False where the product already has one from that very moment on. */
export async function insertFeeRate(
  tx: Tx,
  merchantId: string,
  rate: FeeRate & Readonly<{ actor: string; createdAt: Date }>,
): Promise<boolean> {
  const result = await sql`
    insert into merchants.fee_schedule (merchant_id, product, valid_from, rate_basis_points, actor, created_at)
    values (${uuidOf(merchantId)}, ${rate.product}, ${rate.validFrom}, ${rate.rateBasisPoints}, ${rate.actor}, ${rate.createdAt})
    on conflict (merchant_id, product, valid_from) do nothing`.execute(tx);
  return result.numAffectedRows === 1n;
}

/** Every rate the merchant ever had or will have, by product, oldest first. */
export async function listFeeRates(tx: Tx | Database, merchantId: string): Promise<FeeRate[]> {
  const { rows } = await sql<{ product: FeeProduct; valid_from: Date; rate_basis_points: bigint }>`
    select product, valid_from, rate_basis_points from merchants.fee_schedule
    where merchant_id = ${uuidOf(merchantId)} order by product, valid_from`.execute(tx);
  return rows.map((row) => ({
    product: row.product,
    validFrom: row.valid_from,
    rateBasisPoints: row.rate_basis_points,
  }));
}
