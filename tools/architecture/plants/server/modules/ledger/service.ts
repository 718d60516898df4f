import { pool } from "../../platform/pg/pool.ts";
import { rows } from "./store.ts";
export const post = [pool, rows];
