// Two stores asked the same: every statement goes to PostgreSQL and to the store in memory, and where their rows, their
// counts or their errors differ, the difference is told. What the product is answered is PostgreSQL’s answer.
import type { Database, Pg, Tx } from "@huiyin/server/platform/pg/pg.ts";
import { sqlStateOf } from "@huiyin/server/platform/pg/errors.ts";
import { keyText } from "./values.ts";

type Rows = Readonly<{ rows: ReadonlyArray<Record<string, unknown>>; numAffectedRows?: bigint }>;
type Executor = Readonly<{
  transformQuery(node: unknown, id: unknown): unknown;
  compileQuery(node: unknown, id: unknown): { sql?: string };
  executeQuery(compiled: unknown): Promise<Rows>;
}>;
type Asked = Readonly<{ real: unknown; memory: unknown; sql: string }>;

export type Differences = { told: string[]; statements: number };

/** Asks both. `differences` collects what they do not agree on. */
export function comparedPg(real: Pg, memory: Pg, differences: Differences): Pg {
  const both = (left: Database | Tx, right: Database | Tx): Tx => {
    const [one, other] = [executorOf(left), executorOf(right)];
    const executor = {
      transformQuery: (node: unknown) => node,
      compileQuery: (node: unknown, id: unknown): Asked => {
        const compiled = one.compileQuery(one.transformQuery(node, id), id);
        return { real: compiled, memory: other.compileQuery(node, id), sql: compiled.sql ?? "" };
      },
      executeQuery: async (asked: Asked) => {
        const answers = [await settled(one, asked.real), await settled(other, asked.memory)] as const;
        differences.statements += 1;
        const [expected, found] = answers.map((answer) => textOf(answer, asked.sql));
        if (expected !== found)
          differences.told.push(`${asked.sql}\nPostgreSQL ${expected}\nmemory     ${found}`);
        if (answers[0] instanceof Error) throw answers[0];
        return answers[0];
      },
    };
    return { getExecutor: () => executor } as unknown as Tx;
  };
  return {
    ...real,
    batch: both(real.batch, memory.batch),
    owner: both(real.owner, memory.owner),
    transaction: (work) => real.transaction((left) => memory.transaction((right) => work(both(left, right)))),
    tenant: (merchantId, work) =>
      real.tenant(merchantId, (left) => memory.tenant(merchantId, (right) => work(both(left, right)))),
    reader: (principal, work) =>
      real.reader(principal, (left) => memory.reader(principal, (right) => work(both(left, right)))),
  };
}

function executorOf(database: Database | Tx): Executor {
  return database.getExecutor() as unknown as Executor;
}

async function settled(executor: Executor, compiled: unknown): Promise<Rows | Error> {
  try {
    return await executor.executeQuery(compiled);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** What an answer says, in one text. Rows in an order of their own: what ties is ordered by nobody. */
function textOf(answer: Rows | Error, sql: string): string {
  if (answer instanceof Error) return `error ${sqlStateOf(answer) ?? answer.message}`;
  const rows = answer.rows.map(rowText);
  const written = /^\s*(insert|update|delete)/.test(sql) ? ` ${answer.numAffectedRows} affected` : "";
  return `${rows.sort().join(" | ")}${written}`;
}

function rowText(row: Record<string, unknown>): string {
  return Object.entries(row)
    .map(([name, value]) => `${name}=${typeof value}:${valueText(value)}`)
    .join(" ");
}

function valueText(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(valueText).join()}]` : keyText(value ?? null);
}
