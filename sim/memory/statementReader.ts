// Reads statements: queries, and what adds, changes and deletes rows.
import { ExpressionReader, typeName } from "./expressionReader.ts";
import type {
  ColumnType,
  Expression,
  Insert,
  Item,
  Query,
  Select,
  Setting,
  Source,
  TableName,
} from "./syntax.ts";
import { Reader } from "./words.ts";

/** Names that end a source, so that none of them is taken for its alias. */
const reserved = new Set(
  "where set on using join left inner cross group having order limit for union returning from values select do with conflict".split(
    " ",
  ),
);

/** The statement that a text is. Throws where it says what the store in memory does not know. */
export function readStatement(text: string): Query {
  const reader = new Reader(text);
  const query = readQuery(reader);
  reader.skips(";");
  if (reader.peek().kind !== "end") throw reader.problem("the end expected");
  return query;
}

function readQuery(reader: Reader): Query {
  const ctes: Array<{ name: string; query: Query }> = [];
  if (reader.skips("with")) {
    reader.list(() => {
      const name = reader.name();
      reader.expect("as");
      ctes.push({ name, query: reader.inParentheses(() => readQuery(reader)) });
    });
  }
  return { ctes, body: new StatementReader(reader).body() };
}

class StatementReader {
  readonly #reader: Reader;
  readonly #expressions: ExpressionReader;

  constructor(reader: Reader) {
    this.#reader = reader;
    this.#expressions = new ExpressionReader(reader, readQuery);
  }

  body(): Query["body"] {
    const reader = this.#reader;
    if (reader.skips("insert", "into")) return this.#insert();
    if (reader.skips("update")) return this.#update();
    if (reader.skips("delete", "from")) return this.#delete();
    const parts = [this.#select()];
    let all: "yes" | "no" = "no";
    while (reader.skips("union")) {
      if (reader.skips("all")) all = "yes";
      parts.push(this.#select());
    }
    const last = parts.at(-1);
    if (parts.length === 1 && last !== undefined) return last;
    // What orders the last part orders the whole.
    return {
      kind: "union",
      parts: parts.map((part) => ({ ...part, orderBy: [] })),
      orderBy: last?.orderBy ?? [],
      all,
    };
  }

  #expression(): Expression {
    return this.#expressions.expression();
  }

  #where(): Expression | null {
    return this.#reader.skips("where") ? this.#expression() : null;
  }

  #select(): Select {
    const reader = this.#reader;
    reader.expect("select");
    const distinct = reader.skips("distinct") ? "yes" : "no";
    const first = reader.peek();
    const ended =
      first.kind === "end" || (first.kind === "name" && reserved.has(first.text)) || reader.sees(")");
    const items = ended ? [] : reader.list(() => this.#item());
    const from = reader.skips("from") ? this.#sources() : [];
    const where = this.#where();
    const groupBy = reader.skips("group", "by") ? reader.list(() => this.#expression()) : [];
    const orderBy = reader.skips("order", "by") ? reader.list(() => this.#expressions.order()) : [];
    const limit = reader.skips("limit") ? this.#expression() : null;
    return { kind: "select", items, from, where, groupBy, distinct, orderBy, limit, lock: this.#lock() };
  }

  #lock(): Select["lock"] {
    const reader = this.#reader;
    if (!reader.skips("for", "update") && !reader.skips("for", "share")) return null;
    const of = reader.skips("of") ? reader.name() : null;
    if (reader.sees("nowait")) throw reader.problem("no nowait expected");
    return { of, held: reader.skips("skip", "locked") ? "skips" : "waits" };
  }

  #item(): Item {
    const reader = this.#reader;
    if (reader.skips("*")) return { expression: null, table: null, name: "*" };
    if (reader.peek(1).text === "." && reader.peek(2).text === "*") {
      const table = reader.name();
      reader.expect(".", "*");
      return { expression: null, table, name: "*" };
    }
    const expression = this.#expression();
    if (reader.skips("as")) return { expression, table: null, name: reader.name() };
    const { kind, text } = reader.peek();
    const named = kind === "quoted" || (kind === "name" && !reserved.has(text));
    return { expression, table: null, name: named ? reader.name() : nameOf(expression) };
  }

  #sources(): Source[] {
    const reader = this.#reader;
    const sources = [this.#source("inner")];
    for (;;) {
      if (reader.skips(",") || reader.skips("cross", "join")) sources.push(this.#source("inner"));
      else if (reader.skips("join") || reader.skips("inner", "join")) sources.push(this.#joined("inner"));
      else if (reader.skips("left", "join")) sources.push(this.#joined("left"));
      else return sources;
    }
  }

  #joined(join: Source["join"]): Source {
    const reader = this.#reader;
    const source = this.#source(join);
    if (reader.skips("using"))
      return { ...source, using: reader.inParentheses(() => reader.list(() => reader.name())) };
    reader.expect("on");
    return { ...source, on: this.#expression() };
  }

  #source(join: Source["join"]): Source {
    const reader = this.#reader;
    const rest = { join, on: null, using: [] };
    if (reader.skips("lateral")) throw reader.problem("no lateral expected");
    if (reader.sees("(")) {
      const query = reader.inParentheses(() => readQuery(reader));
      return { of: { kind: "query", query }, ...this.#alias("?"), ...rest };
    }
    const table = this.#table();
    if (!reader.sees("(")) return { of: { kind: "table", table }, ...this.#alias(table.name), ...rest };
    const given = reader.inParentheses(() => reader.list(() => this.#expression()));
    const ordinality = reader.skips("with", "ordinality") ? "yes" : "no";
    return {
      of: { kind: "function", name: table.name, given, ordinality },
      ...this.#alias(table.name),
      ...rest,
    };
  }

  #table(): TableName {
    const first = this.#reader.name();
    return this.#reader.skips(".")
      ? { schema: first, name: this.#reader.name() }
      : { schema: null, name: first };
  }

  #alias(otherwise: string): Pick<Source, "alias" | "columns"> {
    const reader = this.#reader;
    const { kind, text } = reader.peek();
    const given = reader.skips("as") || kind === "quoted" || (kind === "name" && !reserved.has(text));
    const alias = given ? reader.name() : otherwise;
    const columns = reader.sees("(") ? reader.inParentheses(() => reader.list(() => this.#column())) : null;
    return { alias, columns };
  }

  #column(): ColumnType {
    const name = this.#reader.name();
    const typed = this.#reader.peek().kind === "name";
    return { name, type: typed ? typeName(this.#reader) : null };
  }

  #returning(): readonly Item[] {
    return this.#reader.skips("returning") ? this.#reader.list(() => this.#item()) : [];
  }

  #settings(): Setting[] {
    return this.#reader.list(() => {
      const column = this.#reader.name();
      this.#reader.expect("=");
      return { column, value: this.#expression() };
    });
  }

  #insert(): Insert {
    const reader = this.#reader;
    const table = this.#table();
    const alias = reader.skips("as") ? reader.name() : table.name;
    const columns = reader.inParentheses(() => reader.list(() => reader.name()));
    const rows = reader.skips("values")
      ? reader.list(() => reader.inParentheses(() => reader.list(() => this.#expression())))
      : readQuery(reader);
    const conflict = reader.skips("on", "conflict") ? this.#conflict() : null;
    return { kind: "insert", table, alias, columns, rows, conflict, returning: this.#returning() };
  }

  #conflict(): NonNullable<Insert["conflict"]> {
    const reader = this.#reader;
    const columns = reader.sees("(") ? reader.inParentheses(() => reader.list(() => reader.name())) : null;
    if (columns !== null && reader.sees("where")) throw reader.problem("no partial unique index expected");
    reader.expect("do");
    if (reader.skips("nothing")) return { columns, update: null, where: null };
    reader.expect("update", "set");
    return { columns, update: this.#settings(), where: this.#where() };
  }

  #target(): Pick<Source, "alias"> & { table: TableName } {
    const table = this.#table();
    return { table, alias: this.#alias(table.name).alias };
  }

  #update(): Query["body"] {
    const target = this.#target();
    this.#reader.expect("set");
    const set = this.#settings();
    const from = this.#reader.skips("from") ? this.#sources() : [];
    return { kind: "update", ...target, set, from, where: this.#where(), returning: this.#returning() };
  }

  #delete(): Query["body"] {
    const target = this.#target();
    const from = this.#reader.skips("using") ? this.#sources() : [];
    return { kind: "delete", ...target, from, where: this.#where(), returning: this.#returning() };
  }
}

function nameOf(expression: Expression): string {
  switch (expression.kind) {
    case "column":
    case "call":
      return expression.name;
    case "cast":
      return nameOf(expression.of);
    default:
      return "?column?";
  }
}
