// Kysely on one pool per database role, with the two failures that money code must tell apart.
import {
  isAbortedTransactionError,
  PostgresDialect,
  PostgresDriver,
  type DatabaseConnection,
  type Driver,
} from "kysely";
import type pg from "pg";
import {
  CommitUnknownError,
  DatabaseUnavailableError,
  isConnectionLost,
  isDefiniteFailure,
} from "./errors.ts";

class CarefulDriver extends PostgresDriver {
  readonly #careful = new WeakSet<DatabaseConnection>();

  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection().catch(throwAsUnavailable);
    // The driver gives out the same object for a connection of the pool again and again.
    if (!this.#careful.has(connection)) {
      this.#careful.add(connection);
      const execute: DatabaseConnection["executeQuery"] = connection.executeQuery.bind(connection);
      connection.executeQuery = <Row>(...args: Parameters<typeof execute>) =>
        execute<Row>(...args).catch(throwAsUnavailable);
    }
    return connection;
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.commitTransaction(connection);
    } catch (failure) {
      const error = failure instanceof DatabaseUnavailableError ? failure.cause : failure;
      // Only an ERROR from the server proves the rollback. Whatever else happens here leaves the outcome open.
      if (isDefiniteFailure(error) || isAbortedTransactionError(error)) throw failure;
      throw new CommitUnknownError("the connection was lost during COMMIT", { cause: error });
    }
  }

  override async rollbackTransaction(
    ...args: Parameters<PostgresDriver["rollbackTransaction"]>
  ): Promise<void> {
    // When the connection is gone, so is the transaction; the error that led here is the one to tell.
    await super.rollbackTransaction(...args).catch(() => undefined);
  }
}

function throwAsUnavailable(error: unknown): never {
  throw isConnectionLost(error) ? new DatabaseUnavailableError(error) : error;
}

/**
 * The PostgreSQL dialect of Kysely with `CommitUnknownError`, and with `DatabaseUnavailableError` for whatever else meets a
 * database that is away: getting a connection, beginning, and each statement, alone or in a transaction.
 */
export class CarefulDialect extends PostgresDialect {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    super({ pool });
    this.#pool = pool;
  }

  override createDriver(): Driver {
    return new CarefulDriver({ pool: this.#pool });
  }
}
