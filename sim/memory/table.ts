// Tables in memory: rows in versions, found by indexes, locked by transactions.
import { isSame, keyText, type Values } from "./values.ts";

export type Column = Readonly<{
  name: string;
  type: string;
  nullable: "yes" | "no";
}>;

/** What a row must fulfil: false is a violation. It depends on these columns alone. */
export type Check = Readonly<{ name: string; positions: readonly number[]; holds(values: Values): boolean }>;

export type UniqueKey = Readonly<{ name: string; columns: readonly string[]; partial: Partial | null }>;
/** The predicate of a partial index, by its text and as a function of these columns. */
export type Partial = Readonly<{
  text: string;
  positions: readonly number[];
  holds(values: Values): boolean;
}>;
/** An index that somebody declared: how rows may be found. */
export type Declared = Readonly<{ columns: readonly string[]; partial: Partial | null }>;

export type TableShape = Readonly<{
  name: string;
  columns: readonly Column[];
  defaults: ReadonlyMap<string, (values: Values) => unknown>;
  /** Columns that are made of the others, in their order. */
  generated: ReadonlyMap<string, (values: Values) => unknown>;
  checks: readonly Check[];
  uniques: readonly UniqueKey[];
  declared: readonly Declared[];
}>;

/** Whoever holds rows: what others do with them waits until it has ended. */
export type Holder = Readonly<{ ended: Promise<void> }>;

/** One row in its versions. */
export type StoredRow = {
  /** As last committed; null where it is not there. */
  values: Values | null;
  /** As its holder sees it. */
  draft: Values | null;
  holder: Holder | null;
  /** The statement that wrote the draft, and what was there before it: a statement does not see what it does itself. */
  statement: number;
  before: Values | null;
};

/** A hash index over some columns of the rows that a predicate lets in. Its rows may be there no longer: look at them. */
export class Index {
  readonly #positions: readonly number[];
  readonly #partial: Partial | null;
  readonly #rows = new Map<string, StoredRow | Set<StoredRow>>();

  constructor(positions: readonly number[], partial: Partial | null) {
    this.#positions = positions;
    this.#partial = partial;
  }

  /** The name of these values in the index; null where they do not belong in it. */
  keyOf(values: Values): string | null {
    if (this.#partial !== null && !this.#partial.holds(values)) return null;
    return keyOfMany(this.#positions.map((position) => values[position]));
  }

  /** The same key before and after, seen without making it. */
  isUnmoved(before: Values, after: Values): boolean {
    return (
      isUnchanged(this.#positions, before, after) &&
      (this.#partial === null || isUnchanged(this.#partial.positions, before, after))
    );
  }

  add(key: string, row: StoredRow): void {
    const present = this.#rows.get(key);
    if (present === undefined) this.#rows.set(key, row);
    else if (present instanceof Set) present.add(row);
    else if (present !== row) this.#rows.set(key, new Set([present, row]));
  }

  remove(key: string, row: StoredRow): void {
    const present = this.#rows.get(key);
    if (present === row) this.#rows.delete(key);
    else if (present instanceof Set) {
      present.delete(row);
      if (present.size === 0) this.#rows.delete(key);
    }
  }

  find(key: string): Iterable<StoredRow> {
    const present = this.#rows.get(key);
    return present === undefined ? [] : present instanceof Set ? present : [present];
  }
}

/** Whether all of these columns are as they were. */
export function isUnchanged(positions: readonly number[], before: Values, after: Values): boolean {
  for (const position of positions) if (!isSame(before[position], after[position])) return false;
  return true;
}

export function keyOfMany(values: readonly unknown[]): string {
  if (values.length === 1) return keyText(values[0]);
  let key = "";
  for (const value of values) key += `${keyText(value)}\u0001`;
  return key;
}

export class Table {
  readonly shape: TableShape;
  readonly positions: ReadonlyMap<string, number>;
  readonly rows = new Set<StoredRow>();
  readonly uniques: ReadonlyArray<Readonly<{ key: UniqueKey; index: Index; positions: readonly number[] }>>;
  readonly #indexes = new Map<string, Index>();

  constructor(shape: TableShape) {
    this.shape = shape;
    this.positions = new Map(shape.columns.map(({ name }, position) => [name, position]));
    this.uniques = shape.uniques.map((key) => ({
      key,
      index: this.indexOn(key.columns, key.partial),
      positions: key.columns.map((column) => this.position(column)),
    }));
  }

  position(column: string): number {
    const position = this.positions.get(column);
    if (position === undefined) throw new Error(`no column ${column} in ${this.shape.name}`);
    return position;
  }

  /** The index over these columns, made when it is wanted first. */
  indexOn(columns: readonly string[], partial: Partial | null): Index {
    const name = `${columns.join(" ")} where ${partial?.text ?? ""}`;
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    const made = new Index(
      columns.map((column) => this.position(column)),
      partial,
    );
    this.#indexes.set(name, made);
    for (const row of this.rows)
      for (const version of [row.values, row.draft]) if (version !== null) this.#addTo(made, version, row);
    return made;
  }

  #addTo(index: Index, values: Values, row: StoredRow): void {
    const key = index.keyOf(values);
    if (key !== null) index.add(key, row);
  }

  /** A version of the row exists from now on. */
  enter(row: StoredRow, values: Values, known: Values | null): void {
    for (const index of this.#indexes.values())
      if (known === null || !index.isUnmoved(known, values)) this.#addTo(index, values, row);
  }

  /** A version of the row is over; `stays` is what is left of it. */
  leave(row: StoredRow, values: Values, stays: Values | null): void {
    for (const index of this.#indexes.values()) {
      if (stays !== null && index.isUnmoved(values, stays)) continue;
      const key = index.keyOf(values);
      if (key !== null && (stays === null || index.keyOf(stays) !== key)) index.remove(key, row);
    }
  }
}
