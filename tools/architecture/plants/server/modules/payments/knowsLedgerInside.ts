import type { rows } from "../ledger/store.ts";
export type Rows = typeof rows;
