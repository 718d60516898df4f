// The statements that the store in memory understands, as data.

export type Expression =
  | Readonly<{ kind: "literal"; value: unknown }>
  | Readonly<{ kind: "parameter"; index: number }>
  | Readonly<{ kind: "column"; table: string | null; name: string }>
  | Readonly<{ kind: "not"; of: Expression }>
  | Readonly<{ kind: "binary"; operator: string; left: Expression; right: Expression }>
  | Readonly<{ kind: "isNull"; of: Expression }>
  | Readonly<{ kind: "in"; of: Expression; list: readonly Expression[] }>
  | Readonly<{ kind: "inQuery"; of: readonly Expression[]; query: Query }>
  | Readonly<{
      kind: "quantified";
      operator: string;
      quantifier: "any" | "all";
      of: Expression;
      array: Expression;
    }>
  | Readonly<{
      kind: "case";
      branches: ReadonlyArray<Readonly<{ when: Expression; then: Expression }>>;
      otherwise: Expression;
    }>
  | Readonly<{ kind: "cast"; of: Expression; type: string }>
  | Readonly<{ kind: "subscript"; of: Expression; index: Expression }>
  | Readonly<{ kind: "array"; items: readonly Expression[] }>
  | Readonly<{ kind: "row"; items: readonly Expression[] }>
  | Readonly<{ kind: "call"; name: string; given: readonly Expression[]; over: Window | null }>
  | Readonly<{ kind: "query"; query: Query }>
  | Readonly<{ kind: "exists"; query: Query }>;

export type Window = Readonly<{ partitionBy: readonly Expression[]; orderBy: readonly Order[] }>;
export type Order = Readonly<{ by: Expression; descending: "yes" | "no" }>;

/** A column of a result; a star where `expression` is null. */
export type Item = Readonly<{ expression: Expression | null; table: string | null; name: string }>;

export type TableName = Readonly<{ schema: string | null; name: string }>;
export type ColumnType = Readonly<{ name: string; type: string | null }>;

export type Source = Readonly<{
  of:
    | Readonly<{ kind: "table"; table: TableName }>
    | Readonly<{ kind: "query"; query: Query }>
    | Readonly<{ kind: "function"; name: string; given: readonly Expression[]; ordinality: "yes" | "no" }>;
  alias: string;
  /** New names of its columns, with their types where it is a record set. */
  columns: readonly ColumnType[] | null;
  join: "inner" | "left";
  on: Expression | null;
  using: readonly string[];
}>;

export type Select = Readonly<{
  kind: "select";
  items: readonly Item[];
  from: readonly Source[];
  where: Expression | null;
  groupBy: readonly Expression[];
  distinct: "yes" | "no";
  orderBy: readonly Order[];
  limit: Expression | null;
  /** Which sources are locked, null for all, and what becomes of rows that others hold. */
  lock: Readonly<{ of: string | null; held: "waits" | "skips" }> | null;
}>;

export type Setting = Readonly<{ column: string; value: Expression }>;

export type Insert = Readonly<{
  kind: "insert";
  table: TableName;
  alias: string;
  columns: readonly string[];
  rows: Query | ReadonlyArray<readonly Expression[]>;
  conflict: Readonly<{
    columns: readonly string[] | null;
    /** Null: nothing is done. */
    update: readonly Setting[] | null;
    where: Expression | null;
  }> | null;
  returning: readonly Item[];
}>;

export type Update = Readonly<{
  kind: "update";
  table: TableName;
  alias: string;
  set: readonly Setting[];
  from: readonly Source[];
  where: Expression | null;
  returning: readonly Item[];
}>;

export type Delete = Readonly<{
  kind: "delete";
  table: TableName;
  alias: string;
  from: readonly Source[];
  where: Expression | null;
  returning: readonly Item[];
}>;

export type Union = Readonly<{
  kind: "union";
  parts: readonly Select[];
  orderBy: readonly Order[];
  all: "yes" | "no";
}>;

export type Query = Readonly<{
  ctes: ReadonlyArray<Readonly<{ name: string; query: Query }>>;
  body: Select | Union | Insert | Update | Delete;
}>;
