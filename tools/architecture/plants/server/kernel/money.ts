import type { Word } from "../../contract/words.ts";
export type Money = { word: Word };
export const fen = 1;
