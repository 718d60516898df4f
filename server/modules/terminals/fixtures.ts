// Defaults for tests only: a shop that terminals can stand in.
import { sql } from "kysely";
import { uuidOf } from "../../kernel/ids.ts";
import type { World } from "../../kernel/world.ts";
import type { Pg } from "../../platform/pg/pg.ts";

export type TestShop = Readonly<{ merchantId: string; storeId: string }>;

/** A merchant with one store. `number` is its 商户编号, 8 digits. */
export async function testShop(
  deps: Readonly<{ pg: Pg; world: World }>,
  number = "10000001",
): Promise<TestShop> {
  const shop = { merchantId: deps.world.newId("mer"), storeId: deps.world.newId("sto") };
  const merchant = uuidOf(shop.merchantId);
  await deps.pg.transaction(async (tx) => {
    await sql`
      insert into merchants.merchant (merchant_id, number, name_zh, name_en, mcc, region, state, revision, created_at)
      values (${merchant}, ${number}, '回音咖啡', 'Echo Coffee', '5814', '310106', 'active', 1, ${deps.world.now()})`.execute(
      tx,
    );
    await sql`
      insert into merchants.store (merchant_id, store_id, no, name_zh, name_en, address, created_at)
      values (${merchant}, ${uuidOf(shop.storeId)}, 'S0001', '南京西路店', 'Nanjing West Road', '南京西路 1266 号', ${deps.world.now()})`.execute(
      tx,
    );
  });
  return shop;
}
