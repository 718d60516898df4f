// What adds, changes and deletes rows.
import { compileExpression } from "./expressions.ts";
import { converterOf, readerOf } from "./conversions.ts";
import { databaseError } from "./errors.ts";
import { compileItems, type Output } from "./queries.ts";
import { Scope, type CompiledQuery, type Context, type Evaluate, type Frame, type Result } from "./scope.ts";
import { compileSources } from "./sources.ts";
import type { Delete, Insert, Item, Setting, Source, Update } from "./syntax.ts";
import { keyOfMany, type StoredRow, type Table } from "./table.ts";
import type { Values } from "./values.ts";

/** The next version of a row from the present one, as the frame of the statement sees it. */
type Change = (frame: Frame, present: Values) => Values;

export function compileUpdate(update: Update, scope: Scope): CompiledQuery {
  const { table, sources, output } = compileTarget(update, scope);
  const change = compileSettings(update.set, table, scope);
  const run = (context: Context, parent: Frame | null): Result =>
    changed(sources.frames(context, parent), output, (frame, record) => {
      const { transaction } = context;
      // A row that two others meet is changed once.
      if (transaction.hasWritten(record)) return null;
      transaction.lock(table, record);
      const values = change(frame, frame.rows[0] as Values);
      transaction.write(table, record, values);
      return values;
    });
  return { columns: output.columns, run };
}

export function compileDelete(statement: Delete, scope: Scope): CompiledQuery {
  const { table, sources, output } = compileTarget(statement, scope);
  const run = (context: Context, parent: Frame | null): Result =>
    changed(sources.frames(context, parent), output, (frame, record) => {
      if (context.transaction.hasWritten(record)) return null;
      context.transaction.write(table, record, null);
      return frame.rows[0] ?? null;
    });
  return { columns: output.columns, run };
}

function changed(
  frames: readonly Frame[],
  { values }: Output,
  apply: (frame: Frame, record: StoredRow) => Values | null,
): Result {
  const rows: Values[] = [];
  let affected = 0;
  for (const frame of frames) {
    const after = apply(frame, frame.records[0] as StoredRow);
    if (after === null) continue;
    affected += 1;
    if (values.length === 0) continue;
    frame.rows[0] = after;
    rows.push(values.map((value) => value(frame)));
  }
  return { rows, affected };
}

function compileTarget(statement: Update | Delete, scope: Scope) {
  const table = scope.compiler.table(statement.table);
  const target: Source = {
    of: { kind: "table", table: statement.table },
    ...{ alias: statement.alias, columns: null, join: "inner", on: null, using: [] },
  };
  const sources = compileSources(scope, [target, ...statement.from], statement.where);
  return { table, sources, output: compileItems(statement.returning, scope) };
}

function compileSettings(settings: readonly Setting[], table: Table, scope: Scope): Change {
  const parts = settings.map(({ column, value }) => {
    const position = table.position(column);
    return {
      position,
      convert: (value.kind === "parameter" ? readerOf : converterOf)(
        table.shape.columns[position]?.type ?? "",
      ),
      value: compileExpression(value, scope),
    };
  });
  return (frame, present) => {
    const next = [...present];
    for (const { position, convert, value } of parts) {
      const given = value(frame);
      next[position] = given === null ? null : convert(given);
    }
    return withGenerated(table, next);
  };
}

function withGenerated(table: Table, values: unknown[]): Values {
  for (const [column, make] of table.shape.generated) values[table.position(column)] = make(values);
  return values;
}

export function compileInsert(insert: Insert, scope: Scope): CompiledQuery {
  const table = scope.compiler.table(insert.table);
  const complete = completion(table, insert);
  const rowsOf = compileRows(insert.rows, scope);
  const onConflict = compileConflict(insert, table, scope);
  const output = compileReturning(insert.returning, { table, alias: insert.alias, scope });
  const run = (context: Context, parent: Frame | null): Result => {
    const rows: Values[] = [];
    let affected = 0;
    for (const given of rowsOf(context, parent)) {
      const values = complete(given);
      const written = onConflict(context, parent, values);
      if (written === "nothing") continue;
      if (written === "free") context.transaction.insert(table, values);
      affected += 1;
      const after = written === "free" ? values : written;
      if (output.values.length > 0)
        rows.push(output.values.map((value) => value(rowFrame(context, parent, [after]))));
    }
    return { rows, affected };
  };
  return { columns: output.columns, run };
}

function rowFrame(context: Context, parent: Frame | null, rows: Values[]): Frame {
  return { context, parent, rows, records: [], aggregates: [], windows: [] };
}

/** The whole row from the given columns: converted, with what is left out filled in. */
function completion(table: Table, { columns, rows }: Insert): (given: Values) => Values {
  const places = columns.map((column) => table.position(column));
  const fromText = (at: number): boolean =>
    !("body" in rows) && rows.every((row) => row[at]?.kind === "parameter");
  const converters = places.map((position, at) =>
    (fromText(at) ? readerOf : converterOf)(table.shape.columns[position]?.type ?? ""),
  );
  const others = [...table.shape.defaults].filter(([column]) => !columns.includes(column));
  const width = table.shape.columns.length;
  return (given) => {
    const values = Array<unknown>(width).fill(null);
    for (let at = 0; at < places.length; at += 1) {
      const one = given[at] ?? null;
      values[places[at] as number] = one === null ? null : converters[at]?.(one);
    }
    for (const [column, make] of others) values[table.position(column)] = make(values);
    return withGenerated(table, values);
  };
}

function compileRows(
  rows: Insert["rows"],
  scope: Scope,
): (context: Context, parent: Frame | null) => Values[] {
  if ("body" in rows) {
    const query = scope.compiler.query(rows, scope);
    return (context, parent) => query.run(context, rowFrame(context, parent, [])).rows;
  }
  const lists = rows.map((row) => row.map((value) => compileExpression(value, scope)));
  return (context, parent) => {
    const frame = rowFrame(context, parent, []);
    return lists.map((list) => list.map((value) => value(frame)));
  };
}

type OnConflict = (context: Context, parent: Frame | null, values: Values) => "free" | "nothing" | Values;

/** What becomes of a row whose key may be taken: it is free, nothing happens, or the present row is changed. */
function compileConflict({ conflict, alias }: Insert, table: Table, scope: Scope): OnConflict {
  if (conflict === null) return () => "free";
  const { columns } = conflict;
  const uniques = table.uniques.filter(
    ({ key }) => columns === null || [...key.columns].sort().join() === [...columns].sort().join(),
  );
  if (uniques.length === 0) throw new Error(`no unique key over ${columns?.join()} in ${table.shape.name}`);
  const inner = new Scope(scope.compiler, scope);
  const names = table.shape.columns.map(({ name }) => name);
  inner.sources.push({ alias, columns: names }, { alias: "excluded", columns: names });
  const change = conflict.update && compileSettings(conflict.update, table, inner);
  const condition: Evaluate = conflict.where === null ? () => true : compileExpression(conflict.where, inner);
  return (context, parent, values) => {
    const { transaction } = context;
    for (const { index, positions } of uniques) {
      const key = index.keyOf(values);
      if (key === null) continue;
      const wanted = keyOfMany(positions.map((position) => values[position]));
      for (const row of index.find(key)) {
        if (!transaction.conflicts(row, positions, wanted)) continue;
        if (change === null) return "nothing";
        if (transaction.hasWritten(row))
          throw databaseError("21000", "a row is inserted twice by one command");
        transaction.lock(table, row);
        const present = transaction.latest(row) as Values;
        const frame = rowFrame(context, rowFrame(context, parent, []), [present, values]);
        if (condition(frame) !== true) return "nothing";
        const next = change(frame, present);
        transaction.write(table, row, next);
        return next;
      }
    }
    return "free";
  };
}

function compileReturning(
  items: readonly Item[],
  target: Readonly<{ table: Table; alias: string; scope: Scope }>,
): Output {
  const scope = new Scope(target.scope.compiler, target.scope.parent);
  scope.sources.push({ alias: target.alias, columns: target.table.shape.columns.map(({ name }) => name) });
  return compileItems(items, scope);
}
