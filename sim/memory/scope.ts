// What names mean while a statement is compiled, and where their values are while it runs.
import type { StoredRow, Table } from "./table.ts";
import type { MemoryTransaction } from "./transaction.ts";
import type { Expression, Query, TableName } from "./syntax.ts";
import type { Values } from "./values.ts";

/** One run of a statement. */
export type Context = Readonly<{
  parameters: readonly unknown[];
  transaction: MemoryTransaction;
  /** Results of common table expressions by their slots. */
  ctes: Values[][];
}>;

/** One combination of source rows that a query looks at. */
export type Frame = Readonly<{
  context: Context;
  parent: Frame | null;
  rows: Array<Values | null>;
  records: Array<StoredRow | null>;
  /** Results of the aggregates of a group, and of the windows. */
  aggregates: readonly unknown[];
  windows: unknown[];
}>;

export type Evaluate = (frame: Frame) => unknown;

export type CompiledQuery = Readonly<{
  columns: readonly string[];
  run(context: Context, parent: Frame | null): Result;
}>;

export type Result = Readonly<{ rows: Values[]; affected: number }>;

export type ScopeSource = Readonly<{ alias: string; columns: readonly string[] }>;
export type Aggregate = Readonly<{ name: string; given: Evaluate | null }>;
export type WindowNumber = Readonly<{
  partitionBy: readonly Evaluate[];
  orderBy: ReadonlyArray<Readonly<{ by: Evaluate; descending: "yes" | "no" }>>;
}>;

/** What is the same everywhere in one statement. */
export type Compiler = Readonly<{
  table(name: TableName): Table;
  query(query: Query, parent: Scope | null): CompiledQuery;
  /** A slot for one more common table expression. */
  newSlot(): number;
}>;

export type Cte = Readonly<{ slot: number; columns: readonly string[] }>;

/** The names of one query, and those around it. */
export class Scope {
  readonly compiler: Compiler;
  readonly parent: Scope | null;
  readonly sources: ScopeSource[] = [];
  readonly ctes = new Map<string, Cte>();
  /** Columns that a join by `using` made one. */
  readonly merged = new Set<string>();
  /** Sources of this query that were named since this was last emptied. */
  readonly used = new Set<number>();
  readonly aggregates: Aggregate[] = [];
  readonly windows: WindowNumber[] = [];

  constructor(compiler: Compiler, parent: Scope | null) {
    this.compiler = compiler;
    this.parent = parent;
  }

  cte(name: string): Cte | null {
    return this.ctes.get(name) ?? this.parent?.cte(name) ?? null;
  }

  /** Which source and column of this very query a name means, or null. */
  own(table: string | null, name: string): Readonly<{ source: number; column: number }> | null {
    const found = this.sources.flatMap(({ alias, columns }, source) => {
      const column = table === null || table === alias ? columns.indexOf(name) : -1;
      return column === -1 ? [] : [{ source, column }];
    });
    if (found.length > 1 && !this.merged.has(name)) throw new Error(`${name} may be a column of two sources`);
    return found[0] ?? null;
  }

  /** The value of a column, of this query or of one around it. */
  column(table: string | null, name: string): Evaluate {
    const found = this.own(table, name);
    if (found !== null) {
      const { source, column } = found;
      this.used.add(source);
      return ({ rows }) => rows[source]?.[column] ?? null;
    }
    if (this.parent === null) throw new Error(`no column ${table === null ? "" : `${table}.`}${name}`);
    const outer = this.parent.column(table, name);
    return ({ parent }) => outer(parent as Frame);
  }
}

/** What has to hold, split at its ands. */
export function conjunctsOf(condition: Expression | null): readonly Expression[] {
  if (condition === null) return [];
  if (condition.kind === "binary" && condition.operator === "and")
    return [...conjunctsOf(condition.left), ...conjunctsOf(condition.right)];
  return [condition];
}
