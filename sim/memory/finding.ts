// How the rows of a table are found: by the narrowest index that the conditions allow, else one after the other.
import { compileExpression } from "./expressions.ts";
import type { Evaluate, Frame, Scope } from "./scope.ts";
import type { Expression } from "./syntax.ts";
import { Index, keyOfMany, type Partial, type StoredRow, type Table } from "./table.ts";
import type { Values } from "./values.ts";

export type Finder = (frame: Frame) => Iterable<StoredRow>;

/** Values that columns must have, each time one of several. */
type Given = Readonly<{
  columns: readonly string[];
  tuples(frame: Frame): readonly Values[];
  /** Where there is but one value for one column. */
  only: Evaluate | null;
}>;

type Target = Readonly<{ scope: Scope; source: number; table: Table; earlier: ReadonlySet<number> }>;

/** The way to the rows of a source, where sources `earlier` have their rows already. */
export function finderOf(target: Target, conditions: readonly Expression[]): Finder {
  const { table } = target;
  const given = conditions.flatMap((condition) => givenBy(target, condition));
  const known = new Set(given.flatMap(({ columns }) => columns));
  const implied = (partial: Partial | null): boolean =>
    partial === null || conditions.some((condition) => implies(target, condition, partial));
  const unique = table.uniques.find(
    ({ key }) => implied(key.partial) && key.columns.every((column) => known.has(column)),
  );
  if (unique !== undefined) return byIndex(unique.index, unique.key.columns, given);
  const usable = table.shape.declared
    .filter(({ partial }) => implied(partial))
    .map(({ columns, partial }) => ({ columns: prefixOf(columns, known), partial }));
  const [best] = usable.sort(
    (one, other) =>
      other.columns.length - one.columns.length ||
      Number(other.partial !== null) - Number(one.partial !== null),
  );
  if (best !== undefined && (best.columns.length > 0 || best.partial !== null))
    return byIndex(table.indexOn(best.columns, best.partial), best.columns, given);
  if (known.size === 0) return () => table.rows;
  const columns = [...known].sort();
  return byIndex(table.indexOn(columns, null), columns, given);
}

function prefixOf(columns: readonly string[], known: ReadonlySet<string>): readonly string[] {
  const end = columns.findIndex((column) => !known.has(column));
  return end === -1 ? columns : columns.slice(0, end);
}

function byIndex(index: Index, columns: readonly string[], given: readonly Given[]): Finder {
  const wanted = columns.map((column) => given.find((one) => one.columns.includes(column)) as Given);
  const values = wanted.flatMap(({ only }) => only ?? []);
  if (values.length === wanted.length) return byValues(index, values);
  const sources = [...new Set(wanted)];
  const places = columns.map((column, at) => {
    const source = wanted[at] as Given;
    return [sources.indexOf(source), source.columns.indexOf(column)] as const;
  });
  return (frame) => {
    const lists = sources.map((source) => source.tuples(frame));
    if (lists.every((list) => list.length === 1)) {
      const values = places.map(([list, at]) => lists[list]?.[0]?.[at] ?? null);
      return values.includes(null) ? [] : index.find(keyOfMany(values));
    }
    return many(index, places, lists);
  };
}

function byValues(index: Index, wanted: readonly Evaluate[]): Finder {
  return (frame) => {
    const values = wanted.map((value) => value(frame));
    return values.includes(null) ? [] : index.find(keyOfMany(values));
  };
}

function* many(
  index: Index,
  places: ReadonlyArray<readonly [number, number]>,
  lists: ReadonlyArray<readonly Values[]>,
): Iterable<StoredRow> {
  const keys = new Set<string>();
  for (const chosen of combinations(lists)) {
    const values = places.map(([list, at]) => chosen[list]?.[at] ?? null);
    if (!values.includes(null)) keys.add(keyOfMany(values));
  }
  for (const key of keys) yield* index.find(key);
}

function combinations(lists: ReadonlyArray<readonly Values[]>): readonly Values[][] {
  return lists.reduce<Values[][]>(
    (all, list) => all.flatMap((one) => list.map((tuple) => [...one, tuple])),
    [[]],
  );
}

function givenBy(target: Target, condition: Expression): Given[] {
  if (condition.kind === "binary" && condition.operator === "=") {
    for (const [column, other] of [
      [condition.left, condition.right],
      [condition.right, condition.left],
    ] as const) {
      const name = columnOf(target, column);
      const value = name === null ? null : outside(target, other);
      if (name !== null && value !== null)
        return [{ columns: [name], tuples: (frame) => [[value(frame)]], only: value }];
    }
    return [];
  }
  if (condition.kind === "quantified" && condition.operator === "=" && condition.quantifier === "any") {
    const name = columnOf(target, condition.of);
    const array = name === null ? null : outside(target, condition.array);
    if (name === null || array === null) return [];
    const tuples: Given["tuples"] = (frame) => ((array(frame) ?? []) as unknown[]).map((one) => [one]);
    return [{ columns: [name], tuples, only: null }];
  }
  if (condition.kind !== "inQuery") return [];
  const names = condition.of.map((one) => columnOf(target, one));
  if (names.includes(null)) return [];
  const { scope } = target;
  scope.used.clear();
  const query = scope.compiler.query(condition.query, scope);
  if (![...scope.used].every((one) => target.earlier.has(one))) return [];
  const tuples: Given["tuples"] = (frame) => query.run(frame.context, frame).rows;
  return [{ columns: names as string[], tuples, only: null }];
}

/** The name of the target’s column that an expression is, or null. */
function columnOf({ scope, source }: Target, expression: Expression): string | null {
  if (expression.kind !== "column") return null;
  const found = scope.own(expression.table, expression.name);
  return found?.source === source ? expression.name : null;
}

/** The value of an expression that needs nothing of the target or of sources after it, or null. */
function outside({ scope, earlier }: Target, expression: Expression): Evaluate | null {
  scope.used.clear();
  const value = compileExpression(expression, scope);
  return [...scope.used].every((one) => earlier.has(one)) ? value : null;
}

/** Whether what holds here lets only rows through that a partial index has. */
function implies(target: Target, condition: Expression, partial: Partial): boolean {
  if (textOf(condition) === partial.text) return true;
  const sides =
    condition.kind === "binary" && /^(=|<>|<|<=|>|>=)$/.test(condition.operator)
      ? [condition.left, condition.right]
      : [];
  return sides.some((side) => {
    const name = columnOf(target, side);
    return name !== null && partial.text === textOf(notNull(name));
  });
}

function notNull(name: string): Expression {
  return { kind: "not", of: { kind: "isNull", of: { kind: "column", table: null, name } } };
}

/** An expression as a text, whatever its columns’ table is called. */
export function textOf(expression: Expression): string {
  return JSON.stringify(expression, (name, value: unknown) => (name === "table" ? undefined : value));
}
