// Expressions become functions of a frame, once for each statement.
import { unreachable } from "@huiyin/server/kernel/assert.ts";
import { convert, converterOf, readerOf } from "./conversions.ts";
import { databaseError } from "./errors.ts";
import { aggregates, arithmetic, functions } from "./functions.ts";
import type { Evaluate, Scope } from "./scope.ts";
import type { Expression } from "./syntax.ts";
import { compare } from "./values.ts";

/** The function that an expression is in a scope. Throws where it names what is not there. */
export function compileExpression(expression: Expression, scope: Scope): Evaluate {
  const compile = (inner: Expression): Evaluate => compileExpression(inner, scope);
  switch (expression.kind) {
    case "literal":
      return () => expression.value;
    case "parameter":
      return ({ context }) => context.parameters[expression.index] ?? null;
    case "column":
      return scope.column(expression.table, expression.name);
    case "not":
      return negated(compile(expression.of));
    case "isNull": {
      const of = compile(expression.of);
      return (frame) => of(frame) === null;
    }
    case "binary":
      return binary(expression.operator, compile(expression.left), compile(expression.right));
    case "quantified":
      return quantified(expression, compile(expression.of), compile(expression.array));
    case "in":
      return among(compile(expression.of), expression.list.map(compile));
    case "cast": {
      const comesAsText = expression.of.kind === "parameter";
      const [of, converted] = [
        compile(expression.of),
        (comesAsText ? readerOf : converterOf)(expression.type),
      ];
      return (frame) => {
        const value = of(frame);
        return value === null ? null : converted(value);
      };
    }
    case "array":
    case "row": {
      const items = expression.items.map(compile);
      return (frame) => items.map((item) => item(frame));
    }
    case "subscript": {
      const [of, index] = [compile(expression.of), compile(expression.index)];
      return (frame) => (of(frame) as unknown[] | null)?.[Number(index(frame)) - 1] ?? null;
    }
    case "case":
      return chosen(
        expression.branches.map(({ when, then }) => [compile(when), compile(then)] as const),
        compile(expression.otherwise),
      );
    case "call":
      return called(expression, scope);
    case "inQuery":
    case "query":
    case "exists":
      return queried(expression, scope);
    default:
      return unreachable(expression);
  }
}

function negated(of: Evaluate): Evaluate {
  return (frame) => {
    const value = of(frame);
    return value === null ? null : value !== true;
  };
}

function binary(operator: string, left: Evaluate, right: Evaluate): Evaluate {
  if (operator === "and")
    return (frame) => {
      const one = left(frame);
      if (one === false) return false;
      const other = right(frame);
      return other === false ? false : one === null || other === null ? null : true;
    };
  if (operator === "or")
    return (frame) => {
      const one = left(frame);
      if (one === true) return true;
      const other = right(frame);
      return other === true ? true : one === null || other === null ? null : false;
    };
  if (operator === "same")
    return (frame) => {
      const [one, other] = [left(frame), right(frame)];
      return one === null || other === null ? one === other : compare(one, other) === 0;
    };
  const apply = operation(operator);
  return (frame) => {
    const one = left(frame);
    if (one === null) return null;
    const other = right(frame);
    return other === null ? null : apply(one, other);
  };
}

/** An operator on two values, neither of them null. */
function operation(operator: string): (left: unknown, right: unknown) => unknown {
  switch (operator) {
    case "=":
      return (left, right) => left === right || compare(left, right) === 0;
    case "<>":
      return (left, right) => compare(left, right) !== 0;
    case "<":
      return (left, right) => compare(left, right) < 0;
    case "<=":
      return (left, right) => compare(left, right) <= 0;
    case ">":
      return (left, right) => compare(left, right) > 0;
    case ">=":
      return (left, right) => compare(left, right) >= 0;
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return (left, right) => arithmetic(operator, left, right);
    case "||":
      return joined;
    case "~":
      return (left, right) => patternOf(right as string).test(left as string);
    case "!~":
      return (left, right) => !patternOf(right as string).test(left as string);
    case "->":
      return (left, right) => (left as Record<string, unknown>)[right as string] ?? null;
    case "->>":
      return (left, right) => convert((left as Record<string, unknown>)[right as string] ?? null, "text");
    default:
      throw new Error(`the store in memory does not know the operator ${operator}`);
  }
}

function joined(left: unknown, right: unknown): string {
  if (typeof left === "object" || typeof right === "object")
    throw new Error("the store in memory joins texts alone with ||");
  return `${String(left)}${String(right)}`;
}

const patterns = new Map<string, RegExp>();

function patternOf(text: string): RegExp {
  const known = patterns.get(text);
  if (known !== undefined) return known;
  const made = new RegExp(text, "u");
  patterns.set(text, made);
  return made;
}

function quantified(
  { operator, quantifier }: Extract<Expression, { kind: "quantified" }>,
  of: Evaluate,
  array: Evaluate,
): Evaluate {
  const apply = operation(operator);
  const decides = quantifier === "any";
  return (frame) => {
    const one = of(frame);
    const others = array(frame) as readonly unknown[] | null;
    if (one === null || others === null) return null;
    let unknown = false;
    for (const other of others) {
      if (other === null) unknown = true;
      else if (apply(one, other) === decides) return decides;
    }
    return unknown ? null : !decides;
  };
}

function among(of: Evaluate, list: readonly Evaluate[]): Evaluate {
  return (frame) => {
    const one = of(frame);
    if (one === null) return null;
    let unknown = false;
    for (const item of list) {
      const other = item(frame);
      if (other === null) unknown = true;
      else if (compare(one, other) === 0) return true;
    }
    return unknown ? null : false;
  };
}

function chosen(branches: ReadonlyArray<readonly [Evaluate, Evaluate]>, otherwise: Evaluate): Evaluate {
  return (frame) => {
    for (const [when, then] of branches) if (when(frame) === true) return then(frame);
    return otherwise(frame);
  };
}

/** What stands beside jsonb is jsonb: there a text is read as JSON. */
function asItsNeighbours(given: readonly Expression[]): readonly Expression[] {
  const isJson = given.some((one) => one.kind === "call" && one.name.startsWith("jsonb_"));
  if (!isJson) return given;
  return given.map((one) => (one.kind === "literal" ? { kind: "cast", of: one, type: "jsonb" } : one));
}

function called(expression: Extract<Expression, { kind: "call" }>, scope: Scope): Evaluate {
  const { name, over } = expression;
  const listed = name === "coalesce" ? asItsNeighbours(expression.given) : expression.given;
  const given = listed.map((one) => compileExpression(one, scope));
  if (over !== null) {
    if (name !== "row_number")
      throw new Error(`the store in memory does not know the window function ${name}`);
    const at = scope.windows.length;
    scope.windows.push({
      partitionBy: over.partitionBy.map((one) => compileExpression(one, scope)),
      orderBy: over.orderBy.map(({ by, descending }) => ({ by: compileExpression(by, scope), descending })),
    });
    return ({ windows }) => windows[at];
  }
  if (aggregates.has(name)) {
    const at = scope.aggregates.length;
    scope.aggregates.push({ name, given: given[0] ?? null });
    return (frame) => frame.aggregates[at] ?? null;
  }
  const call = functions.get(name);
  if (call === undefined) throw new Error(`the store in memory does not know the function ${name}`);
  return (frame) => call(given.map((one) => one(frame)));
}

function queried(
  expression: Extract<Expression, { kind: "inQuery" | "query" | "exists" }>,
  scope: Scope,
): Evaluate {
  const query = scope.compiler.query(expression.query, scope);
  if (expression.kind === "exists") return (frame) => query.run(frame.context, frame).rows.length > 0;
  if (expression.kind === "query")
    return (frame) => {
      const { rows } = query.run(frame.context, frame);
      if (rows.length > 1) throw databaseError("21000", "more than one row by a query used as an expression");
      return rows[0]?.[0] ?? null;
    };
  const of = expression.of.map((one) => compileExpression(one, scope));
  return (frame) => {
    const wanted = of.map((one) => one(frame));
    let unknown = false;
    for (const row of query.run(frame.context, frame).rows) {
      const same = wanted.map((one, at) =>
        one === null || row[at] === null ? null : compare(one, row[at]) === 0,
      );
      if (same.every((one) => one === true)) return true;
      if (!same.includes(false)) unknown = true;
    }
    return unknown ? null : false;
  };
}
