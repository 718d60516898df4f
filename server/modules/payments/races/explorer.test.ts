// The instrument itself: it must find what is wrong, and only that.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import type { Pg } from "../../../platform/pg/pg.ts";
import { testDb, type TestDb } from "../../../platform/pg/testing.ts";
import { answerOf, explore } from "./testing/explorer.ts";

async function counterDb(): Promise<TestDb> {
  const db = await testDb();
  await sql`create schema races`.execute(db.pg.owner);
  await sql`create table races.counter (name text primary key, value integer not null)`.execute(db.pg.owner);
  await sql`grant usage on schema races to huiyin_batch`.execute(db.pg.owner);
  await sql`grant select, insert, update on races.counter to huiyin_batch`.execute(db.pg.owner);
  return db;
}

async function setCounters(db: TestDb): Promise<void> {
  await db.pg.transaction((tx) =>
    sql`insert into races.counter values ('a', 0), ('b', 0) on conflict (name) do update set value = 0`.execute(
      tx,
    ),
  );
}

async function valueOf(db: TestDb): Promise<number | undefined> {
  const { rows } = await sql<{ value: number }>`select value from races.counter where name = 'a'`.execute(
    db.pg.batch,
  );
  return rows[0]?.value;
}

/** Reads the counter and writes it back, one higher. */
function increment(lock: "locked" | "unlocked"): (pg: Pg) => Promise<void> {
  const forUpdate = sql.raw(lock === "locked" ? "for update" : "");
  return (pg) =>
    pg.transaction(async (tx) => {
      const { rows } = await sql<{ value: number }>`
        select value from races.counter where name = 'a' ${forUpdate}`.execute(tx);
      await sql`update races.counter set value = ${(rows[0]?.value ?? 0) + 1} where name = 'a'`.execute(tx);
    });
}

const incrementRace = (db: TestDb, lock: "locked" | "unlocked") => async () => {
  await setCounters(db);
  const actors = { first: increment(lock), second: increment(lock) };
  const check = async (): Promise<void> => assert.equal(await valueOf(db), 2);
  return { actors, check };
};

test("an update lost between reading and writing is found, and told statement by statement", async () => {
  await using db = await counterDb();
  await assert.rejects(
    explore(db, { interruptionsMax: 1 }, incrementRace(db, "unlocked")),
    (error: Error) => {
      assert.match(error.message, /in this order:\s+first: select value/);
      return true;
    },
  );
});

test("under a lock no order loses an update, and those that the lock forbids are not tried", async () => {
  await using db = await counterDb();
  // Whoever locks first runs to its end; the other may come in before each of its statements, and waits.
  const orders = await explore(db, {}, incrementRace(db, "locked"));
  assert.ok(orders >= 4 && orders <= 10, `${orders} orders`);
});

test("every order of two independent transactions is tried once", async () => {
  await using db = await counterDb();
  const read = (pg: Pg): Promise<unknown> =>
    pg.transaction(async (tx) => {
      await sql`select value from races.counter where name = 'a'`.execute(tx);
    });
  const race = async () => ({ actors: { first: read, second: read }, check: () => undefined });
  // Two steps each, reading and COMMIT: 4! / (2! 2!).
  assert.equal(await explore(db, {}, race), 6);
  // Without an interruption one runs after the other.
  assert.equal(await explore(db, { interruptionsMax: 0 }, race), 2);
});

test("two that wait for each other are found, and one of them is told", async () => {
  await using db = await counterDb();
  const update = (names: readonly string[]) => (pg: Pg) =>
    pg.transaction(async (tx) => {
      for (const name of names)
        await sql`update races.counter set value = value + 1 where name = ${name}`.execute(tx);
    });
  const race = async () => {
    await setCounters(db);
    return {
      actors: { first: update(["a", "b"]), second: update(["b", "a"]) },
      check: (outcomes: Parameters<typeof answerOf>[0]) => {
        answerOf(outcomes, "first");
        answerOf(outcomes, "second");
      },
    };
  };
  await assert.rejects(
    explore(db, { interruptionsMax: 1 }, race),
    /deadlock detected[\s\S]*nobody can go on/,
  );
});
