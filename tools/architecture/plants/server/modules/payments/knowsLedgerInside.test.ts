import { rows } from "../ledger/store.ts";
export const mine = rows;
