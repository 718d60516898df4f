import type { Tx } from "../../platform/pg/pool.ts";
export type Mine = Tx;
