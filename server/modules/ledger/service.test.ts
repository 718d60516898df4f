import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { sql } from "kysely";
import { testDb, type TestDb } from "../../platform/pg/testing.ts";
import { fixtureId, journalDraft } from "./fixtures.ts";
import { postJournals } from "./service.ts";
import { verifyLedger } from "./verify.ts";

let db: TestDb;
before(async () => {
  db = await testDb();
});
after(() => db[Symbol.asyncDispose]());

const post = (...drafts: Parameters<typeof postJournals>[1][]) =>
  db.pg.transaction((tx) => postJournals(tx, drafts.flat()));

async function balances(merchantId: string): Promise<Record<string, bigint>> {
  return db.pg.tenant(merchantId, async (tx) => {
    const { rows } = await sql<{
      account: string;
      minor: bigint;
    }>`select account, minor from ledger.balance`.execute(tx);
    return Object.fromEntries(rows.map((row) => [row.account, row.minor]));
  });
}

test("posting a fact twice is posting it once, in one call and over several", async () => {
  const merchantId = fixtureId("mer", 10);
  const draft = journalDraft({ merchantId });
  assert.equal(await post([draft, draft]), 1);
  assert.equal(await post([draft]), 0);
  assert.deepEqual(await balances(merchantId), {
    "channel:alipay": 1_250n,
    "merchant:payable": -1_245n,
    "fee:income": -5n,
  });
});

test("the same fact with other amounts is our bug and changes nothing", async () => {
  const merchantId = fixtureId("mer", 11);
  await post([journalDraft({ merchantId })]);
  const other = journalDraft({
    merchantId,
    postings: [
      { account: "channel:alipay", minor: 1n },
      { account: "merchant:payable", minor: -1n },
    ],
  });
  await assert.rejects(post([other]), { name: "AssertionError" });
  assert.equal((await balances(merchantId))["channel:alipay"], 1_250n);
});

test("postings that do not cancel out are refused by the code, and by the database without it", async () => {
  const unbalanced = journalDraft({ postings: [{ account: "channel:alipay", minor: 1n }] });
  await assert.rejects(post([unbalanced]), { name: "AssertionError" });
  const plant = (accounts: string, amounts: string) =>
    sql`
    insert into ledger.journal (merchant_id, subject_id, fact, sequence, recorded_at, currency, accounts, amounts, previous_hash, hash)
    values (gen_random_uuid(), gen_random_uuid(), 'succeeded', 1, '2026-11-22', 'CNY', ${accounts}::text[], ${amounts}::int8[],
            sha256('a'), sha256('b'))`.execute(db.pg.owner);
  await plant("{a,b}", "{5,-5}");
  for (const [accounts, amounts] of [
    ["{a,b}", "{5,-4}"],
    ["{a,b}", "{5,null}"],
    ["{a,b,c}", "{5,-5,0}"],
    ["{a,b}", "{5,-3,-2}"],
    ["{a,null}", "{5,-5}"],
    ["{}", "{}"],
    ["{a,b}", "[0:1]={5,-5}"],
  ] as const) {
    await assert.rejects(plant(accounts, amounts), /violates check constraint/, `${accounts} ${amounts}`);
  }
  await sql`delete from ledger.journal where hash = sha256('b')`.execute(db.pg.owner);
});

test("what the batch role has posted it can neither change nor remove", async () => {
  for (const change of [
    sql`update ledger.journal set fact = 'x'`,
    sql`delete from ledger.journal`,
    sql`delete from ledger.head`,
  ])
    await assert.rejects(
      db.pg.transaction((tx) => change.execute(tx)),
      /permission denied/,
    );
});

test("concurrent postings of one merchant make one chain, and each fact counts once", async () => {
  const merchantId = fixtureId("mer", 12);
  const drafts = Array.from({ length: 20 }, (_, index) =>
    journalDraft({ merchantId, subjectId: fixtureId("pay", 100 + index) }),
  );
  // Every fact is posted by two transactions at once.
  await Promise.all([...drafts, ...drafts].map((draft) => post([draft])));
  const verification = await verifyLedger(db, merchantId);
  assert.deepEqual(verification, { merchants: 1, journals: 20n, postings: 60n, broken: null });
  assert.equal((await balances(merchantId))["channel:alipay"], 25_000n);
});

test("the first fact of a merchant counts once, though two transactions post it at once", async () => {
  for (let turn = 0; turn < 20; turn += 1) {
    const merchantId = fixtureId("mer", 200 + turn);
    const draft = journalDraft({ merchantId, subjectId: fixtureId("pay", 1) });
    const added = await Promise.all([post([draft]), post([draft])]);
    assert.deepEqual(added.sort(), [0, 1]);
  }
});

test("batches over several merchants in opposite orders never lock each other out", async () => {
  const [left, right] = [fixtureId("mer", 13), fixtureId("mer", 14)];
  const rounds = Array.from({ length: 15 }, (_, index) => {
    const subjectId = fixtureId("pay", 200 + index);
    const pair = [
      journalDraft({ merchantId: left, subjectId }),
      journalDraft({ merchantId: right, subjectId }),
    ];
    return post(index % 2 === 0 ? pair : pair.toReversed());
  });
  await Promise.all(rounds);
  assert.equal((await verifyLedger(db, null)).broken, null);
});

test("a balance is the fold of the journals, whatever was posted in whatever batches", async () => {
  let merchants = 1_000;
  const amounts = fc.array(fc.bigInt({ min: 1n, max: 10_000_000_000n }), { minLength: 1, maxLength: 12 });
  const property = fc.asyncProperty(amounts, fc.integer({ min: 1, max: 5 }), async (paid, batchSize) => {
    const merchantId = fixtureId("mer", merchants++);
    const drafts = paid.map((minor, index) =>
      journalDraft({
        merchantId,
        subjectId: fixtureId("pay", index),
        postings: [
          { account: "channel:alipay", minor },
          { account: "merchant:payable", minor: -minor },
        ],
      }),
    );
    for (let start = 0; start < drafts.length; start += batchSize)
      await post(drafts.slice(start, start + batchSize));
    assert.equal(
      (await balances(merchantId))["channel:alipay"],
      paid.reduce((sum, minor) => sum + minor, 0n),
    );
    assert.equal((await verifyLedger(db, merchantId)).broken, null);
  });
  await fc.assert(property, { numRuns: 20 });
});
