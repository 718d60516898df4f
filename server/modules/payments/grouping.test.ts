// A batch of many merchants: what it costs, that it is the same however its statements are shared, and whose rows it touches.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { KyselyPlugin } from "kysely";
import { fixtureId } from "../ledger/fixtures.ts";
import { verifyLedger } from "../ledger/index.ts";
import type { Pg } from "../../platform/pg/pg.ts";
import { charge, declined, paid } from "./fixtures.ts";
import { groupsOf, type Grouping } from "./grouping.ts";
import { acceptAll, type Candidate } from "./intake/accept.ts";
import type { Payment } from "./model.ts";
import { candidate, nobody, planted, told } from "./races/testing/scene.ts";
import { acceptRefunds } from "./refunds/accept.ts";
import { refundedTo, sent } from "./refunds/fixtures.ts";
import type { RefundOpening } from "./refunds/model.ts";
import { applyRefundCommands } from "./refunds/service.ts";
import { applyCommands } from "./service.ts";
import { findPayment, lockGroupPayments, saveGroupPayments } from "./store.ts";
import { paymentsBench, type PaymentsBench } from "./testing.ts";

const merchant = (number: number): string => fixtureId("mer", 2_000 + number);

/** One payment for each of so many merchants, the merchants in no order. */
function candidates(bench: PaymentsBench, count: number): Candidate[] {
  return Array.from({ length: count }, (_, index) =>
    candidate(bench, { merchantId: merchant((index * 7) % count) }),
  );
}

/** The database with its statements counted. */
function counted(pg: Pg): Readonly<{ pg: Pg; statements: () => number }> {
  let statements = 0;
  const counter: KyselyPlugin = {
    transformQuery: ({ node }) => {
      statements += 1;
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  };
  return {
    pg: { ...pg, transaction: (work, named) => pg.transaction((tx) => work(tx.withPlugin(counter)), named) },
    statements: () => statements,
  };
}

/** Accepts and settles payments of so many merchants, and tells how many statements each transaction took. */
async function statementsFor(bench: PaymentsBench, count: number, grouping: Grouping): Promise<number[]> {
  const accepting = counted(bench.db.pg);
  const all = candidates(bench, count);
  await acceptAll({ ...bench.deps, pg: accepting.pg, grouping }, all);
  const applying = counted(bench.db.pg);
  await applyCommands(
    { ...bench.deps, pg: applying.pg, grouping },
    nobody,
    all.map(({ payment }) => told(payment, charge(paid()))),
  );
  return [accepting.statements(), applying.statements()];
}

test("a batch of thirty merchants takes as many statements as a batch of one; apart, each takes its own", async () => {
  await using bench = await paymentsBench();
  // The first booking of a merchant starts its chain.
  await statementsFor(bench, 30, "together");
  const one = await statementsFor(bench, 1, "together");
  assert.deepEqual(await statementsFor(bench, 30, "together"), one);
  assert.deepEqual(
    await statementsFor(bench, 30, "byMerchant"),
    one.map((statements) => statements * 30),
  );
  assert.ok(one[0] !== undefined && one[0] > 0, "nothing was counted");
});

test("together or apart, every payment of a batch ends in its own way and the books are in order", async () => {
  for (const grouping of ["together", "byMerchant"] as const) {
    await using bench = await paymentsBench();
    const deps = { ...bench.deps, grouping };
    const all = [...candidates(bench, 5), ...candidates(bench, 5)];
    // The key of another merchant is another key; a key of one’s own is met.
    const again = candidate(bench, {
      ...{ merchantId: merchant(0), idempotencyKey: all[0]?.payment.idempotencyKey ?? "" },
    });
    const stranger = candidate(bench, {
      ...{ merchantId: merchant(1), idempotencyKey: all[0]?.payment.idempotencyKey ?? "" },
    });
    const accepted = await acceptAll(deps, [...all, again, stranger]);
    assert.deepEqual(
      accepted.map(({ kind }) => kind),
      [...all.map(() => "accepted"), "keyTaken", "accepted"],
    );
    const applied = await applyCommands(
      deps,
      nobody,
      all.map(({ payment }, index) => told(payment, charge(index % 2 === 0 ? paid() : declined))),
    );
    assert.deepEqual(
      applied.map((one) => [one?.after.id, one?.after.state, one?.answer?.status]),
      all.map(({ payment }, index) => [payment.id, index % 2 === 0 ? "succeeded" : "failed", 201]),
    );
    const { journals, broken } = await verifyLedger(bench.db, null);
    assert.deepEqual([journals, broken], [5n, null]);
  }
});

test("what is told of another merchant’s payment changes nothing, though that merchant is in the same batch", async () => {
  await using bench = await paymentsBench();
  const [mine, theirs] = [
    await planted(bench, { merchantId: merchant(1) }),
    await planted(bench, { merchantId: merchant(2) }),
  ];
  const misled = { ...told(theirs, charge(declined)), merchantId: mine.merchantId };
  const [first, second] = await applyCommands(bench.deps, nobody, [misled, told(mine, charge(paid()))]);
  assert.deepEqual([first, second?.after.state], [null, "succeeded"]);
  const [, third] = await applyCommands(bench.deps, nobody, [misled, told(theirs, charge(paid()))]);
  assert.equal(third?.after.state, "succeeded");
});

test("a transaction that names its merchants neither finds nor writes a payment of another", async () => {
  await using bench = await paymentsBench();
  const [mine, theirs] = [
    await planted(bench, { merchantId: merchant(1) }),
    await planted(bench, { merchantId: merchant(2) }),
  ];
  const keys = [mine, theirs].map(({ id: paymentId, merchantId }) => ({ paymentId, merchantId }));
  const found = await bench.db.pg.transaction((tx) => lockGroupPayments(tx, keys), [mine.merchantId]);
  assert.deepEqual([...found.keys()], [mine.id]);
  const next = (payment: Payment): Payment => ({ ...payment, version: 2, cancelAttempts: 1 });
  const writes = [mine, theirs].map((one) => ({ payment: next(one), heldVersion: 1, heldLease: null }));
  await assert.rejects(
    bench.db.pg.transaction((tx) => saveGroupPayments(tx, writes), [mine.merchantId]),
    { name: "AssertionError", message: /saved 1 of 2 payments/ },
  );
  for (const { id, merchantId } of [mine, theirs])
    assert.equal((await findPayment(bench.db.pg.batch, merchantId, id))?.cancelAttempts, 0);
});

test("payments and refunds name their merchants in every transaction that decides on them", async () => {
  await using bench = await paymentsBench();
  const named: Array<readonly string[] | undefined> = [];
  const pg: Pg = {
    ...bench.db.pg,
    transaction: (work, merchantIds) => {
      named.push(merchantIds);
      return bench.db.pg.transaction(work, merchantIds);
    },
  };
  const deps = { ...bench.deps, pg };
  const one = candidate(bench, { merchantId: merchant(1) });
  const { id: paymentId } = one.payment;
  await acceptAll(deps, [one]);
  await applyCommands(deps, nobody, [told(one.payment, charge(paid()))]);
  const opening: RefundOpening = {
    ...{ id: bench.deps.world.newId("ref"), kind: "refund", idempotencyKey: "refund", reason: null },
    ...{ merchantRefundNo: null, channelRefundNo: "10000001000000000000000000000009" },
    amount: one.payment.amount,
  };
  const by = { role: "merchant", terminalId: null } as const;
  const wanted = { merchantId: merchant(1), paymentId, opening, amount: null, by };
  const bounds = { fingerprint: Buffer.alloc(32, 1), runningUntil: bench.clock.now() };
  const [accepted] = await acceptRefunds(deps, [{ ...wanted, ...bounds }]);
  assert.equal(accepted?.kind, "accepted");
  const refund = { merchantId: merchant(1), paymentId, refundId: opening.id, channel: "alipay" } as const;
  const [applied] = await applyRefundCommands(deps, nobody, [{ ...refund, command: sent(refundedTo(null)) }]);
  assert.equal(applied?.after.refund.state, "succeeded");
  assert.deepEqual(
    named,
    named.map(() => [merchant(1)]),
  );
  assert.equal(named.length, 4);
  // The refund of another merchant in the same batch is nobody’s.
  const stranger = { ...refund, merchantId: merchant(2), command: sent(refundedTo(null)) };
  const [none, own] = await applyRefundCommands(deps, nobody, [
    stranger,
    { ...refund, command: stranger.command },
  ]);
  assert.deepEqual([none, own?.after.refund.state], [null, "succeeded"]);
});

test("groups keep the order in which things came, and merchants apart are sorted", () => {
  const items = ["b1", "a1", "b2"];
  const merchantOf = (item: string): string => item.slice(0, 1);
  assert.deepEqual(groupsOf(items, undefined, merchantOf), [items]);
  assert.deepEqual(groupsOf(items, "byMerchant", merchantOf), [["a1"], ["b1", "b2"]]);
  assert.deepEqual(groupsOf([], "together", merchantOf), []);
});
