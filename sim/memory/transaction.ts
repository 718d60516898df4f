// Transactions in memory: what one of them wrote is seen by nobody else until it commits, rows it holds make others wait,
// and nothing of it is left where it fails.
import type pg from "pg";
import { databaseError } from "./errors.ts";
import type { Check, Holder, StoredRow, Table } from "./table.ts";
import { isUnchanged, keyOfMany } from "./table.ts";
import type { Values } from "./values.ts";

/** A row is held by another transaction: the statement has to wait and begin anew. */
export class MustWait extends Error {
  readonly holder: Holder;

  constructor(holder: Holder) {
    super("a row is held by another transaction");
    this.holder = holder;
  }
}

type Touched = Readonly<{ table: Table; drafts: Values[] }>;
type Undo = Readonly<{
  table: Table;
  row: StoredRow;
  draft: Values | null;
  statement: number;
  before: Values | null;
}>;

let statements = 0;

export class MemoryTransaction implements Holder {
  readonly ended: Promise<void>;
  readonly mode: "read only" | "read write";
  /** The one merchant whose rows are seen; null for all. */
  readonly tenant: string | null;
  waitsFor: Holder | null = null;
  #end: () => void = () => undefined;
  #failure: Readonly<{ error: unknown }> | null = null;
  readonly #touched = new Map<StoredRow, Touched>();
  #undo: Undo[] = [];
  statement = 0;

  constructor(mode: "read only" | "read write", tenant: string | null) {
    this.mode = mode;
    this.tenant = tenant;
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  beginStatement(): void {
    if (this.#failure !== null) throw this.#failure.error;
    this.statement = ++statements;
    this.#undo = [];
  }

  /** Takes back what the statement did. Rows it locked stay locked, as they do in PostgreSQL while it waits. */
  undoStatement(): void {
    for (const { table, row, draft, statement, before } of this.#undo.reverse()) {
      const written = row.draft;
      Object.assign(row, { draft, statement, before });
      if (written !== null) table.leave(row, written, draft);
      if (draft !== null) table.enter(row, draft, written);
      // The committed version must be found as well.
      if (row.values !== null) table.enter(row, row.values, null);
    }
    this.#undo = [];
  }

  /** From now on every statement fails as this one did, as on the product’s connections. */
  fail(error: unknown): void {
    this.#failure = { error };
  }

  /** What this transaction sees of a row, in the statement under way. */
  visible(row: StoredRow): Values | null {
    if (row.holder !== this) return row.values;
    return row.statement === this.statement ? row.before : row.draft;
  }

  /** What there is of a row now, this very statement’s work included. */
  latest(row: StoredRow): Values | null {
    return row.holder === this ? row.draft : row.values;
  }

  /** Whether nobody else holds the row. */
  mayLock(row: StoredRow | null | undefined): boolean {
    return !row || row.holder === null || row.holder === this;
  }

  /** Holds the row; throws `MustWait` while another does. */
  lock(table: Table, row: StoredRow): void {
    if (row.holder === this) return;
    if (row.holder !== null) throw new MustWait(row.holder);
    if (this.mode === "read only")
      throw databaseError("25006", "cannot lock rows in a read-only transaction");
    row.holder = this;
    row.draft = row.values;
    row.statement = 0;
    this.#touched.set(row, { table, drafts: [] });
  }

  /** Whether this statement has written the row already. */
  hasWritten(row: StoredRow): boolean {
    return row.holder === this && row.statement === this.statement;
  }

  /** Writes the next version of a row; null deletes it. */
  write(table: Table, row: StoredRow, values: Values | null): void {
    this.lock(table, row);
    if (values !== null) this.#hold(table, row, values);
    this.#undo.push({ table, row, draft: row.draft, statement: row.statement, before: row.before });
    if (row.statement !== this.statement) row.before = row.draft;
    row.statement = this.statement;
    const known = row.draft ?? row.values;
    row.draft = values;
    if (values === null) return;
    this.#touched.get(row)?.drafts.push(values);
    table.enter(row, values, known);
  }

  insert(table: Table, values: Values): StoredRow {
    const row: StoredRow = { values: null, draft: null, holder: null, statement: 0, before: null };
    table.rows.add(row);
    this.write(table, row, values);
    return row;
  }

  /** Not null, checks, unique keys. */
  #hold(table: Table, row: StoredRow, values: Values): void {
    const { columns, checks, name } = table.shape;
    for (let position = 0; position < columns.length; position += 1)
      if (values[position] === null && columns[position]?.nullable === "no")
        throw databaseError("23502", `null value in column "${columns[position]?.name}" of "${name}"`);
    const known = row.draft;
    // What held and is as it was holds.
    for (const check of checks)
      if ((known === null || !isUnchanged(check.positions, known, values)) && !check.holds(values))
        throw violated(check, name);
    for (const { key, index, positions } of table.uniques) {
      if (known !== null && index.isUnmoved(known, values)) continue;
      const text = index.keyOf(values);
      if (text === null || positions.some((position) => values[position] === null)) continue;
      for (const other of index.find(text)) {
        if (other === row || !this.conflicts(other, positions, keyOfMany(positions.map((at) => values[at]))))
          continue;
        throw databaseError(
          "23505",
          `duplicate key value violates unique constraint "${key.name}"`,
          key.name,
        );
      }
    }
  }

  /** Whether the row has this key. Throws `MustWait` where that is not decided yet. */
  conflicts(row: StoredRow, positions: readonly number[], key: string): boolean {
    const has = (values: Values | null): boolean =>
      values !== null && keyOfMany(positions.map((position) => values[position])) === key;
    if (row.holder === null || row.holder === this) return has(this.latest(row));
    if (has(row.values) || has(row.draft)) throw new MustWait(row.holder);
    return false;
  }

  commit(): void {
    if (this.#failure !== null) {
      this.rollback();
      throw databaseError("25P02", "a failed transaction cannot be committed");
    }
    this.#release((row) => row.draft);
  }

  rollback(): void {
    this.#release((row) => row.values);
  }

  #release(outcome: (row: StoredRow) => Values | null): void {
    for (const [row, { table, drafts }] of this.#touched) {
      const stays = outcome(row);
      for (const draft of drafts) if (draft !== stays) table.leave(row, draft, stays);
      if (row.values !== null && row.values !== stays) table.leave(row, row.values, stays);
      Object.assign(row, { values: stays, draft: null, holder: null, statement: 0, before: null });
      if (stays === null) table.rows.delete(row);
    }
    this.#touched.clear();
    this.#end();
  }
}

function violated(check: Check, table: string): pg.DatabaseError {
  return databaseError(
    "23514",
    `new row for relation "${table}" violates check constraint "${check.name}"`,
    check.name,
  );
}

/** Waits until the holder has ended; an error where both wait for each other. */
export async function waitFor(transaction: MemoryTransaction, holder: Holder): Promise<void> {
  for (let other: Holder | null = holder; other !== null; other = (other as MemoryTransaction).waitsFor)
    if (other === transaction) throw databaseError("40P01", "deadlock detected");
  transaction.waitsFor = holder;
  await holder.ended;
  transaction.waitsFor = null;
}
