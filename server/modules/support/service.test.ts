import assert from "node:assert/strict";
import { test } from "node:test";
import { testDb } from "../../platform/pg/testing.ts";
import { fixtureId } from "../ledger/fixtures.ts";
import type { Case, CaseDraft } from "./model.ts";
import { closeCase, closeCases, openCases } from "./service.ts";
import { selectCases, type CaseFilter } from "./store.ts";

const now = new Date("2026-11-22T02:00:00Z");
const everything: CaseFilter = {
  merchantId: null,
  kind: null,
  state: null,
  paymentId: null,
  after: null,
  before: null,
  limit: 10,
};

function draft(number: number): CaseDraft {
  const paymentId = fixtureId("pay", number);
  return {
    merchantId: fixtureId("mer", 1),
    kind: "lateSuccess",
    subjectId: paymentId,
    paymentId,
    facts: { previousState: "closed" },
  };
}

test("a thing noticed again, at once or after its case was closed, opens nothing", async () => {
  await using db = await testDb();
  let ids = 0;
  const deps = {
    pg: db.pg,
    world: { now: () => now, newId: () => fixtureId("cas", (ids += 1)), random: () => 0.5 },
  };
  const open = (...drafts: CaseDraft[]) => db.pg.transaction((tx) => openCases(deps, tx, drafts));
  const list = (filter: Partial<CaseFilter> = {}) =>
    db.pg.transaction((tx) => selectCases(tx, { ...everything, ...filter }));

  await Promise.all(Array.from({ length: 5 }, () => open(draft(1), draft(2))));
  const [second, first] = await list();
  assert.equal((await list()).length, 2);
  assert.deepEqual([first?.paymentId, second?.paymentId].sort(), [fixtureId("pay", 1), fixtureId("pay", 2)]);

  const closing = { by: fixtureId("key", 1), resolution: "已联系商户补发" };
  assert.ok((await closeCase(deps, first!.id, closing)).ok);
  await open(draft(1), draft(2));
  assert.deepEqual(
    (await list({ state: "open" })).map((one) => one.id),
    [second?.id],
  );
  assert.deepEqual(
    (await list({ state: "closed" })).map((one) => one.closing),
    [{ at: now, ...closing }],
  );

  const subject = second!.paymentId!;
  await db.pg.transaction((tx) =>
    closeCases(deps, tx, [
      {
        merchantId: draft(1).merchantId,
        kind: "lateSuccess",
        subjectId: subject,
        by: "platform",
        resolution: "自动恢复",
      },
    ]),
  );
  assert.deepEqual(await list({ state: "open" }), []);
  const [again] = await list({ state: "closed", paymentId: first!.paymentId });
  assert.equal(again?.closing?.by, closing.by, "what a person closed keeps that person's word");
});

test("another contradiction about the same payment is another case, whether the first is open or closed", async () => {
  await using db = await testDb();
  let ids = 0;
  const deps = {
    pg: db.pg,
    world: { now: () => now, newId: () => fixtureId("cas", (ids += 1)), random: () => 0.5 },
  };
  const mismatch = (reportedFen: number): CaseDraft => ({
    ...draft(1),
    kind: "callbackMismatch",
    facts: { amountFen: 1_250, reportedFen },
  });
  const open = (...drafts: CaseDraft[]) => db.pg.transaction((tx) => openCases(deps, tx, drafts));
  const list = (filter: Partial<CaseFilter> = {}) =>
    db.pg.transaction((tx) => selectCases(tx, { ...everything, ...filter }));
  const reported = (cases: readonly Case[]): unknown[] =>
    cases.map((one) => one.facts["reportedFen"]).sort((left, right) => Number(left) - Number(right));

  await Promise.all(Array.from({ length: 5 }, () => open(mismatch(1_251))));
  assert.deepEqual(reported(await list()), [1_251], "the same again is one case");
  const [first] = await list();
  assert.ok(first);
  assert.ok((await closeCase(deps, first.id, { by: "key", resolution: "渠道已更正" })).ok);

  await Promise.all(Array.from({ length: 5 }, () => open(mismatch(1_251), mismatch(9_999))));
  assert.deepEqual(reported(await list({ state: "open" })), [9_999], "what was settled stays settled");
  assert.deepEqual(
    (await list()).map((one) => one.paymentId),
    [first.paymentId, first.paymentId],
  );
  // Turned round, the facts are the same facts.
  await open({ ...mismatch(9_999), facts: { reportedFen: 9_999, amountFen: 1_250 } });
  assert.deepEqual(reported(await list()), [1_251, 9_999]);
});

test("kinds that their subject names, and numbers that name no payment, stay one case whatever is found", async () => {
  await using db = await testDb();
  let ids = 0;
  const world = { now: () => now, newId: () => fixtureId("cas", (ids += 1)), random: () => 0.5 };
  const silent = (sendCount: number): CaseDraft => ({
    ...draft(1),
    kind: "silentArrival",
    facts: { sendCount },
  });
  const strange = (notificationId: string): CaseDraft => ({
    merchantId: fixtureId("mer", 1),
    kind: "callbackMismatch",
    subjectId: fixtureId("mer", 1),
    paymentId: null,
    facts: { notificationId },
  });
  for (const drafts of [
    [silent(1), strange("n1")],
    [silent(2), strange("n2")],
  ])
    await db.pg.transaction((tx) => openCases({ world }, tx, drafts));
  const kinds = await db.pg.transaction((tx) => selectCases(tx, everything));
  assert.deepEqual(kinds.map((one) => one.kind).sort(), ["callbackMismatch", "silentArrival"]);
});

test("a merchant sees its own cases alone", async () => {
  await using db = await testDb();
  let ids = 0;
  const world = { now: () => now, newId: () => fixtureId("cas", (ids += 1)), random: () => 0.5 };
  await db.pg.transaction((tx) =>
    openCases({ world }, tx, [draft(1), { ...draft(2), merchantId: fixtureId("mer", 2) }]),
  );
  for (const number of [1, 2]) {
    const seen = await db.pg.tenant(fixtureId("mer", number), (tx) => selectCases(tx, everything));
    assert.deepEqual(
      seen.map((one) => one.merchantId),
      [fixtureId("mer", number)],
    );
  }
});
