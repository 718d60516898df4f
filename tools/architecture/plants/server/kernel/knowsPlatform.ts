import { pool } from "../platform/pg/pool.ts";
export const tx = pool;
