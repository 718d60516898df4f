import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
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
