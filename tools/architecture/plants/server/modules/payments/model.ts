import type { Tx } from "../../platform/pg/pool.ts";
import { fen } from "../../kernel/money.ts";
export type Payment = { tx: Tx };
export const start = fen;
