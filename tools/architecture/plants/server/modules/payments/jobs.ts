import { sql } from "kysely";
export const jobs = sql;
