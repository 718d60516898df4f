// What is not a value of its type: PostgreSQL refuses it, and memory has to, with the same SQLSTATE. One that knows less may
// refuse more, by name; it never takes what PostgreSQL would not, and never reads it as something else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sql, type RawBuilder } from "kysely";
import { sqlStateOf } from "@huiyin/server/platform/pg/errors.ts";
import { openPg, type Pg } from "@huiyin/server/platform/pg/pg.ts";
import { testDb, type TestDb } from "@huiyin/server/platform/pg/testing.ts";
import { createLogBook } from "../../ports.ts";
import { createMemoryStore } from "../store.ts";

let db: TestDb;
let real: Pg;
const memory = createMemoryStore().pg;

before(async () => {
  db = await testDb();
  real = openPg({ url: db.url, poolSize: 2, log: createLogBook(() => null).log });
});
after(async () => {
  await real.close();
  await db[Symbol.asyncDispose]();
});

const undone = new Error("a test leaves nothing behind");

/** What a store answers: a value with its type, or an SQLSTATE; “by name” where memory refuses what it does not know. */
async function answerOf(pg: Pg, statement: RawBuilder<unknown>): Promise<string> {
  let said = "";
  const work = pg.transaction(async (tx) => {
    const { rows } = await statement.execute(tx);
    said = JSON.stringify(rows, (_name, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
    throw undone;
  });
  return work.then(
    () => said,
    (error: unknown) => (error === undone ? said : (sqlStateOf(error) ?? "by name")),
  );
}

/** The SQLSTATE, or “taken” for whatever is a value. */
async function same(statement: RawBuilder<unknown>, about: string): Promise<string> {
  const [expected, found] = [await answerOf(real, statement), await answerOf(memory, statement)];
  // To refuse by name is allowed where there is an answer, but a refusal has its code.
  if (found !== "by name" || /^[0-9A-Z]{5}$/.test(expected)) assert.equal(found, expected, about);
  return /^[0-9A-Z]{5}$/.test(expected) ? expected : found === "by name" ? found : "taken";
}

const uuid = "019a0000-0000-7000-8000-00000000000a";
const texts: readonly unknown[] = [
  ...[
    "",
    " ",
    "5",
    " 5 ",
    "+5",
    "-5",
    "-0",
    "--5",
    "5x",
    "1.5",
    "1e3",
    ".",
    "0x1F",
    "1_000",
    "NaN",
    "Infinity",
  ],
  ...[
    "32767",
    "32768",
    "-32768",
    "-32769",
    "70000",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
  ],
  ...["99999999999", "9223372036854775807", "9223372036854775808", "-9223372036854775808"],
  ...["-9223372036854775809", "99999999999999999999999"],
  ...[uuid, uuid.toUpperCase(), `{${uuid}}`, `{${uuid}`, uuid.replaceAll("-", ""), `${uuid}0`, uuid.slice(1)],
  ...["not-a-uuid", "019a00000-000-7000-8000-00000000000a", `${uuid.slice(0, 35)}g`],
  ...["true", "false", "TRUE", " true ", "t", "yes", "maybe", "1", "0"],
  ...[
    "{}",
    "[1]",
    '"a"',
    "{",
    "{'a':1}",
    "[1,]",
    "nul",
    '{"a":"\\u0000"}',
    '{"\\u0000":1}',
    '{"a":"\\\\u0000"}',
  ],
  ...['{"a":"\\ud800"}', '{"a":"\\ude00\\ud83d"}', '{"a":"\\ud83d\\ude00"}', '"收款"', '["\\u0000"]'],
  ...["\\x00ff", "\\x0", "\\xzz", "\\x", "a\u0000b", "\u0000", "收款"],
  ...["2026-11-22T02:00:00Z", "2026-11-22T02:00:00+08:00", "2026-13-45T02:00:00Z", "yesterday or so"],
];
const numbers: readonly unknown[] = [
  ...[0, 5, -5, 1.5, 70_000, 2 ** 31, -(2 ** 31), 2 ** 53, 5n, 2n ** 63n - 1n, 2n ** 63n, -(2n ** 63n)],
];
const types = ["uuid", "smallint", "integer", "bigint", "text", "boolean", "jsonb"];

test("a parameter is a value of its type, or the statement is refused as PostgreSQL refuses it", async () => {
  const met = new Map<string, number>();
  for (const type of types) {
    for (const value of [...texts, ...numbers]) {
      const statement = sql`select ${value}${sql.raw(`::${type}`)} as v`;
      const kind = await same(statement, `${JSON.stringify(String(value))}::${type}`);
      met.set(kind, (met.get(kind) ?? 0) + 1);
    }
  }
  // Each kind of refusal is met, and what is a value is not refused wholesale.
  for (const [kind, least] of Object.entries({
    "22P02": 100,
    "22003": 10,
    "22021": 10,
    "22P05": 3,
    taken: 100,
  }))
    assert.ok((met.get(kind) ?? 0) >= least, `${kind}: ${met.get(kind)}`);
});

test("so is every item of an array, and every column of a record set", async () => {
  for (const type of ["uuid", "smallint", "integer", "bigint", "text"]) {
    for (const value of texts) {
      await same(sql`select ${[value]}${sql.raw(`::${type}[]`)} as v`, `{${String(value)}}::${type}[]`);
      const rows = JSON.stringify([{ v: value }]);
      const statement = sql`select v from jsonb_to_recordset(${rows}::jsonb) as row (v ${sql.raw(type)})`;
      await same(statement, `[{v: ${JSON.stringify(value)}}] as ${type}`);
    }
    for (const value of numbers.filter((one) => typeof one === "number")) {
      const rows = JSON.stringify([{ v: value }]);
      const statement = sql`select v from jsonb_to_recordset(${rows}::jsonb) as row (v ${sql.raw(type)})`;
      if (type !== "text") await same(statement, `[{v: ${String(value)}}] as ${type}`);
    }
  }
});

test("what is counted together stays within its type, or is refused", async () => {
  const most = 2n ** 63n - 1n;
  const rows: ReadonlyArray<readonly [RawBuilder<unknown>, string]> = [
    [sql`select ${most}::bigint + 1 as v`, "22003"],
    [sql`select ${most}::bigint + 0 as v`, "taken"],
    [sql`select ${-most}::bigint - 1 as v`, "taken"],
    [sql`select ${-most}::bigint - 2 as v`, "22003"],
    [sql`select ${most}::bigint * 2 as v`, "22003"],
    [sql`select ${5n}::bigint / 0 as v`, "22012"],
    [sql`select ${5n}::bigint % 0 as v`, "22012"],
    [sql`select ${5}::integer / 0 as v`, "22012"],
    [sql`select sum(v)::bigint as v from unnest(${[most, 9n]}::bigint[]) as t(v)`, "22003"],
    // On the way a sum may be more than a bigint holds.
    [sql`select sum(v)::bigint as v from unnest(${[most, 9n, -10n]}::bigint[]) as t(v)`, "taken"],
    [sql`select ${most}::bigint::integer as v`, "22003"],
    [sql`select ${70_000}::integer::smallint as v`, "22003"],
  ];
  for (const [index, [statement, expected]] of rows.entries())
    assert.equal(await same(statement, `row ${index}`), expected, `row ${index}`);
});

test("so is what a table is given without a cast", async () => {
  const terminal = uuid.replace("a", "b");
  const rows: ReadonlyArray<readonly [unknown, unknown, string]> = [
    [uuid, 5n, "taken"],
    [uuid, "5", "taken"],
    ["not-a-uuid", 5n, "22P02"],
    [uuid, 2n ** 63n, "22003"],
    [uuid, 1.5, "22P02"],
    [uuid, "1.5", "22P02"],
    [uuid, "5\u0000", "22021"],
  ];
  for (const [merchantId, sequence, expected] of rows) {
    const statement = sql`insert into arrivals.cursor (merchant_id, terminal_id, last_sequence)
      values (${merchantId}, ${terminal}, ${sequence}) returning merchant_id, last_sequence`;
    assert.equal(await same(statement, String(sequence)), expected, String(sequence));
  }
});
