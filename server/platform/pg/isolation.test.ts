// The second wall between merchants, shown for every table there is: with no WHERE at all, a tenant sees its own.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import pg from "pg";
import { idOf } from "../../kernel/ids.ts";
import { connectionConfig, databaseRoles } from "./connection.ts";
import { testDb, type TestDb } from "./testing.ts";

const merchantA = "019a0000-0000-7000-8000-00000000000a";
const merchantB = "019a0000-0000-7000-8000-00000000000b";
const forbidden = "42501";

type Table = Readonly<{
  name: string;
  isPartition: boolean;
  secured: boolean;
  forced: boolean;
  /** Columns that the tenant role may read. */
  readable: string[];
  /** Columns without which no row can be planted: those of the primary key. */
  keyColumns: { name: string; type: string }[];
}>;

let db: TestDb;
let tables: readonly Table[];
let admin: pg.Client;
let tenant: pg.Client;
let batch: pg.Client;

before(async () => {
  db = await testDb();
  admin = new pg.Client({ connectionString: db.url });
  tenant = new pg.Client(connectionConfig(db.url, databaseRoles.tenant));
  batch = new pg.Client(connectionConfig(db.url, databaseRoles.batch));
  await Promise.all([admin.connect(), tenant.connect(), batch.connect()]);
  tables = await readTables();
  for (const table of tables.filter((one) => !one.isPartition)) await plant(table);
});
after(async () => {
  await Promise.all([admin.end(), tenant.end(), batch.end()]);
  await db[Symbol.asyncDispose]();
});

async function readTables(): Promise<Table[]> {
  const { rows } = await admin.query<Table>(`
    select c.oid::regclass::text as name, c.relispartition as "isPartition",
           c.relrowsecurity as secured, c.relforcerowsecurity as forced,
           array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                 and has_column_privilege('huiyin_tenant', c.oid, a.attnum, 'select') order by a.attnum) as readable,
           coalesce((select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)))
                     from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
                     where i.indrelid = c.oid and i.indisprimary), '[]') as "keyColumns"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')
      and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'merchant_id' and not a.attisdropped)
    order by 1`);
  return rows;
}

/** One row for each merchant. What a row would otherwise need is dropped in this clone; the walls are left as they are. */
async function plant(table: Table): Promise<void> {
  const constraints = await admin.query<{ name: string }>(
    `select conname as name from pg_constraint where conrelid = $1::regclass and contype in ('c', 'f') and conparentid = 0`,
    [table.name],
  );
  for (const { name } of constraints.rows) {
    await admin.query(
      `alter table ${table.name} drop constraint if exists ${admin.escapeIdentifier(name)} cascade`,
    );
  }
  const required = await admin.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and attnotnull and not attisdropped
       and attgenerated = '' and attnum <> all (coalesce((select indkey::int2[] from pg_index where indrelid = attrelid and indisprimary), '{}'))`,
    [table.name],
  );
  for (const { name } of required.rows) {
    await admin.query(`alter table ${table.name} alter column ${admin.escapeIdentifier(name)} drop not null`);
  }
  await admin.query("set session_replication_role = replica");
  for (const [index, merchantId] of [merchantA, merchantB].entries()) {
    const columns = table.keyColumns.filter((column) => column.name !== "merchant_id");
    const names = ["merchant_id", ...columns.map((column) => column.name)].map((name) =>
      admin.escapeIdentifier(name),
    );
    const values = columns.map((column) => admin.escapeLiteral(sample(column.type, index)));
    await admin.query(
      `insert into ${table.name} (${names.join(", ")}) values (${[`'${merchantId}'`, ...values].join(", ")})`,
    );
  }
}

function sample(type: string, index: number): string {
  if (type === "uuid") return `019a0000-0000-7000-8000-0000000000${index}0`;
  if (type.startsWith("timestamp") || type === "date") return `2026-01-0${index + 1}`;
  if (type === "bytea") return `\\x0${index}`;
  if (type === "boolean") return index === 0 ? "true" : "false";
  return String(index + 1);
}

/** Runs a statement as the tenant role, for merchant A unless told otherwise. Always rolled back. */
async function asTenant(
  statement: string,
  merchantId: string | null = merchantA,
): Promise<pg.QueryResult<Record<string, unknown>> | string> {
  // What stops it is to be its rights, not the mode of the transaction.
  await tenant.query("start transaction read write");
  try {
    if (merchantId !== null)
      await tenant.query("select set_config('huiyin.merchant_id', $1, true)", [merchantId]);
    return await tenant.query(statement);
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  } finally {
    await tenant.query("rollback");
  }
}

const merchantsOf = (result: pg.QueryResult<Record<string, unknown>> | string): unknown[] => {
  assert.ok(typeof result !== "string", `refused with ${String(result)}`);
  return [...new Set(result.rows.map((row) => row["merchant_id"]))];
};

test("there are tables to speak of, and each really holds rows of both merchants", async () => {
  assert.ok(tables.length >= 5, `${tables.length} tables`);
  for (const { name, isPartition } of tables) {
    if (isPartition) continue;
    const { rows } = await admin.query<{ merchants: number }>(
      `select count(distinct merchant_id)::int as merchants from ${name}`,
    );
    assert.equal(rows[0]?.merchants, 2, name);
  }
});

test("every table of merchants forces row-level security on everybody, or is a partition that nobody reaches directly", async () => {
  for (const table of tables) {
    if (!table.isPartition) {
      assert.ok(table.secured && table.forced, `${table.name} has no forced row-level security`);
      continue;
    }
    const { rows } = await admin.query<{ reachable: boolean }>(
      `select bool_or(has_table_privilege(role, $1::regclass, privilege) or has_any_column_privilege(role, $1::regclass, 'select')) as reachable
       from unnest('{huiyin_tenant,huiyin_batch}'::name[]) role, unnest('{select,insert,update,delete,truncate}'::text[]) privilege`,
      [table.name],
    );
    assert.ok(
      (table.secured && table.forced) || rows[0]?.reachable === false,
      `${table.name} can be reached past its parent`,
    );
  }
});

test("the only policy that lets a tenant in reads rows of the merchant named in the transaction", async () => {
  for (const { name, isPartition } of tables) {
    const { rows } = await admin.query<{ command: string; rule: string; check: string | null }>(
      `select polcmd as command, pg_get_expr(polqual, polrelid) as rule, pg_get_expr(polwithcheck, polrelid) as check
       from pg_policy where polrelid = $1::regclass and polroles && array[0, 'huiyin_tenant'::regrole::oid]`,
      [name],
    );
    if (isPartition && rows.length === 0) continue;
    assert.deepEqual(
      rows,
      [{ command: "r", rule: "(merchant_id = platform.current_merchant_id())", check: null }],
      name,
    );
  }
});

test("without any WHERE a tenant sees its own rows, and nothing of another merchant", async () => {
  let seen = 0;
  for (const { name, readable } of tables) {
    const columns = readable.map((column) => tenant.escapeIdentifier(column)).join(", ");
    if (!readable.includes("merchant_id")) {
      assert.equal(await asTenant(`select * from ${name}`), forbidden, name);
      continue;
    }
    assert.deepEqual(merchantsOf(await asTenant(`select ${columns} from ${name}`)), [merchantA], name);
    assert.deepEqual(
      merchantsOf(await asTenant(`select ${columns} from ${name}`, merchantB)),
      [merchantB],
      name,
    );
    assert.deepEqual(
      merchantsOf(await asTenant(`select ${columns} from ${name} where merchant_id = '${merchantB}'`)),
      [],
      name,
    );
    seen += 1;
  }
  assert.ok(seen >= 5, `${seen} tables could be read`);
});

test("a tenant that was not named sees nothing, also on a connection that served another one before", async () => {
  for (const { name, readable } of tables) {
    if (!readable.includes("merchant_id")) continue;
    await asTenant(`select 1`, merchantA);
    for (const merchantId of [null, ""])
      assert.deepEqual(merchantsOf(await asTenant(`select merchant_id from ${name}`, merchantId)), [], name);
  }
});

test("a tenant writes nothing, neither its own nor another merchant’s", async () => {
  for (const { name } of tables) {
    for (const merchantId of [merchantA, merchantB]) {
      const statements = [
        `insert into ${name} (merchant_id) values ('${merchantId}')`,
        `update ${name} set merchant_id = '${merchantId}'`,
        `delete from ${name}`,
        `truncate ${name}`,
      ];
      for (const statement of statements) assert.equal(await asTenant(statement), forbidden, statement);
    }
  }
});

test("even where a mistaken grant lets a tenant write, the policies stop it at every row", async () => {
  for (const { name, isPartition } of tables) {
    if (isPartition) continue;
    await admin.query(`grant select, insert, update, delete on ${name} to huiyin_tenant`);
    assert.equal(
      await asTenant(`insert into ${name} (merchant_id) values ('${merchantB}')`).then(codeOrCount),
      forbidden,
      name,
    );
    assert.equal(await asTenant(`update ${name} set merchant_id = merchant_id`).then(codeOrCount), 0, name);
    assert.equal(await asTenant(`delete from ${name}`).then(codeOrCount), 0, name);
    assert.deepEqual(merchantsOf(await asTenant(`select * from ${name}`)), [merchantA], name);
  }
});

const nobodyNamed = "no transaction that names its merchants touches it";
const office = `one merchant’s office changes it, by itself: ${nobodyNamed}`;
const device = `a terminal’s connection, which names nobody: ${nobodyNamed}`;
const asking = `a conversation about one payment, read and written by itself: ${nobodyNamed}`;

/** Tables of merchants that batches of payments need not be held on, and why. All others are held. */
const notHeld: ReadonlyMap<string, string> = new Map([
  ["diagnosis.answer", asking],
  ["diagnosis.diagnosis", asking],
  ["diagnosis.remedy", asking],
  ["diagnosis.remedy_event", asking],
  ["diagnosis.revision", asking],
  ["identity.credential", "read before anybody knows whose request it is"],
  ["identity.session", "read before anybody knows whose request it is"],
  ["identity.sign_in_link", "read before anybody knows whose request it is"],
  ["merchants.alternative_account_history", office],
  ["merchants.capability", office],
  ["merchants.capability_history", office],
  ["merchants.capability_live", office],
  ["merchants.channel_account_history", office],
  ["merchants.credit_acceptance_history", office],
  ["merchants.fee_schedule", office],
  ["merchants.merchant", office],
  ["merchants.store", office],
  ["store_codes.store_code", office],
  ["terminals.activation", device],
  ["terminals.manager_code", device],
  ["terminals.nonce", device],
  ["terminals.presence", device],
  ["terminals.session", device],
  ["terminals.telemetry", device],
  ["terminals.terminal", device],
]);

/** Tables that a batch of payments, or what follows from one, reads and writes. */
const moneyPath = (): string[] =>
  tables.filter(({ name, isPartition }) => !isPartition && !notHeld.has(name)).map(({ name }) => name);

/** Runs a statement as the batch role, held to these merchants where any are named. Always rolled back. */
async function asBatch(
  statement: string,
  merchants: readonly string[] | null,
): Promise<pg.QueryResult<Record<string, unknown>> | string> {
  await batch.query("start transaction read write");
  try {
    if (merchants !== null)
      await batch.query("select set_config('huiyin.merchants', $1, true)", [`{${merchants.join(",")}}`]);
    return await batch.query(statement);
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  } finally {
    await batch.query("rollback");
  }
}

test("every table of merchants is held to those that a batch names, but for the ones that say why not", async () => {
  const { rows } = await admin.query<{ name: string }>(
    `select polrelid::regclass::text as name from pg_policy
     where polname = 'named_merchants' and not polpermissive and polroles = array['huiyin_batch'::regrole::oid] order by 1`,
  );
  assert.deepEqual(
    rows.map(({ name }) => name),
    moneyPath(),
  );
  const known = new Set(tables.map(({ name }) => name));
  assert.deepEqual(
    [...notHeld.keys()].filter((name) => !known.has(name)),
    [],
  );
});

test("a batch that names its merchants reads and writes no row of another on the money path, whatever a statement says", async () => {
  for (const name of moneyPath()) {
    // What the verbs of the batch role leave out must not be what stops it here.
    await admin.query(`grant select, insert, update, delete on ${name} to huiyin_batch`);
    assert.deepEqual(merchantsOf(await asBatch(`select * from ${name}`, [merchantA])), [merchantA], name);
    assert.equal(
      await asBatch(`insert into ${name} (merchant_id) values ('${merchantB}')`, [merchantA]).then(
        codeOrCount,
      ),
      forbidden,
      name,
    );
    assert.equal(
      await asBatch(`update ${name} set merchant_id = '${merchantB}'`, [merchantA]).then(codeOrCount),
      forbidden,
      name,
    );
    for (const statement of [`update ${name} set merchant_id = merchant_id`, `delete from ${name}`])
      assert.equal(await asBatch(statement, [merchantA]).then(codeOrCount), 1, `${name}: ${statement}`);
    const both = await asBatch(`select * from ${name} order by merchant_id`, [merchantA, merchantB]);
    assert.deepEqual(merchantsOf(both), [merchantA, merchantB], name);
  }
});

test("a batch that names nobody works for the platform, also on a connection that was held to somebody before", async () => {
  for (const name of moneyPath()) {
    await asBatch("select 1", [merchantA]);
    const all = await asBatch(`select * from ${name} order by merchant_id`, null);
    assert.deepEqual(merchantsOf(all), [merchantA, merchantB], name);
  }
});

test("the product’s own reader shows the same", async () => {
  const principal = { role: "merchant", merchantId: idOf("mer", merchantA), credentialId: "key_1" } as const;
  const { rows } = await db.pg.reader(principal, (tx) =>
    sql`select merchant_id from identity.credential`.execute(tx),
  );
  assert.deepEqual(rows, [{ merchant_id: merchantA }]);
});

test("no role of the product stands above the policies, and no view or function carries a tenant past them", async () => {
  const roles = await admin.query(
    `select rolname from pg_roles where rolname like 'huiyin\\_%' and (rolsuper or rolbypassrls or rolcreaterole or rolcanlogin)`,
  );
  assert.deepEqual(roles.rows, []);
  const memberships = await admin.query(
    `select 1 from pg_auth_members where member in (select oid from pg_roles where rolname in ('huiyin_tenant', 'huiyin_batch'))`,
  );
  assert.equal(memberships.rowCount, 0);
  const views = await admin.query(
    `select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('v', 'm') and n.nspname not in ('pg_catalog', 'information_schema')
       and has_any_column_privilege('huiyin_tenant', c.oid, 'select')
       and not coalesce('security_invoker=true' = any (c.reloptions), false)`,
  );
  assert.deepEqual(views.rows, []);
  const functions = await admin.query(
    `select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema')`,
  );
  assert.deepEqual(functions.rows, []);
});

function codeOrCount(result: pg.QueryResult<Record<string, unknown>> | string): string | number | null {
  return typeof result === "string" ? result : result.rowCount;
}
