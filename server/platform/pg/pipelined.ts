// A transaction whose statements may be under way together: each is sent when it is asked for, and the database answers
// them in that order. Statements that need nothing of each other’s answers cost one round trip, with `Promise.all`.
import {
  Transaction,
  type ConnectionProvider,
  type DatabaseConnection,
  type Dialect,
  type KyselyProps,
} from "kysely";
import { assert } from "../../kernel/assert.ts";

/** What a transaction of Kysely is made of, but for how it gets its connection. */
export type TransactionProps = Omit<KyselyProps, "executor">;

/** The same for databases of this dialect. Its driver is never asked for a connection: transactions bring theirs. */
export function transactionPropsOf(dialect: Dialect): TransactionProps {
  return { config: { dialect }, dialect, driver: dialect.createDriver() };
}

/**
 * Does the work on this transaction’s connection. When it ends, however it ends, no further statement is taken: one that
 * came later would run after the transaction, outside of any. Work that ends well without having waited for all of its
 * statements is a bug, and is undone.
 */
export async function pipelined<Tables, T>(
  props: TransactionProps,
  tx: Transaction<Tables>,
  work: (tx: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  const executor = tx.getExecutor();
  return executor.provideConnection(async (connection) => {
    const line = new Line(connection);
    const inner = new Transaction<Tables>({ ...props, executor: executor.withConnectionProvider(line) });
    try {
      const answer = await work(inner);
      // Behind COMMIT its failure would be told to nobody, and its checks would come too late.
      assert(line.unanswered === 0, "a statement of a transaction that ends has not been answered");
      return answer;
    } finally {
      line.close();
    }
  });
}

/** The statements of one transaction. What fails behind a failure fails as that one did: the database only says “aborted”. */
class Line implements ConnectionProvider {
  readonly #connection: DatabaseConnection;
  #open = true;
  #unanswered = 0;
  #settled: Promise<void> = Promise.resolve();
  #failure: Readonly<{ error: unknown }> | null = null;

  constructor(connection: DatabaseConnection) {
    this.#connection = connection;
  }

  get unanswered(): number {
    return this.#unanswered;
  }

  close(): void {
    this.#open = false;
  }

  async provideConnection<T>(consumer: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
    assert(this.#open, "a statement after the end of its transaction");
    const answer = consumer(this.#connection);
    this.#unanswered += 1;
    const settled = this.#settle(answer);
    try {
      return await answer;
    } catch (error) {
      await settled;
      throw this.#failure?.error ?? error;
    } finally {
      this.#unanswered -= 1;
    }
  }

  /** Resolves when this statement and all before it are settled, and the first failure among them is known. */
  #settle(answer: Promise<unknown>): Promise<void> {
    const before = this.#settled;
    const settle = async (): Promise<void> => {
      await before;
      await answer.catch((error: unknown) => (this.#failure ??= { error }));
    };
    return (this.#settled = settle());
  }
}
