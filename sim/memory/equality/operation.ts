// One thing that is done to both stores.
import type { IdPrefix } from "@huiyin/server/kernel/world.ts";
import type { Tx } from "@huiyin/server/platform/pg/pg.ts";

/** Where a sequence takes place: a merchant and ids of its own. */
export type Place = Readonly<{ merchantId: string; id(prefix: IdPrefix, number: number): string }>;

/** Small numbers, 0 to 2, from which an operation makes what it needs. */
export type Numbers = Readonly<{ a: number; b: number; c: number }>;

export type Operation = Readonly<{
  /** The function of the store that it calls. */
  name: string;
  run(tx: Tx, place: Place, numbers: Numbers): Promise<unknown>;
}>;
