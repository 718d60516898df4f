import { absent } from "./absent.ts";
export const mine = absent;
