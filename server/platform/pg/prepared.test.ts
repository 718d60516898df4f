import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import type pg from "pg";
import { connectionConfig, databaseRoles } from "./connection.ts";
import { PreparingClient } from "./prepared.ts";
import { testDb, type TestDb } from "./testing.ts";

type Prepared = Readonly<{ statement: string; name: string; plans: bigint }>;

async function emptySchema({ pg: { owner } }: TestDb): Promise<void> {
  await sql`create schema prepared`.execute(owner);
  await sql`grant usage on schema prepared to huiyin_batch`.execute(owner);
}

test("a statement with parameters is prepared once on a connection, and answers as before", async () => {
  await using db = await testDb();
  await db.pg.transaction(async (tx) => {
    for (const number of [1, 2, 3]) {
      const { rows } = await sql<{ twice: number }>`select ${number}::integer * 2 as twice`.execute(tx);
      assert.deepEqual(rows, [{ twice: number * 2 }]);
    }
    const { rows } = await sql<Prepared>`
      select statement, name, generic_plans + custom_plans as plans from pg_prepared_statements`.execute(tx);
    assert.deepEqual(
      rows.map(({ statement, plans }) => [statement, plans]),
      [["select $1::integer * 2 as twice", 3n]],
    );
  });
});

test("a statement goes on when a column is added to its table under it, and finds a partition that is new", async () => {
  await using db = await testDb();
  await emptySchema(db);
  await sql`create table prepared.growing (id integer, note text) partition by range (id)`.execute(
    db.pg.owner,
  );
  await sql`create table prepared.growing_one partition of prepared.growing for values from (0) to (10)`.execute(
    db.pg.owner,
  );
  await sql`grant all on prepared.growing to huiyin_batch`.execute(db.pg.owner);
  const add = (id: number): Promise<unknown> =>
    db.pg.transaction((tx) =>
      sql`insert into prepared.growing (id, note) values (${id}, ${"note"}) returning id, note`.execute(tx),
    );
  for (let id = 0; id < 8; id += 1) await add(id);
  await sql`alter table prepared.growing add column more text`.execute(db.pg.owner);
  await add(8);
  await assert.rejects(add(12), /no partition/);
  await sql`create table prepared.growing_two partition of prepared.growing for values from (10) to (20)`.execute(
    db.pg.owner,
  );
  await add(12);
});

test("a statement that fails to be prepared may be tried again on the same connection", async () => {
  await using db = await testDb();
  await emptySchema(db);
  const look = (): Promise<unknown> =>
    sql`select ${1}::integer as one from prepared.later`.execute(db.pg.batch);
  await assert.rejects(look(), /does not exist/);
  await sql`create table prepared.later (id integer)`.execute(db.pg.owner);
  await sql`grant select on prepared.later to huiyin_batch`.execute(db.pg.owner);
  await look();
});

type Connected = AsyncDisposable & {
  client: pg.Client;
  /** The messages since the last call. */
  sent: () => string[];
  /** How often something was given to the operating system since the last call. */
  writes: () => number;
};

async function connected({ url }: TestDb): Promise<Connected> {
  const client = new PreparingClient({ ...connectionConfig(url, databaseRoles.batch), pipeline: true });
  await client.connect();
  const texts: string[] = [];
  // What the library writes to the wire: whole messages, with the text of a statement in them.
  const { stream } = client.connection;
  const write = stream.write.bind(stream) as (...words: unknown[]) => boolean;
  stream.write = (...words: unknown[]) => {
    texts.push(String(words[0]));
    return write(...words);
  };
  let given = 0;
  const writev = stream._writev?.bind(stream);
  stream._writev = (...words) => {
    given += 1;
    writev?.(...words);
  };
  const writes = (): number => {
    const count = given;
    given = 0;
    return count;
  };
  return { client, writes, sent: () => texts.splice(0), [Symbol.asyncDispose]: () => client.end() };
}

test("a transaction begins with its first statement: in one message with one that has no parameters", async () => {
  await using db = await testDb();
  await using one = await connected(db);
  const { client, sent } = one;
  await client.query("start transaction read write", []);
  assert.deepEqual(sent(), []);
  const { rows } = await client.query<{ value: string }>("select 'seen' as value", []);
  assert.deepEqual(rows, [{ value: "seen" }]);
  assert.equal(sent().length, 1);
  await client.query("rollback", []);
});

test("settings at the beginning of a transaction travel with what comes next", async () => {
  await using db = await testDb();
  await using one = await connected(db);
  const { client, sent } = one;
  await client.query("start transaction read write", []);
  await client.query("select set_config('huiyin.own', 'seen', true)", []);
  assert.deepEqual(sent(), []);
  assert.equal((await setting(client)).value, "seen");
  await client.query("rollback", []);
  assert.equal((await setting(client)).value, "");
});

test("a transaction begins before a first statement with parameters, which is a part of it", async () => {
  await using db = await testDb();
  await using one = await connected(db);
  const { client } = one;
  await client.query("start transaction read write", []);
  await client.query("select set_config('huiyin.own', $1, true)", ["seen"]);
  assert.equal((await setting(client)).value, "seen");
  const { command } = await client.query("commit", []);
  assert.equal(command, "COMMIT");
  assert.equal((await setting(client)).value, "");
});

test("a transaction whose first statement fails has begun and is ended as usual", async () => {
  await using db = await testDb();
  await using one = await connected(db);
  const { client } = one;
  for (const values of [[], [1]]) {
    await client.query("start transaction read write", []);
    await assert.rejects(client.query(`select 1 / (${values.length} - ${values.length})`, values));
    await assert.rejects(client.query("select 1", []), /current transaction is aborted/);
    assert.equal((await client.query("commit", [])).command, "ROLLBACK");
  }
  await client.query("select 1", []);
});

test("a transaction without statements sends nothing", async () => {
  await using db = await testDb();
  await using one = await connected(db);
  const { client, sent } = one;
  for (const end of ["commit", "rollback"]) {
    await client.query("start transaction read only", []);
    assert.equal((await client.query(end, [])).command, end.toUpperCase());
  }
  assert.deepEqual(sent(), []);
  await client.query("select 1", []);
});

async function setting(client: pg.Client): Promise<{ value: string | null }> {
  const { rows } = await client.query<{ value: string | null }>(
    "select current_setting('huiyin.own', true) as value",
    [],
  );
  return rows[0] ?? { value: null };
}

test("what is asked for at once is written at once", async () => {
  await using db = await testDb();
  await using one = await connected(db);
  const { client, writes } = one;
  await client.query("select $1::integer as value", [0]);
  writes();
  const answers = await Promise.all(
    [1, 2, 3].map((value) => client.query<{ value: number }>("select $1::integer as value", [value])),
  );
  assert.deepEqual(
    answers.map(({ rows }) => rows[0]?.value),
    [1, 2, 3],
  );
  assert.equal(writes(), 1);
});
