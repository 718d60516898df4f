// Where rows come from: tables, queries, record sets and arrays, joined in nested loops, each condition as early as it
// can be decided.
import { compileExpression } from "./expressions.ts";
import { finderOf, type Finder } from "./finding.ts";
import { conjunctsOf, Scope, type Context, type Evaluate, type Frame } from "./scope.ts";
import type { Expression, Source } from "./syntax.ts";
import type { StoredRow, Table } from "./table.ts";
import { fromJson } from "./conversions.ts";
import type { Values } from "./values.ts";

/** One row of a source, with its record where it is one of a table. */
type Fetched = Readonly<{ values: Values; record: StoredRow | null }>;
type Fetch = (frame: Frame) => readonly Fetched[];

type Level = Readonly<{
  source: number;
  fetch: Fetch;
  join: Source["join"];
  /** What decides whether a row joins, and what must hold afterwards. */
  matches: readonly Evaluate[];
  filters: readonly Evaluate[];
}>;

/** The sources of one statement, ready to run. */
export type Sources = Readonly<{
  tables: ReadonlyArray<Table | null>;
  /** Every combination of rows for which the conditions hold. */
  frames(context: Context, parent: Frame | null): Frame[];
}>;

type Opened = Readonly<{ source: Source; table: Table | null; fetch: Fetch | null }>;

/** Adds the sources to the scope and compiles them with the conditions. */
export function compileSources(scope: Scope, sources: readonly Source[], where: Expression | null): Sources {
  const opened = sources.map((source) => open(scope, source));
  const conditions = [
    ...sources.flatMap((source) => (source.join === "inner" ? onOf(scope, source) : [])),
    ...conjunctsOf(where),
  ];
  const levels = plan(scope, opened, conditions);
  const constant = conditions.filter((condition) => needs(scope, condition).size === 0);
  const always = constant.map((condition) => compileExpression(condition, scope));
  const count = sources.length;
  return {
    tables: opened.map(({ table }) => table),
    frames: (context, parent) => {
      const rows = Array<Values | null>(count).fill(null);
      const records = Array<StoredRow | null>(count).fill(null);
      const frame: Frame = { context, parent, rows, records, aggregates: [], windows: [] };
      const found: Frame[] = [];
      if (always.every((holds) => holds(frame) === true)) descend(levels, 0, frame, found);
      return found;
    },
  };
}

function descend(levels: readonly Level[], depth: number, frame: Frame, found: Frame[]): void {
  const level = levels[depth];
  if (level === undefined) {
    const { context, parent, rows, records, aggregates } = frame;
    found.push({ context, parent, rows: rows.slice(), records: records.slice(), aggregates, windows: [] });
    return;
  }
  const { source, fetch, join, matches, filters } = level;
  let matched = false;
  for (const { values, record } of fetch(frame)) {
    frame.rows[source] = values;
    frame.records[source] = record;
    if (!holdAll(matches, frame)) continue;
    matched = true;
    if (holdAll(filters, frame)) descend(levels, depth + 1, frame, found);
  }
  frame.rows[source] = null;
  frame.records[source] = null;
  if (join === "left" && !matched && holdAll(filters, frame)) descend(levels, depth + 1, frame, found);
}

function holdAll(conditions: readonly Evaluate[], frame: Frame): boolean {
  for (const holds of conditions) if (holds(frame) !== true) return false;
  return true;
}

function onOf(scope: Scope, source: Source): readonly Expression[] {
  const merged = source.using.map((name): Expression => {
    const at = scope.sources.findIndex(({ alias }) => alias === source.alias);
    const other = scope.sources.slice(0, at).find(({ columns }) => columns.includes(name));
    const column = (table: string | undefined): Expression => ({
      kind: "column",
      table: table ?? null,
      name,
    });
    return { kind: "binary", operator: "=", left: column(other?.alias), right: column(source.alias) };
  });
  return [...conjunctsOf(source.on), ...merged];
}

/** The sources of this query that a condition needs. */
function needs(scope: Scope, condition: Expression): Set<number> {
  scope.used.clear();
  compileExpression(condition, scope);
  return new Set(scope.used);
}

/** What is given comes before what is stored; what is joined from the left keeps its place at the end. */
function plan(scope: Scope, opened: readonly Opened[], conditions: readonly Expression[]): Level[] {
  const rank = ({ source, table }: Opened): number => (source.join === "left" ? 2 : table === null ? 0 : 1);
  const order = opened
    .map((one, index) => ({ one, index }))
    .sort((left, right) => rank(left.one) - rank(right.one) || left.index - right.index);
  const known = new Set<number>();
  return order.map(({ one, index }) => {
    const earlier = new Set(known);
    known.add(index);
    const decided = conditions.filter((condition) => {
      const wanted = needs(scope, condition);
      return wanted.has(index) && [...wanted].every((source) => known.has(source));
    });
    const compile = (some: readonly Expression[]): Evaluate[] =>
      some.map((each) => compileExpression(each, scope));
    const { source, table } = one;
    const joining = source.join === "left" ? onOf(scope, source) : decided;
    const fetch =
      one.fetch ??
      stored(finderOf({ scope, source: index, table: table as Table, earlier }, joining), table as Table);
    return source.join === "left"
      ? { source: index, fetch, join: "left", matches: compile(joining), filters: compile(decided) }
      : { source: index, fetch, join: "inner", matches: compile(decided), filters: [] };
  });
}

/** The rows of a table that the transaction sees, and its tenant may. */
function stored(find: Finder, table: Table): Fetch {
  const owner = table.positions.get("merchant_id");
  return (frame) => {
    const { transaction } = frame.context;
    const { tenant } = transaction;
    const fetched: Fetched[] = [];
    for (const record of find(frame)) {
      const values = transaction.visible(record);
      if (values === null) continue;
      if (tenant !== null && owner !== undefined && values[owner] !== tenant) continue;
      fetched.push({ values, record });
    }
    return fetched;
  };
}

function open(scope: Scope, source: Source): Opened {
  for (const name of source.using) scope.merged.add(name);
  const { of, alias } = source;
  const add = (columns: readonly string[]): void =>
    void scope.sources.push({ alias, columns: source.columns?.map(({ name }) => name) ?? columns });
  if (of.kind === "table") {
    const cte = of.table.schema === null ? scope.cte(of.table.name) : null;
    if (cte !== null) {
      add(cte.columns);
      return { source, table: null, fetch: ({ context }) => given(context.ctes[cte.slot] ?? []) };
    }
    const table = scope.compiler.table(of.table);
    add(table.shape.columns.map(({ name }) => name));
    return { source, table, fetch: null };
  }
  if (of.kind === "query") {
    const query = scope.compiler.query(of.query, scope.parent);
    add(query.columns);
    return { source, table: null, fetch: ({ context, parent }) => given(query.run(context, parent).rows) };
  }
  const arrays = of.given.map((one) => compileExpression(one, new Scope(scope.compiler, scope)));
  // A function’s frame is its query’s: what it is given comes from outside.
  const inside = (frame: Frame): Frame => ({ ...frame, parent: frame, rows: [], records: [] });
  add([...arrays.map(() => alias), ...(of.ordinality === "yes" ? ["ordinality"] : [])]);
  const rowsOf =
    of.name === "unnest" ? unnested(arrays, of.ordinality) : recordSet(source, arrays[0] as Evaluate);
  return { source, table: null, fetch: (frame) => given(rowsOf(inside(frame))) };
}

function given(rows: readonly Values[]): readonly Fetched[] {
  return rows.map((values) => ({ values, record: null }));
}

function unnested(arrays: readonly Evaluate[], ordinality: "yes" | "no"): (frame: Frame) => Values[] {
  return (frame) => {
    const lists = arrays.map((array) => (array(frame) ?? []) as readonly unknown[]);
    const length = Math.max(0, ...lists.map((list) => list.length));
    return Array.from({ length }, (_, at) => {
      const values = lists.map((list) => list[at] ?? null);
      return ordinality === "yes" ? [...values, BigInt(at + 1)] : values;
    });
  };
}

function recordSet({ of, columns }: Source, json: Evaluate): (frame: Frame) => Values[] {
  if (of.kind !== "function" || of.name !== "jsonb_to_recordset")
    throw new Error(`the store in memory does not know the set that ${of.kind} makes`);
  const wanted = (columns ?? []).map(({ name, type }) => ({ name, read: fromJson(type ?? "text") }));
  return (frame) =>
    (json(frame) as ReadonlyArray<Record<string, unknown>>).map((record) =>
      wanted.map(({ name, read }) => {
        const value = record[name] ?? null;
        return value === null ? null : read(value);
      }),
    );
}
