import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { idOf, uuidV7 } from "../kernel/ids.ts";
import { fixtureId, journalDraft } from "../modules/ledger/fixtures.ts";
import { postJournals, verifyLedger } from "../modules/ledger/index.ts";
import { testDb } from "../platform/pg/testing.ts";
import { monthOf, partitionedTables } from "./months.ts";
import { ensurePartitions } from "./partitions.ts";

const november = new Date("2026-11-22T02:00:00Z");

test("a month begins at midnight in Shanghai and ends where the next begins, over the new year as well", () => {
  for (const [now, ahead, name, from] of [
    ["2026-11-22T02:00:00Z", 0, "202611", "2026-10-31T16:00:00Z"],
    ["2026-11-30T15:59:59.999Z", 0, "202611", "2026-10-31T16:00:00Z"],
    ["2026-11-30T16:00:00Z", 0, "202612", "2026-11-30T16:00:00Z"],
    ["2026-11-22T02:00:00Z", 2, "202701", "2026-12-31T16:00:00Z"],
    ["2028-02-28T16:00:00Z", 0, "202802", "2028-01-31T16:00:00Z"],
  ] as const) {
    const month = monthOf(new Date(now), ahead);
    assert.deepEqual([month.name, month.from], [name, new Date(from)]);
    assert.deepEqual(month.to, monthOf(new Date(now), ahead + 1).from);
  }
});

test("three months are prepared once, by however many processes at once", async () => {
  await using db = await testDb();
  const reports = await Promise.all([1, 2, 3].map(() => ensurePartitions(db.pg, november)));
  const created = reports.flatMap((report) => report.created).sort();
  assert.deepEqual(
    created,
    partitionedTables
      .flatMap(({ name }) => ["202611", "202612", "202701"].map((month) => `${name}_${month}`))
      .sort(),
  );
  assert.deepEqual((await ensurePartitions(db.pg, november)).created, []);
});

test("a row goes to its month, behind the same wall, and verification sees it", async () => {
  await using db = await testDb();
  await ensurePartitions(db.pg, november);
  const draft = journalDraft();
  await db.pg.transaction((tx) => postJournals(tx, [draft]));
  const { rows } = await sql<{
    place: string;
  }>`select tableoid::regclass::text as place from ledger.journal`.execute(db.pg.owner);
  assert.deepEqual(rows, [{ place: "ledger.journal_202611" }]);
  const seenBy = (merchantId: string) =>
    db.pg.tenant(merchantId, async (tx) => (await sql`select from ledger.journal`.execute(tx)).rows.length);
  assert.deepEqual([await seenBy(draft.merchantId), await seenBy(fixtureId("mer", 2))], [1, 0]);
  await assert.rejects(
    db.pg.tenant(draft.merchantId, (tx) => sql`select from ledger.journal_202611`.execute(tx)),
    /permission denied/,
  );
  assert.equal((await verifyLedger(db, null)).journals, 1n);
});

test("rows that came before their month move into it, whatever else is in use", async () => {
  await using db = await testDb();
  await db.pg.transaction((tx) => postJournals(tx, [journalDraft()]));
  const report = await ensurePartitions(db.pg, november);
  assert.deepEqual(report.moved, [{ partition: "ledger.journal_202611", rows: 1 }]);
  assert.deepEqual([report.misplaced, report.missing], [[], []]);
  const { rows } = await sql<{
    place: string;
  }>`select tableoid::regclass::text as place from ledger.journal`.execute(db.pg.owner);
  assert.deepEqual(rows, [{ place: "ledger.journal_202611" }]);
  assert.equal((await verifyLedger(db, null)).broken, null);
});

test("rows of a stepped clock raise an alarm and stay readable, until somebody has their month made", async () => {
  await using db = await testDb();
  const stepped = idOf("pay", uuidV7(new Date("2031-05-31T15:59:59.999Z"), new Uint8Array(10)));
  await db.pg.transaction((tx) => postJournals(tx, [journalDraft({ subjectId: stepped })]));
  const report = await ensurePartitions(db.pg, november);
  assert.deepEqual(report.misplaced, [{ table: "ledger.journal", rows: 1n }]);
  assert.equal((await verifyLedger(db, null)).journals, 1n);
  const mended = await ensurePartitions(db.pg, november, "everything");
  assert.deepEqual(mended.moved, [{ partition: "ledger.journal_203105", rows: 1 }]);
  assert.deepEqual([mended.misplaced, (await verifyLedger(db, null)).journals], [[], 1n]);
});

test("nobody who pays waits for a partition: one whose table is in use is made later, and missed when it is late", async () => {
  await using db = await testDb();
  const before = new Date("2026-11-22T15:59:59Z");
  const late = new Date("2026-11-25T16:00:00Z");
  const open = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const paying = db.pg.transaction(async (tx) => {
    await sql`select from payments.payment limit 1`.execute(tx);
    held.resolve();
    await open.promise;
  });
  await Promise.race([held.promise, paying]);
  const early = await ensurePartitions(db.pg, before);
  assert.ok(early.created.includes("ledger.journal_202612"));
  assert.ok(!early.created.some((name) => name.startsWith("payments.payment_")));
  assert.deepEqual(early.missing, ["payments.payment_202611"]);
  assert.deepEqual((await ensurePartitions(db.pg, late)).missing, [
    "payments.payment_202611",
    "payments.payment_202612",
  ]);
  open.resolve();
  await paying;
  assert.deepEqual((await ensurePartitions(db.pg, late)).missing, []);
});

test("a partition has the indexes and checks of its table", async () => {
  await using db = await testDb();
  await ensurePartitions(db.pg, november);
  for (const { name } of partitionedTables) {
    const { rows } = await sql<{ place: string; indexes: number; checks: number }>`
      select place, (select count(*)::int from pg_index where indrelid = place::regclass) as indexes,
             (select count(*)::int from pg_constraint where conrelid = place::regclass and contype = 'c') as checks
      from unnest(array[${name}, ${`${name}_default`}, ${`${name}_202611`}]) as place`.execute(db.pg.owner);
    const [parent, ...parts] = rows.map(({ indexes, checks }) => ({ indexes, checks }));
    assert.ok((parent?.indexes ?? 0) > 0 && (parent?.checks ?? 0) > 0);
    for (const part of parts) assert.deepEqual(part, parent, name);
  }
});
