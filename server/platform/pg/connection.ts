// How a connection to PostgreSQL is opened: its role, its limits and how its values are read.
import pg from "pg";
import { limits } from "../limits.ts";

/** The three roles of the product. None is a superuser; the login behind the URL is a member of all. */
export const databaseRoles = {
  owner: "huiyin_owner",
  batch: "huiyin_batch",
  tenant: "huiyin_tenant",
} as const;
export type DatabaseRole = (typeof databaseRoles)[keyof typeof databaseRoles];

const oid = {
  int8: 20,
  textArray: 1009,
  int8Array: 1016,
  date: 1082,
  dateArray: 1182,
  timestamp: 1114,
} as const;

/** int8 → bigint, timestamptz → Date, date and timestamp → the text of the database. */
function typeParsers(): pg.CustomTypesConfig {
  const asText = (text: string): string => text;
  // The library's list of type ids names no arrays, though it reads them.
  const textArray = pg.types.getTypeParser(oid.textArray as Parameters<typeof pg.types.getTypeParser>[0]) as (
    text: string,
  ) => (string | null)[];
  const parsers = new Map<number, (text: string) => unknown>([
    [oid.int8, BigInt],
    [oid.int8Array, (text) => textArray(text).map((entry) => (entry === null ? null : BigInt(entry)))],
    [oid.date, asText],
    [oid.dateArray, textArray],
    [oid.timestamp, asText],
  ]);
  return {
    getTypeParser: (id: number, format?: "text" | "binary") =>
      (format !== "binary" && parsers.get(id)) || pg.types.getTypeParser(id, format),
  };
}

/** Settings of a client or a pool that works as the role from its first statement on. */
export function connectionConfig(url: string, role: DatabaseRole): pg.ClientConfig {
  const settings: Record<string, string | number> = {
    role,
    timezone: "UTC",
    // Statements are sent behind a BEGIN that has not been answered: where it fails they are alone, and change nothing.
    ...(role !== databaseRoles.owner && { default_transaction_read_only: "on" }),
    lock_timeout: limits.databaseLockMsMax,
    statement_timeout: limits.databaseStatementMsMax,
    idle_in_transaction_session_timeout: limits.databaseIdleInTransactionMsMax,
  };
  return {
    connectionString: url,
    application_name: role,
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(" "),
    connectionTimeoutMillis: limits.databaseConnectMsMax,
    keepAlive: true,
    types: typeParsers(),
  };
}
