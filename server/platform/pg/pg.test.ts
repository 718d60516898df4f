import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { pipeline } from "node:stream";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import pg from "pg";
import pino from "pino";
import { refuse, RefusalError, unwrap } from "../../kernel/result.ts";
import { CommitUnknownError, DatabaseUnavailableError } from "./errors.ts";
import { notify, openPg, type Tx } from "./pg.ts";
import { testDb, type TestDb } from "./testing.ts";

const merchantA = "mer_019a0000000070008000000000000001";
const merchantB = "mer_019a0000000070008000000000000002";
const silent = pino({ level: "silent" });
let db: TestDb;

before(async () => {
  db = await testDb();
  await sql`create schema shop`.execute(db.pg.owner);
  await sql`create table shop.sale (merchant_id uuid not null, number integer not null, primary key (merchant_id, number))`.execute(
    db.pg.owner,
  );
  await sql`grant usage on schema shop to huiyin_batch, huiyin_tenant`.execute(db.pg.owner);
  await sql`grant select, insert on shop.sale to huiyin_batch`.execute(db.pg.owner);
  await sql`call platform.isolate_by_merchant('shop.sale')`.execute(db.pg.owner);
});
after(() => db[Symbol.asyncDispose]());

const insertSale = (tx: Tx, number: number) =>
  sql`insert into shop.sale (merchant_id, number) values (${"019a0000-0000-7000-8000-000000000001"}, ${number})`.execute(
    tx,
  );

type Wire = AsyncDisposable & Readonly<{ url: string; turns(): number }>;

/** The database by way of us: how often a client spoke again after it had been answered. */
async function wireTo(databaseUrl: string): Promise<Wire> {
  const far = new URL(databaseUrl);
  const host = decodeURIComponent(far.hostname);
  const place = host.startsWith("/")
    ? { path: `${host}/.s.PGSQL.${far.port}` }
    : { host, port: Number(far.port) };
  let [turns, last] = [0, "server"];
  const listening = createServer({ noDelay: true }, (client) => {
    const server = connect(place);
    client.on("data", () => {
      if (last === "server") turns += 1;
      last = "client";
    });
    server.on("data", () => (last = "server"));
    pipeline(client, server, client, () => undefined);
  }).listen(0, "127.0.0.1");
  await once(listening, "listening");
  const { port } = listening.address() as AddressInfo;
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${port}`;
  const dispose = async (): Promise<void> => {
    listening.close();
    await once(listening, "close");
  };
  return { url: url.href, turns: () => turns, [Symbol.asyncDispose]: dispose };
}

async function countSales(): Promise<bigint> {
  const { rows } = await sql<{ count: bigint }>`select count(*) as count from shop.sale`.execute(db.pg.batch);
  return rows[0]!.count;
}

test("values arrive in the types that the product works with", async () => {
  const { rows } = await sql<Record<string, unknown>>`
    select 9007199254740993::int8 as big, '{1,null,-3}'::int8[] as bigs, timestamptz '2026-02-28 23:59:59.123+08' as at,
           date '2026-02-28' as day, '{"a":1}'::jsonb as json, '\\x00ff'::bytea as bytes, null::int8 as nothing`.execute(
    db.pg.batch,
  );
  assert.deepEqual(rows[0], {
    big: 9007199254740993n,
    bigs: [1n, null, -3n],
    at: new Date("2026-02-28T15:59:59.123Z"),
    day: "2026-02-28",
    json: { a: 1 },
    bytes: Buffer.from([0, 255]),
    nothing: null,
  });
});

test("bigints and dates are written as they were, alone and in arrays", async () => {
  const at = new Date("2026-02-28T15:59:59.123Z");
  const { rows } = await sql<Record<string, unknown>>`
    select ${9007199254740993n}::int8 as big, ${[1n, -3n]}::int8[] as bigs, ${at}::timestamptz as at, ${[at]}::timestamptz[] as times`.execute(
    db.pg.batch,
  );
  assert.deepEqual(rows[0], { big: 9007199254740993n, bigs: [1n, -3n], at, times: [at] });
});

test("each role is the one it says, and none is a superuser or above row-level security", async () => {
  const who = sql<{ name: string }>`select current_user::text as name`;
  const names = [
    (await who.execute(db.pg.batch)).rows[0]?.name,
    (await who.execute(db.pg.owner)).rows[0]?.name,
    await db.pg.tenant(merchantA, async (tx) => (await who.execute(tx)).rows[0]?.name),
    await db.pg.transaction(async (tx) => (await who.execute(tx)).rows[0]?.name),
  ];
  assert.deepEqual(names, ["huiyin_batch", "huiyin_owner", "huiyin_tenant", "huiyin_batch"]);
  const { rows } = await sql<{ rolname: string }>`
    select rolname from pg_roles where rolname like 'huiyin\\_%' and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)`.execute(
    db.pg.batch,
  );
  assert.deepEqual(rows, []);
});

test("a transaction that throws leaves nothing, and passes the error on unchanged", async () => {
  const before = await countSales();
  const refusal = db.pg.transaction(async (tx) => {
    await insertSale(tx, 100);
    unwrap(refuse("not_found", { what: "x" }));
  });
  await assert.rejects(
    refusal,
    (error) => error instanceof RefusalError && error.refusal.code === "not_found",
  );
  const swallowed = db.pg.transaction(async (tx) => {
    await insertSale(tx, 101);
    await sql`select 1 / 0`.execute(tx).catch(() => undefined);
  });
  await assert.rejects(swallowed, /rolled back instead of committed/);
  assert.equal(await countSales(), before);
});

test("a tenant sees its own rows alone without any WHERE, an operator sees all, and neither writes through a reader", async () => {
  await db.pg.transaction(async (tx) => {
    await sql`insert into shop.sale (merchant_id, number) values
      ('019a0000-0000-7000-8000-000000000001', 1), ('019a0000-0000-7000-8000-000000000002', 2)`.execute(tx);
  });
  const read = async (tx: Tx): Promise<number[]> =>
    (await sql<{ number: number }>`select number from shop.sale order by number`.execute(tx)).rows.map(
      (row) => row.number,
    );
  assert.deepEqual(await db.pg.tenant(merchantA, read), [1]);
  assert.deepEqual(await db.pg.tenant(merchantB, read), [2]);
  const { reader } = db.pg;
  assert.deepEqual(await reader({ role: "operator", credentialId: "key_1" }, read), [1, 2]);
  assert.deepEqual(
    await reader({ role: "merchant", merchantId: merchantB, credentialId: "key_1" }, read),
    [2],
  );
  assert.deepEqual(await reader({ role: "terminal", merchantId: merchantA, terminalId: "trm_1" }, read), [1]);
  const write = (tx: Tx) => insertSale(tx, 3);
  await assert.rejects(reader({ role: "operator", credentialId: "key_1" }, write), /read-only transaction/);
  await assert.rejects(db.pg.tenant(merchantA, write), /permission denied|read-only transaction/);
});

test("a merchant id that is no id is our bug and reaches no table", async () => {
  await assert.rejects(
    db.pg.tenant("mer_x' or true --", async () => 1),
    { name: "AssertionError" },
  );
});

test("a connection lost before COMMIT means that nothing was written", async () => {
  const before = await countSales();
  const work = db.pg.transaction(async (tx) => {
    await insertSale(tx, 200);
    await killBackend(tx);
    await insertSale(tx, 201);
  });
  await assert.rejects(work, DatabaseUnavailableError);
  assert.equal(await countSales(), before);
});

test("a connection lost under a statement that is alone is told as a database that is away", async () => {
  for (const database of [db.pg.batch, db.pg.owner]) {
    const sleeping = sql`select pg_sleep(60), 'alone'`.execute(database);
    await Promise.all([assert.rejects(sleeping, DatabaseUnavailableError), killAlone()]);
  }
});

test("a connection lost during COMMIT is neither success nor failure", async () => {
  const work = db.pg.transaction(async (tx) => {
    await insertSale(tx, 300);
    await killBackend(tx);
  });
  await assert.rejects(work, CommitUnknownError);
});

test("a COMMIT that the server refuses is a plain failure", async () => {
  await sql`create table shop.later (id integer primary key, parent integer references shop.later deferrable initially deferred)`.execute(
    db.pg.owner,
  );
  await sql`grant insert, select on shop.later to huiyin_batch`.execute(db.pg.owner);
  const work = db.pg.transaction((tx) => sql`insert into shop.later (id, parent) values (1, 2)`.execute(tx));
  await assert.rejects(work, (error) => error instanceof pg.DatabaseError && error.code === "23503");
});

test("a COMMIT for which the server has no room left is told as a database that is away", async () => {
  await sql`create table shop.full (id integer primary key)`.execute(db.pg.owner);
  await sql`grant insert on shop.full to huiyin_batch`.execute(db.pg.owner);
  await sql`create function shop.no_room() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$`.execute(db.pg.owner);
  await sql`create constraint trigger no_room after insert on shop.full deferrable initially deferred
    for each row execute function shop.no_room()`.execute(db.pg.owner);
  const work = db.pg.transaction((tx) => sql`insert into shop.full (id) values (1)`.execute(tx));
  await assert.rejects(work, DatabaseUnavailableError);
});

test("a server that cannot be reached is declared unavailable", async () => {
  const { username, password, pathname } = new URL(db.url);
  for (const host of ["127.0.0.1", encodeURIComponent("/nowhere")]) {
    const away = openPg({ url: `postgres://${username}:${password}@${host}:1${pathname}`, log: silent });
    await assert.rejects(
      away.transaction(async () => 1),
      (error) => error instanceof RefusalError && error.refusal.code === "unavailable",
      host,
    );
    await assert.rejects(
      away.tenant(merchantA, async () => 1),
      DatabaseUnavailableError,
      host,
    );
    await away.close();
  }
});

test("statements of a transaction that are asked for together are answered in that order", async () => {
  const answers = await db.pg.transaction((tx) =>
    Promise.all(
      [1, 2, 3].map(async (turn) => {
        await sql`insert into shop.later (id) values (${turn})`.execute(tx);
        const { rows } = await sql<{ count: string }>`select count(*)::text as count from shop.later`.execute(
          tx,
        );
        return [turn, rows[0]?.count];
      }),
    ),
  );
  assert.deepEqual(answers, [
    [1, "3"],
    [2, "3"],
    [3, "3"],
  ]);
});

test("of statements asked for together the first that fails is told, and nothing of them stays", async () => {
  const told: unknown[] = [];
  const work = db.pg.transaction(async (tx) => {
    const first = sql`insert into shop.later (id) values (${71})`.execute(tx);
    const wrong = sql`select 1 / ${0}::integer`.execute(tx);
    // The database says of this one only that its transaction is aborted.
    const behind = sql`insert into shop.later (id) values (${70})`.execute(tx);
    told.push(
      ...(await Promise.allSettled([first, wrong, behind])).map((one) => "reason" in one && one.reason),
    );
    await wrong;
  });
  await assert.rejects(work, /division by zero/);
  assert.deepEqual(told, [false, told[1], told[1]]);
  const { rows } = await sql`select id from shop.later where id >= 70`.execute(db.pg.batch);
  assert.deepEqual(rows, []);
});

test("statements asked for together cost one turn on the wire, whole transactions of them two", async () => {
  await using wire = await wireTo(db.url);
  const far = openPg({ url: wire.url, poolSize: 1, log: silent });
  const work = (tx: Tx): Promise<unknown> =>
    Promise.all([1, 2, 3].map((number) => sql`select ${number}::integer as number`.execute(tx)));
  await far.transaction(work);
  const before = wire.turns();
  await far.transaction(work, [merchantA]);
  assert.equal(wire.turns() - before, 2);
  await far.close();
});

test("outside of a transaction nothing is written: what BEGIN did not begin changes nothing", async () => {
  const stray = sql`insert into shop.later (id) values (${90})`.execute(db.pg.batch);
  await assert.rejects(stray, /read-only transaction/);
});

test("a transaction ends with none of its statements unanswered: nothing of it stays", async () => {
  const forgotten: Array<Promise<unknown>> = [];
  const work = db.pg.transaction(async (tx) => {
    await sql`insert into shop.later (id) values (${91})`.execute(tx);
    forgotten.push(sql`insert into shop.later (id) values (${92})`.execute(tx));
  });
  await assert.rejects(work, /has not been answered/);
  await Promise.allSettled(forgotten);
  const { rows } = await sql`select id from shop.later where id > 90`.execute(db.pg.batch);
  assert.deepEqual(rows, []);
});

test("a statement that comes after the end of its transaction is refused, and not run outside of it", async () => {
  const late: Array<Promise<unknown>> = [];
  const comesLater = async (tx: Tx, failing: Promise<unknown>): Promise<void> => {
    await failing.catch(() => undefined);
    // The work has failed by now, and the database has not yet answered to ROLLBACK.
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    await sql`insert into shop.later (id) values (80)`.execute(tx);
  };
  const work = db.pg.transaction(async (tx) => {
    const failing = sql`select 1 / ${0}::integer`.execute(tx);
    late.push(comesLater(tx, failing).catch(String));
    await failing;
  });
  await assert.rejects(work, /division by zero/);
  assert.match(String(await late[0]), /after the end of its transaction/);
  const { rows } = await sql`select id from shop.later where id = 80`.execute(db.pg.batch);
  assert.deepEqual(rows, []);
});

test("a notification is heard after COMMIT, not without it, and listening survives the loss of its connection", async () => {
  const heard: string[] = [];
  let tell = Promise.withResolvers<void>();
  const end = await db.pg.listen("news", {
    notified: (payload) => {
      heard.push(payload);
      tell.resolve();
    },
    resumed: () => {
      heard.push("(resumed)");
      tell.resolve();
    },
  });
  const rolledBack = db.pg.transaction(async (tx) => {
    await notify(tx, "news", "never");
    throw new Error("no");
  });
  await assert.rejects(rolledBack, /no/);
  await db.pg.transaction((tx) => notify(tx, "news", "first"));
  await tell.promise;
  tell = Promise.withResolvers();
  await asAdmin(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'huiyin_listener' and datname = current_database()`);
  await tell.promise;
  tell = Promise.withResolvers();
  await db.pg.notify("news", "second");
  await tell.promise;
  assert.deepEqual(heard, ["first", "(resumed)", "second"]);
  end();
});

/** Ends the connection on which a statement sleeps that says “alone”, as soon as it does. */
async function killAlone(): Promise<void> {
  const admin = new pg.Client({ connectionString: db.url });
  await admin.connect();
  const kill = `select pg_terminate_backend(pid) from pg_stat_activity
    where pid <> pg_backend_pid() and state = 'active' and query like 'select pg_sleep(60), ''alone''%'`;
  try {
    for (let look = 0; look < 1_000; look += 1) {
      if ((await admin.query(kill)).rows.length > 0) return;
      await sleep(10);
    }
    assert.fail("nothing sleeps that says “alone”");
  } finally {
    await admin.end();
  }
}

/** Ends the server process behind the transaction from a second connection, and waits until it is gone. */
async function killBackend(tx: Tx): Promise<void> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
  await asAdmin(`select pg_terminate_backend(${rows[0]!.pid}, 5000)`);
}

async function asAdmin(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: db.url });
  await client.connect();
  await client.query(statement);
  await client.end();
}
