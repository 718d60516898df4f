// A backup and its restore on two real databases: what comes back, what is refused, what an interruption leaves.
import assert from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { getConstructionPlans } from "pg-boss";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { migrate } from "../pg/migrate.ts";
import { emptyTestDb, testDb } from "../pg/testing.ts";
import { readArchive, writeArchive } from "./archive.ts";
import { readTables } from "./catalog.ts";
import { BackupError, nameOf, type Facts, type Manifest } from "./model.ts";
import { checkBackup, restoreBackup } from "./restore.ts";
import { verifyBackup } from "./verify.ts";
import { writeBackup } from "./write.ts";

const masterKeyId = "0a1b2c3d";
const now = new Date("2026-11-22T03:04:05Z");
const merchant = "019a0000-0000-7000-8000-000000000001";
const awkward = "制表\t换行\n反斜线\\N 引号\"' 空 \\. 🐟";

let directory: string;
before(() => void (directory = mkdtempSync(join(tmpdir(), "huiyin-backup-test-"))));
after(() => rmSync(directory, { recursive: true, force: true }));

let fileCount = 0;
const newFile = (): string => join(directory, `backup-${(fileCount += 1)}.tar.zst`);

async function run<T extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<T>(text, values)).rows;
  } finally {
    await client.end();
  }
}

async function observe(client: pg.ClientBase): Promise<Facts> {
  const { rows } = await client.query<{ count: string }>("select count(*) as count from ledger.head");
  return { heads: rows[0]?.count ?? "" };
}

/** Rows in a month, rows outside of every month, values that are hard to write, a job that waits. */
async function fill(url: string): Promise<void> {
  await run(
    url,
    `insert into merchants.merchant (merchant_id, number, name_zh, name_en, mcc, region, state, revision, created_at)
     values ($1, '10000001', '回音', 'Echo', '5814', '310106', 'active', 7, '2026-11-01T00:00:00.123456Z')`,
    [merchant],
  );
  await run(
    url,
    `insert into merchants.store (merchant_id, store_id, no, name_zh, name_en, address, created_at)
     values ($1, '019a0000-0000-7000-8000-000000000002', 'S1', $2, 'A', $3, '2026-11-01T00:00:00Z')`,
    [merchant, awkward, awkward],
  );
  await run(
    url,
    `create table ledger.journal_202611 partition of ledger.journal
       for values from ('019a3b00-0000-0000-0000-000000000000') to ('019ad700-0000-0000-0000-000000000000');
     alter table ledger.journal_202611 owner to huiyin_owner;
     create table ledger.journal_202508 (like ledger.journal including all);
     alter table ledger.journal_202508 owner to huiyin_owner;
     alter table ledger.journal_202508 drop column currency;
     insert into ledger.journal_202508 (merchant_id, subject_id, fact, sequence, recorded_at, accounts, amounts, previous_hash, hash)
     values ('${merchant}', '01900000-0000-7000-8000-000000000009', 'succeeded', 1, '2025-08-05T01:02:03.004Z', '{a,b}', '{1,-1}',
       sha256('a'), sha256('b'));
     insert into ledger.head (merchant_id, sequence, hash) values ('${merchant}', 2, sha256('head'));
     insert into ledger.journal (merchant_id, subject_id, fact, sequence, recorded_at, currency, accounts, amounts, previous_hash, hash)
     select '${merchant}', subject::uuid, 'succeeded', n, '2026-11-05T01:02:03.004Z', 'CNY', '{channel:alipay,"merchant:payable"}', array[n, -n]::bigint[],
            sha256('a'), sha256('b')
     from (values ('019a4b00-0000-7000-8000-000000000001', 1), ('01900000-0000-7000-8000-000000000001', 2)) as r (subject, n)`,
  );
  await run(url, `set role huiyin_owner; ${getConstructionPlans("pgboss")}`);
  await run(
    url,
    `set role huiyin_owner;
     insert into pgboss.queue (name, policy, retry_limit, retry_delay, retry_backoff, expire_seconds, retention_seconds, deletion_seconds, partition, table_name)
     values ('merchants-follow', 'short', 1, 1, true, 60, 60, 60, false, 'job_common');
     insert into pgboss.job (name, data, singleton_key, policy) values ('merchants-follow', '{"a": "b\\nc"}', 'k', 'short')`,
  );
}

type Fingerprint = Readonly<Record<string, string>>;

/** Every row of every table as text, whatever its order; and how the tables are protected. */
async function fingerprintOf(url: string): Promise<Fingerprint> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found: Record<string, string> = {};
    for (const table of await readTables(client)) {
      const name = nameOf(table);
      const { rows } = await client.query<{ text: string }>(
        `select coalesce(string_agg(t::text, E'\\n' order by t::text), '') as text
         from (select ${table.columns.map((column) => client.escapeIdentifier(column)).join(", ")} from ${table.schema}.${client.escapeIdentifier(table.name)}) t`,
      );
      found[name] = rows[0]?.text ?? "";
    }
    const { rows } = await client.query<{ text: string }>(
      `select string_agg(concat_ws(' ', n.nspname, c.relname, c.relrowsecurity, c.relforcerowsecurity,
                pg_get_expr(c.relpartbound, c.oid)), E'\\n' order by n.nspname, c.relname) as text
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p') and pg_get_userbyid(n.nspowner) = 'huiyin_owner'`,
    );
    const migrations = await client.query<{ text: string }>(
      `select string_agg(m::text, E'\\n' order by number) as text from platform.migration m`,
    );
    return { ...found, tables: rows[0]?.text ?? "", migrations: migrations.rows[0]?.text ?? "" };
  } finally {
    await client.end();
  }
}

const silent = { log: (): void => undefined, observe };

async function backUp(url: string): Promise<string> {
  const file = newFile();
  await writeBackup({ databaseUrl: url, file, productVersion: "0.1.0", masterKeyId, now, observe });
  return file;
}

test("whatever was there is there again: awkward text, months, rows outside of months, waiting jobs, protection", async () => {
  await using source = await testDb();
  await fill(source.url);
  const file = await backUp(source.url);
  assert.equal(statSync(file).mode & 0o077, 0, "others could read payers' data");
  await using target = await emptyTestDb();
  const backup = await checkBackup(file, masterKeyId);
  assert.equal(backup.head.createdAt, now.toISOString());
  const { rows, migrated } = await restoreBackup(backup, { databaseUrl: target.url, ...silent });
  assert.deepEqual(migrated, []);
  assert.equal(
    rows,
    backup.manifest.tables.reduce((sum, table) => sum + table.rows, 0),
  );
  assert.deepEqual(await fingerprintOf(target.url), await fingerprintOf(source.url));
  const [store] = await run<{ address: string }>(target.url, "select address from merchants.store");
  assert.equal(store?.address, awkward);
  assert.deepEqual(await migrate(target.url, { log: () => undefined }), [], "a platform starts on it");
});

test("a login that is no superuser backs up and restores", async () => {
  await using source = await testDb();
  await fill(source.url);
  await using target = await emptyTestDb();
  const login = `plain_${new URL(target.url).pathname.slice(6)}`;
  await run(
    source.url,
    `create role ${login} login password 'plain'; grant huiyin_owner, huiyin_batch, huiyin_tenant to ${login};`,
  );
  await run(target.url, `alter database ${new URL(target.url).pathname.slice(1)} owner to ${login}`);
  const asPlain = (url: string): string => {
    const changed = new URL(url);
    changed.username = login;
    changed.password = "plain";
    return changed.href;
  };
  const backup = await checkBackup(await backUp(asPlain(source.url)), masterKeyId);
  await restoreBackup(backup, { databaseUrl: asPlain(target.url), ...silent });
  assert.deepEqual(await fingerprintOf(target.url), await fingerprintOf(source.url));
});

test("the snapshot is one moment: what is committed while it is written is not in it, not even in part", async () => {
  await using source = await testDb();
  await fill(source.url);
  const file = newFile();
  await writeBackup({
    ...{ databaseUrl: source.url, file, productVersion: "0.1.0", masterKeyId, now },
    observe: async (client) => {
      // The tables are written already; whoever reads now must see what they saw.
      await run(source.url, `update ledger.head set sequence = 3; delete from merchants.store`);
      const { rows } = await client.query<{ text: string }>(
        "select (select sequence from ledger.head) || ' ' || (select count(*) from merchants.store) as text",
      );
      return { text: rows[0]?.text ?? "" };
    },
  });
  assert.deepEqual((await verifyBackup(file)).manifest.facts, { text: "2 1" });
});

test("a schema that is older than the program comes back as it was, then is migrated", async () => {
  const product = fileURLToPath(new URL("../../db/migrations/", import.meta.url));
  const names = readdirSync(product).sort();
  const older = mkdtempSync(join(directory, "older-"));
  for (const name of names.slice(0, -1)) copyFileSync(join(product, name), join(older, name));
  await using source = await emptyTestDb();
  await migrate(source.url, { log: () => undefined, directory: older });
  await using target = await emptyTestDb();
  const backup = await checkBackup(await backUp(source.url), masterKeyId);
  const { migrated } = await restoreBackup(backup, { databaseUrl: target.url, ...silent });
  assert.deepEqual(migrated, names.slice(-1));
});

/** The same backup with some entries changed; compressed anew, so that only our own hashes can notice. */
async function altered(
  file: string,
  change: (name: string, bytes: Buffer) => Buffer | null,
): Promise<string> {
  const entries: Array<readonly [string, Buffer]> = [];
  for await (const { name, chunks } of readArchive(file)) {
    const parts: Buffer[] = [];
    for await (const chunk of chunks) parts.push(chunk);
    const changed = change(name, Buffer.concat(parts));
    if (changed !== null) entries.push([name, changed]);
  }
  const target = newFile();
  await writeArchive(target, now, async (add) => {
    for (const [name, bytes] of entries) await add(name, bytes);
  });
  return target;
}

test("a file that is not what was written is refused by name, before anything is touched", async () => {
  await using source = await testDb();
  await fill(source.url);
  const file = await backUp(source.url);
  const whole = readFileSync(file);
  const raw = (bytes: Buffer): string => {
    const target = newFile();
    writeFileSync(target, bytes);
    return target;
  };
  const flipped = Buffer.from(whole);
  flipped.writeUInt8(flipped.readUInt8(whole.length >> 1) ^ 0xff, whole.length >> 1);
  const store = /merchants\.store/;
  const rows: ReadonlyArray<readonly [string, string, RegExp]> = [
    ["a byte is changed", raw(flipped), /damaged/],
    // The very last frame is an empty one that compression adds: 13 bytes without meaning.
    ["the end is cut off", raw(whole.subarray(0, whole.length - 14)), /damaged|not whole/],
    ["half is missing", raw(whole.subarray(0, whole.length >> 1)), /damaged|not whole/],
    ["it is empty", raw(Buffer.alloc(0)), /not a backup|damaged/],
    ["it is something else", raw(Buffer.from("hello, world")), /damaged|not a backup/],
    ["it is not there", join(directory, "nowhere"), /There is no file/],
    [
      "one row is missing",
      await altered(file, (name, bytes) => (store.test(name) ? Buffer.alloc(0) : bytes)),
      /merchants\.store has 0 rows instead of 1/,
    ],
    [
      "one value is changed",
      await altered(file, (name, bytes) =>
        store.test(name) ? Buffer.from(bytes.toString().replace("S1", "S2")) : bytes,
      ),
      /SHA-256 of merchants\.store \(1 rows\)/,
    ],
    [
      "a whole part is missing",
      await altered(file, (name, bytes) => (store.test(name) ? null : bytes)),
      /merchants\.store has 0 rows instead of 1/,
    ],
    [
      "the manifest is missing",
      await altered(file, (name, bytes) => (name === "manifest.json" ? null : bytes)),
      /not whole/,
    ],
    [
      "the head is changed",
      await altered(file, (name, bytes) =>
        name === "head.json" ? Buffer.concat([bytes, Buffer.from(" ")]) : bytes,
      ),
      /head\.json/,
    ],
    [
      "it has a later format",
      await altered(file, (name, bytes) =>
        name === "head.json"
          ? Buffer.from(bytes.toString().replace('"formatVersion": 1', '"formatVersion": 2'))
          : bytes,
      ),
      /version 2 of the format/,
    ],
  ];
  for (const [what, damagedFile, look] of rows) {
    await assert.rejects(checkBackup(damagedFile, masterKeyId), { name: "BackupError", message: look }, what);
  }
  await verifyBackup(file);
});

test("another master key, a newer schema and a changed migration are refused, and nothing is written", async () => {
  await using source = await testDb();
  const file = await backUp(source.url);
  await assert.rejects(checkBackup(file, "ffffffff"), /another master key.*0a1b2c3d.*ffffffff/);
  const head = (change: (text: string) => string): Promise<string> =>
    altered(file, (name, bytes) => (name === "head.json" ? Buffer.from(change(bytes.toString())) : bytes));
  const newer = await head((text) => text.replace('"number": 1,', '"number": 9001,'));
  await assert.rejects(checkBackup(newer, masterKeyId), /schema that this program cannot restore/);
  const changed = await head((text) => text.replace(/"checksum": "..../, '"checksum": "0000'));
  await assert.rejects(checkBackup(changed, masterKeyId), /changed after it had been applied/);
});

test("a database that holds anything, or that a platform uses, is left alone", async () => {
  await using source = await testDb();
  const backup = await checkBackup(await backUp(source.url), masterKeyId);
  await assert.rejects(
    restoreBackup(backup, { databaseUrl: source.url, ...silent }),
    /not empty.*ledger.*payments/,
  );
  await using foreign = await emptyTestDb();
  await run(foreign.url, "create table public.theirs (id int)");
  await assert.rejects(restoreBackup(backup, { databaseUrl: foreign.url, ...silent }), /not empty.*public/);
  await using used = await emptyTestDb();
  const url = new URL(used.url);
  url.searchParams.set("application_name", "huiyin_batch");
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await assert.rejects(restoreBackup(backup, { databaseUrl: used.url, ...silent }), /A platform is using/);
  } finally {
    await client.end();
  }
  await restoreBackup(backup, { databaseUrl: used.url, ...silent });
});

test("an interrupted restore leaves nothing but a mark, with which no platform starts, and is repeated", async () => {
  await using source = await testDb();
  await fill(source.url);
  const backup = await checkBackup(await backUp(source.url), masterKeyId);
  await using target = await emptyTestDb();
  const cutOff = async (client: pg.ClientBase): Promise<Facts> => {
    // Everything is loaded and nothing committed: the worst moment to die.
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    await run(target.url, "select pg_terminate_backend($1, 5000)", [rows[0]?.pid]);
    return {};
  };
  await assert.rejects(restoreBackup(backup, { databaseUrl: target.url, ...silent, observe: cutOff }));
  const schemas = await run<{ name: string }>(
    target.url,
    "select nspname as name from pg_namespace where nspname !~ '^pg_' and nspname not in ('information_schema', 'public')",
  );
  assert.deepEqual(schemas, [{ name: "huiyin_restore" }]);
  await assert.rejects(migrate(target.url, { log: () => undefined }), /was not finished.*huiyin restore/s);
  await assert.rejects(
    writeBackup({ databaseUrl: target.url, file: newFile(), productVersion: "0", masterKeyId, now, observe }),
    /was not finished/,
  );
  await restoreBackup(backup, { databaseUrl: target.url, ...silent });
  assert.deepEqual(await fingerprintOf(target.url), await fingerprintOf(source.url));
});

test("facts that differ after loading undo the restore", async () => {
  await using source = await testDb();
  await fill(source.url);
  const backup = await checkBackup(await backUp(source.url), masterKeyId);
  await using target = await emptyTestDb();
  const observeOther = async (): Promise<Facts> => ({ heads: "2" });
  await assert.rejects(
    restoreBackup(backup, { databaseUrl: target.url, ...silent, observe: observeOther }),
    /heads is 2; in the backup it was 1/,
  );
  assert.deepEqual(await run(target.url, "select 1 from pg_namespace where nspname = 'ledger'"), []);
});

test("an interrupted backup leaves no file, and no backup replaces another", async () => {
  await using source = await testDb();
  await fill(source.url);
  const file = newFile();
  const controller = new AbortController();
  const options = { databaseUrl: source.url, file, productVersion: "0", masterKeyId, now };
  const interruptedAt = async (): Promise<Facts> => {
    assert.ok(existsSync(`${file}.unfinished`) && !existsSync(file), "it has its name only when it is whole");
    controller.abort(new Error("stopped"));
    controller.signal.throwIfAborted();
    return {};
  };
  await assert.rejects(
    writeBackup({ ...options, observe: interruptedAt, signal: controller.signal }),
    /stopped/,
  );
  assert.deepEqual(
    readdirSync(directory).filter((name) => name.startsWith(file.slice(directory.length + 1))),
    [],
  );
  await writeBackup({ ...options, observe });
  const first = readFileSync(file);
  await assert.rejects(writeBackup({ ...options, observe }), /exists already/);
  assert.ok(readFileSync(file).equals(first));
});

test("a database without a platform has nothing to back up, and rows that hide are noticed", async () => {
  await using empty = await emptyTestDb();
  const options = { file: newFile(), productVersion: "0", masterKeyId, now, observe };
  await assert.rejects(writeBackup({ ...options, databaseUrl: empty.url }), BackupError);
  await using source = await testDb();
  await run(source.url, "drop policy owner on payments.payment");
  await assert.rejects(
    writeBackup({ ...options, databaseUrl: source.url }),
    /hides rows of payments\.payment/,
  );
});

test("the manifest names every table with rows, bytes and hash", async () => {
  await using source = await testDb();
  await fill(source.url);
  const { head, manifest }: { head: { tables: readonly unknown[] }; manifest: Manifest } = await verifyBackup(
    await backUp(source.url),
  );
  assert.equal(manifest.tables.length, head.tables.length);
  const journal = manifest.tables.find((table) => nameOf(table) === "ledger.journal");
  assert.equal(journal?.rows, 2);
  assert.match(journal?.sha256 ?? "", /^[0-9a-f]{64}$/);
});
