import { post } from "../../modules/ledger/index.ts";
export const post2 = post;
