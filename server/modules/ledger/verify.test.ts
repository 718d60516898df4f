import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { testDb, type TestDb } from "../../platform/pg/testing.ts";
import { fixtureId, journalDraft } from "./fixtures.ts";
import { postJournals } from "./service.ts";
import { verifyLedger } from "./verify.ts";
import type { Broken } from "./verifying/compare.ts";

const merchantId = fixtureId("mer", 1);

/** A copy of honest books with three journals, whose constraints the owner has taken away: an insider with every right. */
async function booksWithoutGuards(): Promise<TestDb> {
  const db = await testDb();
  const paid = [1, 2].map((number) => journalDraft({ merchantId, subjectId: fixtureId("pay", number) }));
  const refunded = journalDraft({
    ...{ merchantId, subjectId: fixtureId("ref", 3), fact: "refunded" },
    postings: [
      { account: "channel:alipay", minor: -250n },
      { account: "merchant:payable", minor: 249n },
      { account: "fee:income", minor: 1n },
    ],
  });
  const drafts = [...paid, refunded];
  await db.pg.transaction((tx) => postJournals(tx, drafts));
  const { rows } = await sql<{ relation: string; constraint: string }>`
    select conrelid::regclass::text as relation, conname as constraint from pg_constraint
    where connamespace = 'ledger'::regnamespace and conparentid = 0 and coninhcount = 0 and contype = 'c'`.execute(
    db.pg.owner,
  );
  for (const row of rows) {
    await sql`alter table ${sql.raw(row.relation)} drop constraint ${sql.ref(row.constraint)}`.execute(
      db.pg.owner,
    );
  }
  return db;
}

// One change for every type of column: the smallest that the type can express.
const smallestChange: ReadonlyMap<string, string> = new Map([
  [
    "uuid",
    "overlay(%::text placing (case when right(%::text, 1) = '0' then '1' else '0' end) from 36)::uuid",
  ],
  ["text", "% || ' '"],
  ["bigint", "% + 1"],
  ["timestamp with time zone", "% + interval '1 microsecond'"],
  ["ARRAY", "%[2:] || %[:1]"],
  ["bytea", "set_byte(%, 31, get_byte(%, 31) # 1)"],
]);

async function columnsOf(db: TestDb, table: string): Promise<Array<{ column: string; type: string }>> {
  const { rows } = await sql<{ column: string; type: string }>`
    select column_name as column, data_type as type from information_schema.columns
    where table_schema = 'ledger' and table_name = ${table} order by ordinal_position`.execute(db.pg.owner);
  return rows;
}

const targets = [
  { table: "journal", row: sql`sequence = 2` },
  { table: "journal", row: sql`sequence = 3` },
  { table: "head", row: sql`true` },
] as const;

test("a change to any one column of any row is found, and an undone change is not", async () => {
  await using db = await booksWithoutGuards();
  let changes = 0;
  for (const { table, row } of targets) {
    for (const { column, type } of await columnsOf(db, table)) {
      const expression = smallestChange.get(type);
      assert.ok(expression, `no smallest change for ${table}.${column} of type ${type}`);
      await sql`create table ledger.before as select * from ledger.${sql.ref(table)}`.execute(db.pg.owner);
      await sql`update ledger.${sql.ref(table)} set ${sql.ref(column)} = ${sql.raw(expression.replaceAll("%", column))} where ${row}`.execute(
        db.pg.owner,
      );
      const { broken } = await verifyLedger(db, null);
      assert.ok(broken, `${table}.${column} was changed and nobody noticed`);
      await sql`delete from ledger.${sql.ref(table)}`.execute(db.pg.owner);
      await sql`insert into ledger.${sql.ref(table)} select * from ledger.before`.execute(db.pg.owner);
      await sql`drop table ledger.before`.execute(db.pg.owner);
      assert.equal((await verifyLedger(db, null)).broken, null, `${table}.${column} was put back`);
      changes += 1;
    }
  }
  assert.ok(changes >= 25, `only ${changes} columns were tried`);
});

const tampering: ReadonlyArray<
  readonly [what: string, statement: string, expected: Pick<Broken, "table"> & { row: RegExp }]
> = [
  [
    "a removed journal",
    "delete from ledger.journal where sequence = 2",
    { table: "journal", row: /^sequence 2$|^sequence 3 / },
  ],
  [
    "the last journal removed",
    "delete from ledger.journal where sequence = 3",
    { table: "journal", row: /^sequence 3$/ },
  ],
  ["a removed head", "delete from ledger.head", { table: "journal", row: /succeeded/ }],
  [
    "a removed balance",
    "update ledger.head set accounts = array_remove(accounts, 'fee:income'), amounts = amounts[1:1] || amounts[3:]",
    { table: "balance", row: /^fee:income/ },
  ],
  [
    "a journal added behind the head",
    `insert into ledger.journal select merchant_id, subject_id, 'reversed', 4, recorded_at, currency, accounts, amounts, hash, hash
     from ledger.journal where sequence = 3`,
    { table: "journal", row: /reversed$/ },
  ],
  [
    "a journal doubled inside the chain",
    `insert into ledger.journal select merchant_id, subject_id, 'reversed', sequence, recorded_at, currency, accounts, amounts, previous_hash, hash
     from ledger.journal where sequence = 2`,
    { table: "journal", row: /^sequence 2 / },
  ],
  [
    "postings that no longer cancel out",
    "update ledger.journal set amounts[1] = amounts[1] + 1 where sequence = 1",
    { table: "journal", row: /^sequence 1 / },
  ],
];

test("verification names the first row that does not fit", async () => {
  for (const [what, statement, expected] of tampering) {
    await using db = await booksWithoutGuards();
    await sql.raw(statement).execute(db.pg.owner);
    const { broken } = await verifyLedger(db, merchantId);
    assert.equal(broken?.table, expected.table, `${what}: ${JSON.stringify(broken)}`);
    assert.match(broken.row, expected.row, what);
  }
});

test("books with nothing in them are in order", async () => {
  await using db = await testDb();
  assert.deepEqual(await verifyLedger(db, null), { merchants: 0, journals: 0n, postings: 0n, broken: null });
});
