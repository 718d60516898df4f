import { Type } from "typebox";
export type Word = "paid";
export const word = Type.Literal("paid");
