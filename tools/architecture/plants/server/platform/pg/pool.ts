import { fen } from "../../kernel/money.ts";
export type Tx = { fen: number };
export const pool: Tx = { fen };
