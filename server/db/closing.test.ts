import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { idOf, uuidOf, uuidV7 } from "../kernel/ids.ts";
import { fixtureId, journalDraft } from "../modules/ledger/fixtures.ts";
import { postJournals, verifyLedger, type Verification } from "../modules/ledger/index.ts";
import { testDb, type TestDb } from "../platform/pg/testing.ts";
import { closeMonth, detachMonth, listMonths } from "./closing.ts";
import { ensurePartitions } from "./partitions.ts";

const [merchant, other, third] = [fixtureId("mer", 1), fixtureId("mer", 2), fixtureId("mer", 3)];
const now = new Date("2026-11-22T02:00:00Z");

/** A payment made at this moment. */
function payment(at: string, number = 0): string {
  const bytes = new Uint8Array(10);
  bytes[9] = number;
  return idOf("pay", uuidV7(new Date(at), bytes));
}

const post = (db: TestDb, subjectId: string, merchantId = merchant) =>
  db.pg.transaction((tx) => postJournals(tx, [journalDraft({ merchantId, subjectId })]));

/** August, September and October 2025; a payment of August is booked after one of September, as over midnight. */
async function books(): Promise<TestDb> {
  const db = await testDb();
  await ensurePartitions(db.pg, new Date("2025-08-20T00:00:00Z"));
  await post(db, payment("2025-08-20T00:00:00Z"));
  await post(db, payment("2025-08-31T16:00:00Z"));
  await post(db, payment("2025-08-31T15:59:59.999Z"));
  await post(db, payment("2025-09-02T00:00:00Z"));
  await post(db, payment("2025-09-02T00:00:00Z", 1), other);
  await post(db, payment("2025-10-02T00:00:00Z"));
  return db;
}

const verified = async (db: TestDb, from: "everything" | "lastClosing" = "everything") => {
  const { journals, broken } = await verifyLedger(db, null, { from });
  return { journals, broken };
};

test("a month closes with balances and chain head, goes, and what is left still verifies from there on", async () => {
  await using db = await books();
  assert.equal(await closeMonth(db.pg, "202508", now), 1);
  assert.deepEqual(await verified(db), { journals: 6n, broken: null });
  // The payment of September that was booked before the last one of August, and the two after it; the other has two.
  assert.deepEqual(await verified(db, "lastClosing"), { journals: 4n, broken: null });
  assert.equal(await closeMonth(db.pg, "202509", now), 2);
  await detachMonth(db.pg, "202508", now);
  assert.deepEqual(await verified(db), { journals: 4n, broken: null });
  await detachMonth(db.pg, "202509", now);
  assert.deepEqual(await verified(db), { journals: 1n, broken: null });
  assert.deepEqual(
    (await listMonths(db.pg)).map(({ month, state, tables }) => [month, state, tables]),
    [
      ["202508", "detached", 5],
      ["202509", "detached", 5],
      ["202510", "open", 5],
    ],
  );
  await post(db, payment("2025-10-03T00:00:00Z"));
  await post(db, payment("2025-10-03T00:00:00Z", 1), other);
  assert.deepEqual(await verified(db), { journals: 3n, broken: null });
  const seen = await db.pg.tenant(merchant, (tx) => sql`select from ledger.journal`.execute(tx));
  assert.equal(seen.rows.length, 2);
  await assert.rejects(
    db.pg.tenant(merchant, (tx) => sql`select from ledger.journal_202508`.execute(tx)),
    /permission denied/,
  );
});

const tampered: ReadonlyArray<readonly [what: string, statement: string]> = [
  [
    "a kept journal of a later month",
    "update ledger.journal set recorded_at = recorded_at + interval '1 microsecond' where sequence = 2",
  ],
  ["a kept journal removed", "delete from ledger.journal where sequence = 2"],
  ["a journal after the closing", "update ledger.journal set fact = 'reversed' where sequence = 5"],
  [
    "the balances of a closing",
    "update ledger.closing set amounts = array[amounts[2], amounts[1], amounts[3]] where number = 1",
  ],
  ["when it was closed", "update ledger.closing set closed_at = closed_at + interval '1 microsecond'"],
  ["whose month it is", "update ledger.closing set month = '202507'"],
  ["the end of the chain in a closing", "update ledger.closing set hash = sha256('x')"],
  ["its later journals", "update ledger.closing set later_journals = 0"],
  ["a removed closing", "delete from ledger.closing"],
  ["a balance", "update ledger.head set amounts[2] = amounts[2] + 1 where accounts[2] = 'fee:income'"],
];

test("a changed row is found, before its neighbours are archived and afterwards", async () => {
  await using db = await books();
  await closeMonth(db.pg, "202508", now);
  for (const archived of ["no", "yes"]) {
    if (archived === "yes") await detachMonth(db.pg, "202508", now);
    assert.equal((await verified(db)).broken, null);
    for (const [what, statement] of tampered) {
      const { broken } = await tamper(db, statement);
      assert.ok(broken, `${what} (archived: ${archived}) and nobody noticed`);
    }
  }
});

/** What verification says of changed books; the change is undone afterwards. */
async function tamper(db: TestDb, statement: string): Promise<Verification> {
  const changed = db.pg.owner.transaction().execute(async (tx) => {
    const { numAffectedRows } = await sql.raw(statement).execute(tx);
    assert.ok((numAffectedRows ?? 0n) > 0n, `${statement} changes nothing`);
    const pg = { ...db.pg, batch: tx as unknown as typeof db.pg.batch };
    throw new Undone(await verifyLedger({ pg }, null));
  });
  return changed.then(
    () => assert.fail("the change was kept"),
    (error: unknown) => {
      if (error instanceof Undone) return error.verification;
      throw error;
    },
  );
}

class Undone extends Error {
  readonly verification: Verification;
  constructor(verification: Verification) {
    super("undone");
    this.verification = verification;
  }
}

test("books that do not fit are not closed", async () => {
  await using db = await books();
  await sql`update ledger.journal set recorded_at = recorded_at + interval '1 second' where sequence = 1`.execute(
    db.pg.owner,
  );
  await assert.rejects(closeMonth(db.pg, "202508", now), /sequence 1/);
  assert.equal((await listMonths(db.pg))[0]?.state, "open");
});

test("a month closes when it is over and everything in it is, and in order", async () => {
  await using db = await books();
  await assert.rejects(closeMonth(db.pg, "202611", now), /not over/);
  await assert.rejects(closeMonth(db.pg, "202613", now), /no month/);
  await assert.rejects(closeMonth(db.pg, "202509", now), /Close the month 202508 first/);
  await sql`
    insert into payments.payment (merchant_id, payment_id, version, state, channel, channel_order_no, idempotency_key,
      amount_minor, currency, subject, payer_code_masked, resolve_at, resolve_step, cancel_attempts, late_success, blame,
      cause_hints, facts, refunded_minor, created_at, expires_at)
    values (${uuidOf(merchant)}, ${uuidOf(payment("2025-08-30T00:00:00Z"))}, 1, 'processing', 'alipay', 'HY12345678', 'k', 1,
      'CNY', 'x', '28**99', ${now}, 'query', 0, false, '{}', '{}', '{}', 0, '2025-08-30', '2025-08-31')`.execute(
    db.pg.owner,
  );
  await assert.rejects(closeMonth(db.pg, "202508", now), /payments: 1/);
  await sql`update payments.payment set state = 'closed', finished_at = ${now}, resolve_at = null, resolve_step = null`.execute(
    db.pg.owner,
  );
  assert.equal(await closeMonth(db.pg, "202508", now), 1);
  assert.equal(await closeMonth(db.pg, "202508", now), 0);
});

test("a month is detached when it is closed, old enough, first in order, and was not booked in since", async () => {
  await using db = await books();
  await assert.rejects(detachMonth(db.pg, "202508", now), /not closed/);
  await closeMonth(db.pg, "202508", now);
  await closeMonth(db.pg, "202509", now);
  await closeMonth(db.pg, "202510", now);
  await assert.rejects(detachMonth(db.pg, "202510", now), /202509 is the youngest/);
  await assert.rejects(detachMonth(db.pg, "202509", now), /Detach the month 202508 first/);
  await post(db, payment("2025-08-31T15:00:00Z", 7));
  await assert.rejects(detachMonth(db.pg, "202508", now), /Close it again/);
  assert.equal(await closeMonth(db.pg, "202508", now), 1);
  // Of this merchant there was nothing in August when it was closed.
  await post(db, payment("2025-08-31T15:00:00Z", 8), third);
  await assert.rejects(detachMonth(db.pg, "202508", now), /Close it again/);
  assert.equal(await closeMonth(db.pg, "202508", now), 1);
  await detachMonth(db.pg, "202508", now);
  // What September was closed with is older than what August came to.
  await assert.rejects(detachMonth(db.pg, "202509", now), /Close it again/);
  assert.equal(await closeMonth(db.pg, "202509", now), 2);
  await detachMonth(db.pg, "202509", now);
  assert.deepEqual((await verified(db)).broken, null);
});
