// The store in memory: the product’s own statements on tables in this process, behind the same face as PostgreSQL.
// What it does not know it refuses, so that nothing is answered that PostgreSQL would answer differently.
import type { RootOperationNode } from "kysely";
import type { Database, Pg, Tx } from "@huiyin/server/platform/pg/pg.ts";
import { assert } from "@huiyin/server/kernel/assert.ts";
import { uuidOf } from "@huiyin/server/kernel/ids.ts";
import { compileDelete, compileInsert, compileUpdate } from "./changes.ts";
import { compileSelect, compileUnion } from "./queries.ts";
import { Scope, type CompiledQuery, type Compiler, type Frame, type Result } from "./scope.ts";
import { emptyTables } from "./schema.ts";
import { readStatement } from "./statementReader.ts";
import type { Query, TableName } from "./syntax.ts";
import type { Table } from "./table.ts";
import { refuseNul } from "./conversions.ts";
import { databaseError } from "./errors.ts";
import { MemoryTransaction, MustWait, waitFor } from "./transaction.ts";
import type { Values } from "./values.ts";

export type MemoryStore = Readonly<{
  pg: Pg;
  /** For single statements, each of which begins when `when` lets it. */
  gated(when: <T>(work: () => Promise<T>) => Promise<T>): Database;
  /** One statement in a transaction of its own, as a stranger’s client would send it. */
  query(text: string, parameters?: readonly unknown[]): Promise<Array<Record<string, unknown>>>;
}>;

type Statement = CompiledQuery & Readonly<{ slots: number }>;
type Answer = Readonly<{ rows: Array<Record<string, unknown>>; numAffectedRows: bigint }>;

/** A store with the tables of the migrations and nothing in them. */
export function createMemoryStore(): MemoryStore {
  const tables = emptyTables();
  const texts = new Map<string, Statement>();
  const statementOf = (text: string): Statement => {
    const known = texts.get(text);
    if (known !== undefined) return known;
    const made = compileStatement(tables, text);
    texts.set(text, made);
    return made;
  };
  const read = createNodeReader(statementOf);

  const executorOf = (run: (compiled: Compiled) => Promise<Answer>): unknown => {
    const executor = {
      transformQuery: (node: unknown) => node,
      compileQuery: (node: RootOperationNode) => read(node),
      executeQuery: run,
      withPlugins: () => executor,
    };
    return { getExecutor: () => executor };
  };

  const within = async <T>(transaction: MemoryTransaction, work: (tx: Tx) => Promise<T>): Promise<T> => {
    const line = lineOf(transaction);
    const tx = executorOf(line.run) as Tx;
    try {
      const value = await work(tx);
      line.end();
      transaction.commit();
      return value;
    } catch (error) {
      line.close();
      await line.settled();
      transaction.rollback();
      throw error;
    }
  };
  const single = (mode: "read only" | "read write", compiled: Compiled): Promise<Answer> => {
    const transaction = new MemoryTransaction(mode, null);
    return within(transaction, () => execute(transaction, compiled));
  };
  const databaseOf = (mode: "read only" | "read write"): Database =>
    executorOf((compiled) => single(mode, compiled)) as Database;
  const readAsTenant = <T>(merchantId: string, work: (tx: Tx) => Promise<T>): Promise<T> =>
    within(new MemoryTransaction("read only", uuidOf(merchantId)), work);

  const pg: Pg = {
    batch: databaseOf("read only"),
    owner: databaseOf("read write"),
    transaction: (work) => within(new MemoryTransaction("read write", null), work),
    tenant: readAsTenant,
    reader: (principal, work) =>
      principal.role === "operator"
        ? within(new MemoryTransaction("read only", null), work)
        : readAsTenant(principal.merchantId, work),
    listen: async () => async () => undefined,
    notify: async () => undefined,
    close: async () => undefined,
  };
  return {
    pg,
    gated: (when) => executorOf((compiled) => when(() => single("read only", compiled))) as Database,
    query: async (text, parameters = []) =>
      (await single("read only", { statement: statementOf(text), parameters })).rows,
  };
}

type Compiled = Readonly<{ statement: Statement; parameters: readonly unknown[] }>;

const noCtes: Values[][] = [];

/**
 * The statements of a transaction as on one connection: what is asked for while another one waits for a row comes after
 * it, and nothing is taken after the end.
 */
function lineOf(transaction: MemoryTransaction) {
  let before: Promise<unknown> = Promise.resolve();
  let unanswered = 0;
  let over = false;
  const close = (): void => void (over = true);
  return {
    run: async (compiled: Compiled): Promise<Answer> => {
      assert(!over, "a statement after the end of its transaction");
      const answer = before.then(() => execute(transaction, compiled));
      before = answer.catch(() => undefined);
      unanswered += 1;
      return answer.finally(() => (unanswered -= 1));
    },
    close,
    end: (): void => {
      assert(unanswered === 0, "a statement of a transaction that ends has not been answered");
      close();
    },
    settled: () => before,
  };
}

/** One statement, whole or not at all; it begins anew when a row that it wants has been let go. */
async function execute(transaction: MemoryTransaction, { statement, parameters }: Compiled): Promise<Answer> {
  for (;;) {
    transaction.beginStatement();
    try {
      refuseNul(parameters);
      const ctes = statement.slots === 0 ? noCtes : Array.from({ length: statement.slots }, () => []);
      const context = { parameters, transaction, ctes };
      return answerOf(statement, statement.run(context, null));
    } catch (error) {
      transaction.undoStatement();
      if (!(error instanceof MustWait)) {
        transaction.fail(error);
        throw error;
      }
      await waitFor(transaction, error.holder).catch((problem: unknown) => {
        transaction.fail(problem);
        throw problem;
      });
    }
  }
}

function answerOf({ columns }: Statement, { rows, affected }: Result): Answer {
  const named = rows.map((row) => {
    const record: Record<string, unknown> = {};
    for (let at = 0; at < columns.length; at += 1) record[columns[at] as string] = row[at];
    return record;
  });
  return { rows: named, numAffectedRows: BigInt(affected) };
}

function compileStatement(tables: ReadonlyMap<string, Table>, text: string): Statement {
  let slots = 0;
  const compiler: Compiler = {
    table: ({ schema, name }: TableName) => {
      const table = tables.get(`${schema}.${name}`);
      if (table === undefined) throw databaseError("42P01", `relation "${schema}.${name}" does not exist`);
      return table;
    },
    query: (query, parent) => compileQuery(compiler, query, parent),
    newSlot: () => slots++,
  };
  const query = compiler.query(readStatement(text), null);
  return { ...query, slots };
}

/** Common table expressions run once, in their order, before what uses them. */
function compileQuery(compiler: Compiler, { ctes, body }: Query, parent: Scope | null): CompiledQuery {
  const scope = new Scope(compiler, parent);
  const steps = ctes.map(({ name, query }) => {
    const compiled = compiler.query(query, scope);
    const slot = compiler.newSlot();
    scope.ctes.set(name, { slot, columns: compiled.columns });
    return { slot, compiled };
  });
  const main = compileBody(body, scope);
  if (steps.length === 0) return main;
  return {
    columns: main.columns,
    run: (context, outer) => {
      const frame: Frame = { context, parent: outer, rows: [], records: [], aggregates: [], windows: [] };
      for (const { slot, compiled } of steps) context.ctes[slot] = compiled.run(context, frame).rows;
      return main.run(context, outer);
    },
  };
}

function compileBody(body: Query["body"], scope: Scope): CompiledQuery {
  switch (body.kind) {
    case "select":
      return compileSelect(body, scope);
    case "union":
      return compileUnion(body, scope);
    case "insert":
      return compileInsert(body, scope);
    case "update":
      return compileUpdate(body, scope);
    case "delete":
      return compileDelete(body, scope);
  }
}

type Known = { next: Map<unknown, Known>; statement: Statement | null };
type RawNode = Readonly<{
  kind: string;
  sqlFragments?: readonly string[];
  parameters?: readonly RawNode[];
  value?: unknown;
  /** Of what names a column, as `sql.ref` does. */
  table?: Readonly<{ table: Readonly<{ identifier: Readonly<{ name: string }> }> }>;
  column?: Readonly<{ column: Readonly<{ name: string }> }>;
}>;

/**
 * Reads what a template of `sql` holds. A template is the same object each time, so that its text is put together and
 * compiled once.
 */
function createNodeReader(statementOf: (text: string) => Statement): (node: RootOperationNode) => Compiled {
  const root: Known = { next: new Map(), statement: null };
  return (node) => {
    const parameters: unknown[] = [];
    let known = root;
    const visit = (raw: RawNode): void => {
      if (raw.kind === "ValueNode") return void parameters.push(raw.value);
      const part = raw.sqlFragments ?? nameIn(raw);
      let next = known.next.get(part);
      if (next === undefined) known.next.set(part, (next = { next: new Map(), statement: null }));
      known = next;
      for (const inner of raw.parameters ?? []) visit(inner);
    };
    visit(node as unknown as RawNode);
    known.statement ??= statementOf(textOf(node as unknown as RawNode));
    return { statement: known.statement, parameters };
  };
}

function textOf(node: RawNode): string {
  let count = 0;
  const write = (raw: RawNode): string => {
    if (raw.kind === "ValueNode") return `$${++count}`;
    const { sqlFragments, parameters = [] } = raw;
    if (sqlFragments === undefined) return nameIn(raw);
    return sqlFragments.reduce((text, fragment, at) => {
      const inner = parameters[at - 1];
      return text + (inner === undefined ? "" : write(inner)) + fragment;
    }, "");
  };
  return write(node);
}

/** A column named by `sql.ref`. Whatever else a template holds is not known here. */
function nameIn({ kind, table, column }: RawNode): string {
  if (kind !== "ReferenceNode" || column === undefined)
    throw databaseError("0A000", `the store in memory knows no ${kind} in a statement`);
  const place = table === undefined ? "" : `"${table.table.identifier.name}".`;
  return `${place}"${column.column.name}"`;
}
