// Queries: rows found, grouped, numbered, ordered, limited and locked.
import { compileExpression } from "./expressions.ts";
import { aggregates } from "./functions.ts";
import {
  Scope,
  type CompiledQuery,
  type Context,
  type Evaluate,
  type Frame,
  type WindowNumber,
} from "./scope.ts";
import { compileSources } from "./sources.ts";
import type { Item, Order, Select, Union } from "./syntax.ts";
import { keyOfMany } from "./table.ts";
import { compareNulls, type Values } from "./values.ts";

export type Output = Readonly<{ columns: readonly string[]; values: readonly Evaluate[] }>;

/** The columns of a result, stars spelled out. */
export function compileItems(items: readonly Item[], scope: Scope): Output {
  const columns: string[] = [];
  const values: Evaluate[] = [];
  for (const { expression, table, name } of items) {
    if (expression !== null) {
      columns.push(name);
      values.push(compileExpression(expression, scope));
      continue;
    }
    scope.sources.forEach((source, at) => {
      if (table !== null && source.alias !== table) return;
      source.columns.forEach((column, position) => {
        if (table === null && scope.merged.has(column) && columns.includes(column)) return;
        columns.push(column);
        values.push(({ rows }) => rows[at]?.[position] ?? null);
      });
    });
  }
  return { columns, values };
}

export function compileSelect(select: Select, scope: Scope): CompiledQuery {
  const sources = compileSources(scope, select.from, select.where);
  const output = compileItems(select.items, scope);
  const keys = select.groupBy.map((one) => compileExpression(one, scope));
  const orders = select.orderBy.map((order) => compileOrder(order, scope, output));
  const limit = select.limit === null ? null : compileExpression(select.limit, scope);
  const grouped = keys.length > 0 || scope.aggregates.length > 0;
  const locks = lockedSources(select, scope);
  const run: CompiledQuery["run"] = (context, parent) => {
    let frames = sources.frames(context, parent);
    if (grouped) frames = group(scope, frames, { keys, context, parent });
    scope.windows.forEach((window, at) => number(frames, window, at));
    if (orders.length > 0) frames = sorted(frames, orders);
    if (select.lock?.held === "skips")
      frames = frames.filter(({ records }) =>
        locks.every((source) => context.transaction.mayLock(records[source])),
      );
    const most = limit?.({ context, parent, rows: [], records: [], aggregates: [], windows: [] }) ?? null;
    // What is beyond the limit is not locked either.
    if (most !== null && select.distinct !== "yes") frames = frames.slice(0, Number(most));
    for (const source of locks)
      for (const { records } of frames) {
        const [record, table] = [records[source], sources.tables[source]];
        if (record && table) context.transaction.lock(table, record);
      }
    let rows: Values[] = frames.map((frame) => output.values.map((value) => value(frame)));
    if (select.distinct === "yes") rows = distinct(rows);
    if (most !== null) rows = rows.slice(0, Number(most));
    return { rows, affected: rows.length };
  };
  return { columns: output.columns, run };
}

function lockedSources({ lock }: Select, scope: Scope): readonly number[] {
  const all = scope.sources.map((_, index) => index);
  if (lock === null) return [];
  return lock.of === null ? all : all.filter((index) => scope.sources[index]?.alias === lock.of);
}

type Sorting = Readonly<{ by: Evaluate; descending: "yes" | "no" }>;

/** By a column of the result where it is named so or numbered, else by what the expression is. */
function compileOrder({ by, descending }: Order, scope: Scope, output: Output): Sorting {
  const at =
    by.kind === "literal" && typeof by.value === "number"
      ? by.value - 1
      : by.kind === "column" && by.table === null
        ? output.columns.indexOf(by.name)
        : -1;
  return { by: output.values[at] ?? compileExpression(by, scope), descending };
}

function sorted<T extends Frame>(frames: readonly T[], orders: readonly Sorting[]): T[] {
  if (frames.length < 2) return [...frames];
  const keyed = frames.map((frame) => ({ frame, keys: orders.map(({ by }) => by(frame)) }));
  keyed.sort((left, right) => {
    for (const [at, { descending }] of orders.entries()) {
      const order = compareNulls(left.keys[at], right.keys[at]);
      if (order !== 0) return descending === "yes" ? -order : order;
    }
    return 0;
  });
  return keyed.map(({ frame }) => frame);
}

type Grouping = Readonly<{ keys: readonly Evaluate[]; context: Context; parent: Frame | null }>;

function group(scope: Scope, frames: readonly Frame[], { keys, context, parent }: Grouping): Frame[] {
  const groups = new Map<string, Frame[]>();
  for (const frame of frames) {
    const key = keyOfMany(keys.map((one) => one(frame)));
    const present = groups.get(key);
    if (present === undefined) groups.set(key, [frame]);
    else present.push(frame);
  }
  const nothing: Frame = { context, parent, rows: [], records: [], aggregates: [], windows: [] };
  // Without keys there is one group, whatever is in it.
  if (keys.length === 0 && groups.size === 0) groups.set("", []);
  return [...groups.values()].map((members) => ({
    ...(members[0] ?? nothing),
    windows: [],
    aggregates: scope.aggregates.map(({ name, given }) => {
      const values = given === null ? members : members.map(given).filter((value) => value !== null);
      return aggregates.get(name)?.(values) ?? null;
    }),
  }));
}

/** Numbers the rows of each partition from 1. */
function number(frames: readonly Frame[], { partitionBy, orderBy }: WindowNumber, at: number): void {
  const partitions = Map.groupBy(frames, (frame) => keyOfMany(partitionBy.map((one) => one(frame))));
  for (const partition of partitions.values())
    sorted(partition, orderBy).forEach((frame, index) => (frame.windows[at] = BigInt(index + 1)));
}

function distinct(rows: readonly Values[]): Values[] {
  return [...new Map(rows.map((row) => [keyOfMany(row), row])).values()];
}

export function compileUnion(union: Union, scope: Scope): CompiledQuery {
  const parts = union.parts.map((part) => compileSelect(part, new Scope(scope.compiler, scope)));
  const columns = parts[0]?.columns ?? [];
  const whole = new Scope(scope.compiler, scope);
  whole.sources.push({ alias: "union", columns });
  const output: Output = {
    columns,
    values: columns.map(
      (_, at): Evaluate =>
        ({ rows }) =>
          rows[0]?.[at] ?? null,
    ),
  };
  const orders = union.orderBy.map((order) => compileOrder(order, whole, output));
  return {
    columns,
    run: (context, parent) => {
      // The parts are queries around which nothing else stands.
      const outer: Frame = { context, parent, rows: [], records: [], aggregates: [], windows: [] };
      const all = parts.flatMap((part) => part.run(context, outer).rows);
      const rows = union.all === "yes" ? all : distinct(all);
      const frames = rows.map((row): Frame => ({ ...outer, rows: [row] }));
      const ordered = sorted(frames, orders).map((frame) => frame.rows[0] as Values);
      return { rows: ordered, affected: ordered.length };
    },
  };
}
