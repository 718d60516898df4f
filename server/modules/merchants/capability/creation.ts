// The first state of a product: not yet applied for.
import type { World } from "../../../kernel/world.ts";
import type { Tx } from "../../../platform/pg/pg.ts";
import { channelOfProduct, type Product } from "../model.ts";
import { insertCapability } from "./store.ts";

/** Puts a product of a merchant on record. Without effect where it is there: merchants are older than some products. */
export async function addCapability(
  { world }: Readonly<{ world: World }>,
  tx: Tx,
  key: Readonly<{ merchantId: string; product: Product; actor: string }>,
): Promise<void> {
  const capability = {
    id: world.newId("cap"),
    merchantId: key.merchantId,
    channel: channelOfProduct[key.product],
    product: key.product,
    state: "notApplied",
    source: "system",
    reason: null,
    version: 1,
    changedAt: world.now(),
  } as const;
  await insertCapability(tx, capability, key.actor);
}
