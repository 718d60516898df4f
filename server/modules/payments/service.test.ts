// The one door on real connections: what two at once may do to one payment, and what one transaction writes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { fixtureId } from "../ledger/fixtures.ts";
import { verifyLedger } from "../ledger/index.ts";
import { applyCommands, type Application } from "./service.ts";
import {
  charge,
  declined,
  exchange,
  paid,
  payment as paymentFixture,
  query,
  start,
  unknown,
} from "./fixtures.ts";
import { findPayment, insertPayments, lockPayments, savePayments } from "./store.ts";
import { merchantId, paymentsBench, type PaymentsBench } from "./testing.ts";
import type { Command, Payment } from "./model.ts";

const silent = (): void => undefined;

async function planted(bench: PaymentsBench, number: number, own: Partial<Payment> = {}): Promise<Payment> {
  const planted = paymentFixture({
    id: fixtureId("pay", number),
    merchantId,
    idempotencyKey: `planted-${number}`,
    ...own,
  });
  await bench.db.pg.transaction((tx) => insertPayments(tx, [planted]));
  return planted;
}

const told = (payment: Payment, command: Command): Application => ({
  merchantId: payment.merchantId,
  paymentId: payment.id,
  channel: "alipay",
  command,
});

test("what is saved is read back unchanged, in every column", async () => {
  await using bench = await paymentsBench();
  const full = await planted(bench, 1, {
    storeId: fixtureId("sto", 1),
    terminalId: fixtureId("trm", 1),
    merchantOrderNo: "order-1",
    state: "closed",
    resolution: { step: "cancel", at: bench.clock.now() },
    cancelAttempts: 3,
    lastCancelAt: bench.clock.now(),
    review: { since: bench.clock.now(), reason: "amountMismatch", owner: "operator" },
    lateSuccess: true,
    words: { code: "ACQ.X", message: "文字" },
    retry: "newPayerCode",
    blame: ["payer", "merchant"],
    causeHints: ["C-PAY-01"],
    channelTradeNo: "t",
    fundingSource: "huabei",
    payerAccount: "138****1234",
    decidedBy: fixtureId("key", 1),
    lastNotificationId: "n",
    finishedAt: bench.clock.now(),
  });
  assert.deepEqual(await findPayment(bench.db.pg.batch, merchantId, full.id), full);
});

test("a decision on a version that is no longer the present one is never saved", async () => {
  await using bench = await paymentsBench();
  const stale = await planted(bench, 1);
  await applyCommands(bench.deps, silent, [told(stale, charge(unknown))]);
  const late = {
    payment: {
      ...stale,
      version: 2,
      state: "failed",
      resolution: null,
      finishedAt: bench.clock.now(),
    } as const,
    heldVersion: stale.version,
    heldLease: null,
  };
  await assert.rejects(
    bench.db.pg.transaction((tx) => savePayments(tx, merchantId, [late])),
    { name: "AssertionError" },
  );
  assert.equal((await findPayment(bench.db.pg.batch, merchantId, stale.id))?.state, "processing");
});

test("success and decline at once, from two connections, leave one outcome and matching books", async () => {
  await using bench = await paymentsBench();
  for (let round = 1; round <= 10; round += 1) {
    const payment = await planted(bench, round);
    await Promise.all([
      applyCommands(bench.deps, silent, [told(payment, charge(declined))]),
      applyCommands(bench.deps, silent, [told(payment, query(paid()))]),
    ]);
    const after = await findPayment(bench.db.pg.batch, merchantId, payment.id);
    // Whichever came first: money that arrived is money that arrived.
    assert.deepEqual([after?.state, after?.facts, after?.version], ["succeeded", ["succeeded"], 3]);
  }
  assert.deepEqual(await verifyLedger(bench.db, null), {
    merchants: 1,
    journals: 10n,
    postings: 30n,
    broken: null,
  });
});

test("batches that name the same payments in opposite orders never lock each other out", async () => {
  await using bench = await paymentsBench();
  const all = await Promise.all(Array.from({ length: 20 }, (_, index) => planted(bench, index + 1)));
  const batch = all.map((payment) => told(payment, query(paid())));
  await Promise.all([
    applyCommands(bench.deps, silent, batch),
    applyCommands(bench.deps, silent, batch.toReversed()),
    applyCommands(bench.deps, silent, batch),
  ]);
  assert.equal((await verifyLedger(bench.db, null)).journals, 20n);
});

test("several commands for one payment in one batch are decided in their order", async () => {
  await using bench = await paymentsBench();
  const payment = await planted(bench, 1);
  const applied = await applyCommands(bench.deps, silent, [
    told(payment, charge(unknown)),
    told(payment, query(paid())),
    told(payment, query(paid())),
  ]);
  assert.deepEqual(
    applied.map((one) => `${one?.before.state} → ${one?.after.state}`),
    ["processing → processing", "processing → succeeded", "succeeded → succeeded"],
  );
  const { rows } = await sql<{
    version: number;
  }>`select version from payments.event order by version`.execute(bench.db.pg.batch);
  assert.deepEqual(
    rows.map((row) => row.version),
    [2, 3, 4],
  );
});

test("a payment that does not exist is told nothing, and its neighbours are", async () => {
  await using bench = await paymentsBench();
  const payment = await planted(bench, 1);
  const nobody = { ...payment, id: fixtureId("pay", 99) };
  const [missing, present] = await applyCommands(bench.deps, silent, [
    told(nobody, query(paid())),
    told(payment, query(paid())),
  ]);
  assert.equal(missing, null);
  assert.equal(present?.after.state, "succeeded");
});

test("when one part of the transaction fails, nothing of it happened and nobody is told", async () => {
  await using bench = await paymentsBench();
  const payment = await planted(bench, 1);
  const deps = {
    ...bench.deps,
    arrivals: { ...bench.deps.arrivals, insertArrivals: () => Promise.reject(new Error("no arrivals")) },
  };
  const heard: string[] = [];
  await assert.rejects(
    applyCommands(deps, ({ after }) => void heard.push(after.id), [told(payment, query(paid()))]),
    /no arrivals/,
  );
  assert.deepEqual(await findPayment(bench.db.pg.batch, merchantId, payment.id), payment);
  assert.deepEqual([heard, bench.announced, (await verifyLedger(bench.db, null)).journals], [[], [], 0n]);
});

test("a push that fails after the commit is only late", async () => {
  await using bench = await paymentsBench();
  const payment = await planted(bench, 1);
  const deps = {
    ...bench.deps,
    arrivals: { ...bench.deps.arrivals, pushArrivals: () => Promise.reject(new Error("broker gone")) },
  };
  const [applied] = await applyCommands(deps, silent, [told(payment, query(paid()))]);
  assert.equal(applied?.after.state, "succeeded");
});

test("a locked payment makes others wait, and a claimed lease does not", async () => {
  await using bench = await paymentsBench();
  const payment = await planted(bench, 1);
  const held = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const first = bench.db.pg.transaction(async (tx) => {
    await lockPayments(tx, merchantId, [payment.id]);
    held.resolve();
    await release.promise;
  });
  await held.promise;
  const second = applyCommands(bench.deps, silent, [told(payment, query(paid()))]);
  assert.equal((await findPayment(bench.db.pg.batch, merchantId, payment.id))?.state, "processing");
  release.resolve();
  await Promise.all([first, second]);
  assert.equal((await findPayment(bench.db.pg.batch, merchantId, payment.id))?.state, "succeeded");
});

// What the database itself refuses, whatever the program thinks: state and columns -> broken promise
const impossible: ReadonlyArray<readonly [string, Partial<Payment>]> = [
  ["an unfinished payment that nobody will look at again", { resolution: null }],
  ["a success that is not booked", { state: "succeeded", resolution: null, channelTradeNo: "t" }],
  ["a failure with money in the books", { state: "failed", resolution: null, facts: ["succeeded"] }],
  ["an end without a time", { state: "closed", resolution: null, finishedAt: null }],
  ["more refunded than paid", { refunded: { minor: 12_501n, currency: "CNY" } }],
];

test("the database repeats the rules of a payment", async () => {
  await using bench = await paymentsBench();
  for (const [what, own] of impossible) {
    const final = own.state !== undefined && own.finishedAt !== null ? { finishedAt: bench.clock.now() } : {};
    await assert.rejects(planted(bench, 1, { ...final, ...own }), /violates check constraint/, what);
  }
});

test("what a channel says is recorded even where the database cannot hold it as it came", async () => {
  await using bench = await paymentsBench();
  const nul = await planted(bench, 1);
  const half = await planted(bench, 2);
  const reply = {
    outcome: unknown,
    // Evidence is cut to length: the cut may go through an emoji.
    exchange: { ...exchange("charge", start), response: { rawBeginning: "502 \ud83d" } },
  };
  const results = await applyCommands(bench.deps, silent, [
    told(nul, charge(paid({ payerAccount: "138\0", words: { code: "10000", message: "a\0b" } }))),
    told(half, { kind: "chargeAnswered", reply }),
  ]);
  assert.deepEqual(
    results.map((one) => one?.after.state),
    ["succeeded", "processing"],
  );
  const stored = await findPayment(bench.db.pg.batch, merchantId, nul.id);
  assert.deepEqual([stored?.state, stored?.payerAccount], ["succeeded", "138\ufffd"]);
});
