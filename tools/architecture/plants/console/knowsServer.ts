import { fen } from "../server/kernel/money.ts";
export const mine = fen;
