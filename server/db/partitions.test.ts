import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { fixtureId, journalDraft } from "../modules/ledger/fixtures.ts";
import { postJournals, verifyLedger } from "../modules/ledger/index.ts";
import { testDb } from "../platform/pg/testing.ts";
import { ensurePartitions, monthOf, partitionedTables } from "./partitions.ts";

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
      .flatMap((table) => ["202611", "202612", "202701"].map((month) => `${table}_${month}`))
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

test("rows that came before their month raise an alarm and stay readable", async () => {
  await using db = await testDb();
  await db.pg.transaction((tx) => postJournals(tx, [journalDraft()]));
  const report = await ensurePartitions(db.pg, november);
  assert.deepEqual(report.misplaced, [{ table: "ledger.journal", rows: 1n }]);
  assert.ok(!report.created.includes("ledger.journal_202611"));
  assert.ok(report.created.includes("ledger.journal_202612"));
  assert.equal((await verifyLedger(db, null)).broken, null);
});
