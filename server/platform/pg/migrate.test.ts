import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { sql } from "kysely";
import { migrate, readMigrations } from "./migrate.ts";
import { emptyTestDb, testDb } from "./testing.ts";

const quiet = { log: (): void => undefined };

function folder(files: Record<string, string>): Disposable & { directory: string } {
  const directory = mkdtempSync(join(tmpdir(), "huiyin-migrations-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return { directory, [Symbol.dispose]: () => rmSync(directory, { recursive: true }) };
}

const first = { "0001_a.sql": "create schema shop; create table shop.a (id integer);" };
const second = { "0002_b.sql": "create table shop.b (id integer);" };

test("an empty database is brought to the schema of the product, and a second run changes nothing", async () => {
  await using db = await emptyTestDb();
  const applied = await migrate(db.url, quiet);
  assert.equal(applied[0], "0001_platform.sql");
  assert.deepEqual(await migrate(db.url, quiet), []);
});

test("files are applied once and in order, and each is told", async () => {
  await using db = await emptyTestDb();
  using one = folder(first);
  using both = folder({ ...second, ...first });
  const told: string[] = [];
  assert.deepEqual(await migrate(db.url, { ...quiet, directory: one.directory }), ["0001_a.sql"]);
  assert.deepEqual(await migrate(db.url, { log: (line) => told.push(line), directory: both.directory }), [
    "0002_b.sql",
  ]);
  assert.deepEqual(told, ["Migrated the database: 0002_b.sql"]);
});

test("two processes that migrate at once apply every file once", async () => {
  await using db = await emptyTestDb();
  using both = folder({ ...first, ...second });
  const results = await Promise.all(
    [1, 2, 3].map(() => migrate(db.url, { ...quiet, directory: both.directory })),
  );
  assert.deepEqual(results.flat().sort(), ["0001_a.sql", "0002_b.sql"]);
});

test("a file that fails leaves nothing of itself, names its line, and the next run goes on from there", async () => {
  await using db = await emptyTestDb();
  using broken = folder({ ...first, "0002_b.sql": "create table shop.b (id integer);\nselect nonsense;" });
  using repaired = folder({ ...first, ...second });
  await assert.rejects(
    migrate(db.url, { ...quiet, directory: broken.directory }),
    /^MigrationError: 0002_b\.sql, line 2: .*nonsense/,
  );
  assert.deepEqual(await migrate(db.url, { ...quiet, directory: repaired.directory }), ["0002_b.sql"]);
});

const refused: [string, Record<string, string>, RegExp][] = [
  [
    "changed",
    { ...second, "0001_a.sql": "create schema shop; -- other" },
    /0001_a\.sql was changed after it had been applied/,
  ],
  ["missing", second, /0001_a\.sql was applied to this database but is not among the migrations/],
  [
    "late",
    { ...first, ...second, "0000_c.sql": "select 1;" },
    /0000_c\.sql comes before a migration that has been applied/,
  ],
  [
    "doubled",
    { ...first, ...second, "0002_c.sql": "select 1;" },
    /0002_b\.sql and 0002_c\.sql have the same number/,
  ],
  ["oddly named", { ...first, ...second, "3.sql": "select 1;" }, /3\.sql: a migration is named like/],
];
for (const [what, files, message] of refused) {
  test(`a ${what} file is refused in words that say what to do`, async () => {
    await using db = await emptyTestDb();
    using good = folder({ ...first, ...second });
    using bad = folder(files);
    await migrate(db.url, { ...quiet, directory: good.directory });
    await assert.rejects(migrate(db.url, { ...quiet, directory: bad.directory }), message);
  });
}

test("every migration of the product carries the header that tools read", () => {
  const files = readMigrations(new URL("../../db/migrations/", import.meta.url).pathname);
  for (const { name, text } of files) {
    assert.ok(text.startsWith(`-- ${name}\n`), `${name}: its first line names the file`);
    assert.match(text, /^-- lock: .+ · reversible: (yes|no)( \(.+\))? · needs: .+$/m, name);
  }
});

test("sums_to_zero holds exactly when the amounts cancel out, whatever their size and order", async () => {
  await using db = await testDb();
  const amount = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
  await fc.assert(
    fc.asyncProperty(fc.array(amount, { maxLength: 8 }), fc.boolean(), async (amounts, balanced) => {
      const total = amounts.reduce((sum, one) => sum + one, 0n);
      const all = balanced && total > -(2n ** 63n) && total < 2n ** 63n ? [...amounts, -total] : amounts;
      const expected = all.reduce((sum, one) => sum + one, 0n) === 0n;
      const { rows } = await sql<{ ok: boolean }>`select platform.sums_to_zero(${all}::int8[]) as ok`.execute(
        db.pg.owner,
      );
      assert.equal(rows[0]?.ok, expected);
    }),
    { numRuns: 50 },
  );
  const { rows } = await sql<{ ok: boolean }>`select platform.sums_to_zero('{1,-1,null}') as ok`.execute(
    db.pg.owner,
  );
  assert.equal(rows[0]?.ok, false);
});
