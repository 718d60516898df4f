import { word } from "../contract/words.ts";
export const screen = word;
