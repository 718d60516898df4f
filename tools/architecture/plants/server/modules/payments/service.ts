import { post } from "../ledger/index.ts";
import { start } from "./model.ts";
export const pay = [post, start];
