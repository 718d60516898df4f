// The ways in which a database can fail that callers tell apart.
import pg from "pg";
import { RefusalError } from "../../kernel/result.ts";

/**
 * The connection was lost while COMMIT was under way: the transaction may or may not have happened.
 * It is neither success nor failure: re-read by key before answering anybody.
 */
export class CommitUnknownError extends Error {
  override readonly name = "CommitUnknownError";
}

/**
 * The database could not be reached, went away before COMMIT was sent, or refused it for want of room: nothing was written, unless by a statement of the
 * owner outside of transactions, the only one that writes there. Answered as `unavailable`.
 */
export class DatabaseUnavailableError extends RefusalError {
  constructor(cause: unknown) {
    super({ code: "unavailable", facts: {} });
    this.cause = cause;
  }
}

const connectionProblems = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

// 08xxx: connection exceptions; 53xxx: no disk, memory or connection left; 57P0x: shutting down, crashed, starting up;
// 58030: its disk failed. Nobody’s request is to blame for any of them.
const goneStates = /^(08...|53...|57P0[1-5]|58030)$/;

// The client library reports these without a code; the texts are those of pg 8.
const goneMessages =
  /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|Client was closed|server closed the connection/;

/** Whether the error says that the server cannot be reached, has ended this connection, or has nothing left to work with. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  // The socket of a database that has ended is not there, and one with a full queue says so at once. The same of a file is
  // another matter.
  if (code === "ENOENT" || code === "EAGAIN") return syscall === "connect";
  if (typeof code === "string") return connectionProblems.has(code) || goneStates.test(code);
  return goneMessages.test(error.message);
}

/**
 * Whether the statement waited too long and was ended: for a lock (55P03), or altogether (57014). It was rolled back, and
 * nobody who waited with it is to blame.
 */
export function isWaitOver(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === "55P03" || state === "57014";
}

/** Whether two transactions waited for each other and this one was ended (40P01): rolled back, and the other has gone on. */
export function isCircle(error: unknown): boolean {
  return sqlStateOf(error) === "40P01";
}

/** Whether the server itself reported that it rolled back: an ERROR, whereas FATAL and PANIC end the connection. */
export function isDefiniteFailure(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.severity === "ERROR";
}

/** SQLSTATE of an error the server reported, or null. */
export function sqlStateOf(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.code ?? null) : null;
}
