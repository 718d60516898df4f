// Reads expressions, operators by their strength as PostgreSQL orders them.
import type { Expression, Order, Query } from "./syntax.ts";
import type { Reader } from "./words.ts";

export type ReadQuery = (reader: Reader) => Query;

const comparisons = new Set(["=", "<>", "<", "<=", ">", ">="]);
const others = new Set(["||", "->", "->>", "~", "!~"]);
const reservedCalls = new Set([
  "and",
  "or",
  "not",
  "in",
  "is",
  "any",
  "all",
  "from",
  "where",
  "values",
  "using",
  "on",
]);

export class ExpressionReader {
  readonly #reader: Reader;
  readonly #readQuery: ReadQuery;

  constructor(reader: Reader, readQuery: ReadQuery) {
    this.#reader = reader;
    this.#readQuery = readQuery;
  }

  expression(): Expression {
    return this.#chain(["or"], () => this.#chain(["and"], () => this.#not()));
  }

  order(): Order {
    const by = this.expression();
    if (this.#reader.skips("desc")) return { by, descending: "yes" };
    this.#reader.skips("asc");
    return { by, descending: "no" };
  }

  #chain(operators: readonly string[], read: () => Expression): Expression {
    let left = read();
    for (;;) {
      const operator = operators.find((one) => this.#reader.skips(one));
      if (operator === undefined) return left;
      left = { kind: "binary", operator, left, right: read() };
    }
  }

  #not(): Expression {
    return this.#reader.skips("not") ? { kind: "not", of: this.#not() } : this.#is();
  }

  #is(): Expression {
    const reader = this.#reader;
    let of = this.#comparison();
    while (reader.skips("is")) {
      const negated = reader.skips("not");
      if (reader.skips("null")) of = { kind: "isNull", of };
      else if (reader.skips("true")) of = { kind: "call", name: "is_true", given: [of], over: null };
      else if (reader.skips("distinct", "from")) {
        // “is distinct from” is the negation of being the same.
        const same: Expression = { kind: "binary", operator: "same", left: of, right: this.#comparison() };
        of = negated ? same : { kind: "not", of: same };
        continue;
      } else throw reader.problem("null, true or distinct from expected");
      if (negated) of = { kind: "not", of };
    }
    return of;
  }

  #comparison(): Expression {
    const reader = this.#reader;
    const left = this.#among();
    const operator = reader.peek().text;
    if (reader.peek().kind !== "mark" || !comparisons.has(operator)) return left;
    reader.take();
    for (const quantifier of ["any", "all"] as const) {
      if (!reader.skips(quantifier)) continue;
      const array = reader.inParentheses(() => this.expression());
      return { kind: "quantified", operator, quantifier, of: left, array };
    }
    return { kind: "binary", operator, left, right: this.#among() };
  }

  #among(): Expression {
    const reader = this.#reader;
    const of = this.#other();
    const negated = reader.sees("not", "in") || reader.sees("not", "between");
    if (negated) reader.take();
    const found = this.#inOrBetween(of);
    return negated ? { kind: "not", of: found } : found;
  }

  #inOrBetween(of: Expression): Expression {
    const reader = this.#reader;
    if (reader.skips("between")) {
      const low = this.#other();
      reader.expect("and");
      const high = this.#other();
      const atLeast: Expression = { kind: "binary", operator: ">=", left: of, right: low };
      const atMost: Expression = { kind: "binary", operator: "<=", left: of, right: high };
      return { kind: "binary", operator: "and", left: atLeast, right: atMost };
    }
    if (!reader.skips("in")) return of;
    return reader.inParentheses((): Expression => {
      if (!reader.sees("select")) return { kind: "in", of, list: reader.list(() => this.expression()) };
      return { kind: "inQuery", of: of.kind === "row" ? of.items : [of], query: this.#readQuery(reader) };
    });
  }

  #other(): Expression {
    const reader = this.#reader;
    let left = this.#chain(["+", "-"], () => this.#chain(["*", "/", "%"], () => this.#cast()));
    while (reader.peek().kind === "mark" && others.has(reader.peek().text)) {
      const operator = reader.take().text;
      const right = this.#chain(["+", "-"], () => this.#chain(["*", "/", "%"], () => this.#cast()));
      left = { kind: "binary", operator, left, right };
    }
    return left;
  }

  #cast(): Expression {
    const reader = this.#reader;
    if (reader.skips("-")) {
      const zero: Expression = { kind: "literal", value: 0 };
      return { kind: "binary", operator: "-", left: zero, right: this.#cast() };
    }
    let of = this.#primary();
    for (;;) {
      if (reader.skips("::")) of = { kind: "cast", of, type: typeName(reader) };
      else if (reader.skips("[")) {
        of = { kind: "subscript", of, index: this.expression() };
        reader.expect("]");
      } else return of;
    }
  }

  #primary(): Expression {
    const reader = this.#reader;
    const word = reader.peek();
    if (word.kind === "text") return { kind: "literal", value: reader.take().text };
    if (word.kind === "number") return { kind: "literal", value: Number(reader.take().text) };
    if (word.kind === "parameter") return { kind: "parameter", index: Number(reader.take().text) - 1 };
    if (word.kind === "mark") return this.#parenthesised();
    if (word.kind === "name") {
      if (reader.skips("null")) return { kind: "literal", value: null };
      if (reader.skips("true")) return { kind: "literal", value: true };
      if (reader.skips("false")) return { kind: "literal", value: false };
      if (reader.skips("case")) return this.#case();
      if (reader.skips("exists"))
        return reader.inParentheses(() => ({ kind: "exists", query: this.#readQuery(reader) }));
      if (reader.skips("array")) return this.#array();
      if (reader.skips("extract")) return this.#extract();
    }
    return this.#named();
  }

  #parenthesised(): Expression {
    const reader = this.#reader;
    return reader.inParentheses((): Expression => {
      if (reader.sees("select") || reader.sees("with"))
        return { kind: "query", query: this.#readQuery(reader) };
      const items = reader.list(() => this.expression());
      const [only] = items;
      return items.length === 1 && only !== undefined ? only : { kind: "row", items };
    });
  }

  #case(): Expression {
    const reader = this.#reader;
    const branches: Array<{ when: Expression; then: Expression }> = [];
    while (reader.skips("when")) {
      const when = this.expression();
      reader.expect("then");
      branches.push({ when, then: this.expression() });
    }
    const otherwise: Expression = reader.skips("else") ? this.expression() : { kind: "literal", value: null };
    reader.expect("end");
    return { kind: "case", branches, otherwise };
  }

  #array(): Expression {
    this.#reader.expect("[");
    const items = this.#reader.sees("]") ? [] : this.#reader.list(() => this.expression());
    this.#reader.expect("]");
    return { kind: "array", items };
  }

  #extract(): Expression {
    return this.#reader.inParentheses((): Expression => {
      this.#reader.expect("epoch", "from");
      return { kind: "call", name: "epoch", given: [this.expression()], over: null };
    });
  }

  /** A column, or a function called by its name without its schema. */
  #named(): Expression {
    const reader = this.#reader;
    const first = reader.name();
    const second = reader.skips(".") ? reader.name() : null;
    if (!reader.sees("(") || reservedCalls.has(first))
      return second === null
        ? { kind: "column", table: null, name: first }
        : { kind: "column", table: first, name: second };
    const given = reader.inParentheses(() => {
      if (reader.skips("*") || reader.sees(")")) return [];
      return reader.list(() => this.expression());
    });
    return { kind: "call", name: second ?? first, given, over: reader.skips("over") ? this.#window() : null };
  }

  #window(): NonNullable<Extract<Expression, { kind: "call" }>["over"]> {
    const reader = this.#reader;
    return reader.inParentheses(() => ({
      partitionBy: reader.skips("partition", "by") ? reader.list(() => this.expression()) : [],
      orderBy: reader.skips("order", "by") ? reader.list(() => this.order()) : [],
    }));
  }
}

/** “bigint”, “text[]”: the name of a type, arrays with their brackets. */
export function typeName(reader: Reader): string {
  let name = reader.name();
  if (reader.sees(".")) {
    reader.take();
    name = reader.name();
  }
  if (reader.skips("[")) {
    reader.expect("]");
    name = `${name}[]`;
  }
  return name;
}
