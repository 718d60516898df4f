// Refusals as the database reports them.
import pg from "pg";

/** An error by its SQLSTATE. */
export function databaseError(code: string, message: string, constraint?: string): pg.DatabaseError {
  const error = new pg.DatabaseError(message, message.length, "error");
  return Object.assign(error, { code, severity: "ERROR", ...(constraint !== undefined && { constraint }) });
}
