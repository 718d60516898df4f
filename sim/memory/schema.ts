// The tables as the migrations of the product make them: columns, keys, checks, indexes. References are not enforced.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { convert } from "./conversions.ts";
import { compileExpression } from "./expressions.ts";
import { ExpressionReader, typeName } from "./expressionReader.ts";
import { textOf } from "./finding.ts";
import { Scope, type Compiler, type Frame } from "./scope.ts";
import type { Expression } from "./syntax.ts";
import { Table, type Column, type Partial } from "./table.ts";
import type { Values } from "./values.ts";
import { Reader } from "./words.ts";

const directory = fileURLToPath(new URL("../../server/db/migrations/", import.meta.url));

type Draft = {
  name: string;
  columns: Column[];
  defaults: Map<string, Expression>;
  generated: Map<string, Expression>;
  checks: Map<string, Expression>;
  uniques: Array<{ name: string; columns: readonly string[]; where: Expression | null }>;
  indexes: Map<string, { columns: readonly string[]; where: Expression | null }>;
};

/** Every table of the product, empty, by its name with its schema. */
export function emptyTables(): Map<string, Table> {
  const drafts = new Map<string, Draft>();
  for (const file of readdirSync(directory).sort()) {
    if (!file.endsWith(".sql")) continue;
    for (const statement of statementsOf(readFileSync(`${directory}${file}`, "utf8")))
      apply(drafts, statement);
  }
  return new Map([...drafts].map(([name, draft]) => [name, new Table(shapeOf(draft))]));
}

/** Statements that say something about tables, texts and comments kept together. */
function statementsOf(text: string): string[] {
  const plain = text.replace(/--[^\n]*/g, "");
  return (plain.match(/(?:'(?:[^']|'')*'|\$\$[\s\S]*?\$\$|[^;'$]|\$)+/g) ?? []).map((one) => one.trim());
}

function apply(drafts: Map<string, Draft>, statement: string): void {
  const reader = new Reader(/^(create|alter|drop)\s+(table|unique|index)/i.test(statement) ? statement : "");
  if (reader.skips("create", "table")) createTable(drafts, reader);
  else if (reader.skips("alter", "table")) alterTable(draftOf(drafts, tableName(reader)), reader);
  else if (reader.skips("create", "unique", "index")) createIndex(drafts, reader, "unique");
  else if (reader.skips("create", "index")) createIndex(drafts, reader, "plain");
  else if (reader.skips("drop", "table")) drafts.delete(draftOf(drafts, tableName(reader)).name);
  else if (reader.skips("drop", "index")) dropIndex(drafts, reader);
}

function tableName(reader: Reader): string {
  const schema = reader.name();
  reader.expect(".");
  return `${schema}.${reader.name()}`;
}

function draftOf(drafts: ReadonlyMap<string, Draft>, name: string): Draft {
  const draft = drafts.get(name);
  if (draft === undefined) throw new Error(`no table ${name} in the migrations`);
  return draft;
}

function createTable(drafts: Map<string, Draft>, reader: Reader): void {
  const name = tableName(reader);
  if (reader.sees("partition", "of")) return;
  const draft: Draft = {
    ...{ name, columns: [], defaults: new Map(), generated: new Map(), checks: new Map(), uniques: [] },
    indexes: new Map(),
  };
  drafts.set(name, draft);
  reader.inParentheses(() => reader.list(() => addPart(draft, reader)));
}

function alterTable(draft: Draft, reader: Reader): void {
  // Who may see which rows is the business of the roles, which there are none of here.
  if (["enable", "force", "owner", "set"].some((word) => reader.sees(word))) return;
  reader.list(() => {
    if (reader.skips("add")) {
      reader.skips("column");
      addPart(draft, reader);
    } else if (reader.skips("drop", "constraint")) {
      reader.skips("if", "exists");
      dropConstraint(draft, reader.name());
    } else if (reader.skips("drop", "column")) {
      throw reader.problem("no column dropped expected");
    } else {
      reader.expect("alter", "column");
      alterColumn(draft, reader);
    }
  });
}

function dropConstraint(draft: Draft, name: string): void {
  if (draft.checks.delete(name)) return;
  const kept = draft.uniques.filter((unique) => unique.name !== name);
  if (kept.length === draft.uniques.length) throw new Error(`${draft.name} has no constraint ${name}`);
  draft.uniques = kept;
}

function alterColumn(draft: Draft, reader: Reader): void {
  const name = reader.name();
  const at = draft.columns.findIndex((column) => column.name === name);
  const column = draft.columns[at];
  if (column === undefined) throw reader.problem(`a column of ${draft.name} expected`);
  if (reader.skips("set", "not", "null")) draft.columns[at] = { ...column, nullable: "no" };
  else if (reader.skips("drop", "not", "null")) draft.columns[at] = { ...column, nullable: "yes" };
  else if (reader.skips("drop", "default")) draft.defaults.delete(name);
  else if (reader.skips("set", "default")) draft.defaults.set(name, expression(reader));
  else throw reader.problem("set or drop expected");
}

function expression(reader: Reader): Expression {
  return new ExpressionReader(reader, () => {
    throw reader.problem("no query expected in a table");
  }).expression();
}

function names(reader: Reader): string[] {
  return reader.inParentheses(() => reader.list(() => reader.name()));
}

/** A column with what holds for it, or what holds for the whole table. */
function addPart(draft: Draft, reader: Reader): void {
  const named = reader.skips("constraint") ? reader.name() : null;
  if (reader.skips("primary", "key")) return addKey(draft, names(reader), named, "pkey");
  if (reader.skips("unique")) return addKey(draft, names(reader), named, "key");
  if (reader.skips("check"))
    return addCheck(
      draft,
      reader.inParentheses(() => expression(reader)),
      named,
    );
  if (reader.skips("foreign", "key")) {
    names(reader);
    reader.expect("references");
    return skipReference(reader);
  }
  reader.skips("if", "not", "exists");
  const name = reader.name();
  const column = { name, type: typeName(reader), nullable: "yes" } as const;
  draft.columns.push(column);
  for (;;) {
    if (reader.skips("not", "null")) setNotNull(draft, name);
    else if (reader.skips("primary", "key")) addKey(draft, [name], null, "pkey");
    else if (reader.skips("unique")) addKey(draft, [name], null, "key");
    else if (reader.skips("check"))
      addCheck(
        draft,
        reader.inParentheses(() => expression(reader)),
        null,
      );
    else if (reader.skips("default")) draft.defaults.set(name, expression(reader));
    else if (reader.skips("references")) skipReference(reader);
    else if (reader.skips("generated", "always", "as")) {
      draft.generated.set(
        name,
        reader.inParentheses(() => expression(reader)),
      );
      reader.expect("stored");
    } else return;
  }
}

function skipReference(reader: Reader): void {
  tableName(reader);
  if (reader.sees("(")) names(reader);
  if (reader.skips("on", "delete")) reader.name();
}

function setNotNull(draft: Draft, name: string): void {
  draft.columns = draft.columns.map((column) =>
    column.name === name ? { ...column, nullable: "no" } : column,
  );
}

function addKey(
  draft: Draft,
  columns: readonly string[],
  named: string | null,
  ending: "pkey" | "key",
): void {
  const table = draft.name.split(".")[1];
  const name = named ?? (ending === "pkey" ? `${table}_pkey` : `${table}_${columns.join("_")}_key`);
  draft.uniques.push({ name, columns, where: null });
  if (ending === "pkey") for (const column of columns) setNotNull(draft, column);
}

/** Named as PostgreSQL names it: by the column where it is about one alone. */
function addCheck(draft: Draft, check: Expression, named: string | null): void {
  const columns = columnsOf(check);
  const table = draft.name.split(".")[1];
  const base = named ?? (columns.size === 1 ? `${table}_${[...columns][0]}_check` : `${table}_check`);
  let name = base;
  for (let number = 1; draft.checks.has(name); number += 1) name = `${base}${number}`;
  draft.checks.set(name, check);
}

/** The columns that an expression names. */
function columnsOf(of: Expression): Set<string> {
  const columns = new Set<string>();
  JSON.stringify(of, (_name, value: unknown) => {
    const node = value as Expression | null;
    if (node !== null && typeof node === "object" && node.kind === "column") columns.add(node.name);
    return value;
  });
  return columns;
}

function createIndex(drafts: Map<string, Draft>, reader: Reader, kind: "unique" | "plain"): void {
  reader.skips("concurrently");
  reader.skips("if", "not", "exists");
  const name = reader.name();
  reader.expect("on");
  const table = tableName(reader);
  const draft = draftOf(drafts, table);
  if (reader.skips("using")) reader.name();
  const columns = reader.inParentheses(() => reader.list(() => indexColumn(reader)));
  if (reader.skips("include")) names(reader);
  const where = reader.skips("where") ? expression(reader) : null;
  const plain = columns.flatMap((column) => (column === null ? [] : [column]));
  if (kind === "unique") {
    if (plain.length < columns.length) throw reader.problem("columns expected in a unique index");
    draft.uniques.push({ name, columns: plain, where });
  } else if (plain.length === columns.length) {
    draft.indexes.set(`${table.split(".")[0]}.${name}`, { columns: plain, where });
  }
}

/** The column’s name; null where something is made of columns. */
function indexColumn(reader: Reader): string | null {
  const part = expression(reader);
  if (!reader.skips("desc")) reader.skips("asc");
  return part.kind === "column" ? part.name : null;
}

function dropIndex(drafts: Map<string, Draft>, reader: Reader): void {
  reader.skips("if", "exists");
  const name = tableName(reader);
  for (const draft of drafts.values()) draft.indexes.delete(name);
}

const compiler: Compiler = {
  table: () => {
    throw new Error("what holds for a table names no other");
  },
  query: () => {
    throw new Error("what holds for a table asks nothing");
  },
  newSlot: () => 0,
};

function shapeOf(draft: Draft): Table["shape"] {
  const scope = new Scope(compiler, null);
  scope.sources.push({ alias: draft.name, columns: draft.columns.map(({ name }) => name) });
  const valueOf = (of: Expression): ((values: Values) => unknown) => {
    const evaluate = compileExpression(of, scope);
    return (values) => evaluate({ rows: [values] } as unknown as Frame);
  };
  const positionsOf = (of: Expression): number[] =>
    [...columnsOf(of)].map((column) => draft.columns.findIndex(({ name }) => name === column));
  const typed = (of: Expression, column: string): ((values: Values) => unknown) => {
    const value = valueOf(of);
    const type = draft.columns.find(({ name }) => name === column)?.type ?? "text";
    return (values) => convert(value(values), type);
  };
  const partialOf = (where: Expression | null): Partial | null => {
    if (where === null) return null;
    const value = valueOf(where);
    return { text: textOf(where), positions: positionsOf(where), holds: (values) => value(values) === true };
  };
  const uniques = draft.uniques.map(({ name, columns, where }) => ({
    name,
    columns,
    partial: partialOf(where),
  }));
  const indexes = [...draft.indexes.values()].map(({ columns, where }) => ({
    columns,
    partial: partialOf(where),
  }));
  return {
    name: draft.name.split(".")[1] ?? draft.name,
    columns: draft.columns,
    defaults: new Map([...draft.defaults].map(([column, of]) => [column, typed(of, column)])),
    generated: new Map([...draft.generated].map(([column, of]) => [column, typed(of, column)])),
    checks: [...draft.checks].map(([name, of]) => {
      const value = valueOf(of);
      return { name, positions: positionsOf(of), holds: (values) => value(values) !== false };
    }),
    uniques,
    declared: [...uniques, ...indexes],
  };
}
