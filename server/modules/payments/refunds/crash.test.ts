// Processes that die or sleep in the middle of a refund, keys that meet, and what a row keeps: on a real database.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Refund as RefundView } from "@huiyin/contract/api/refunds.ts";
import { unwrap } from "../../../kernel/result.ts";
import { fen } from "../../../kernel/money.ts";
import { fixtureId } from "../../ledger/fixtures.ts";
import { verifyLedger } from "../../ledger/index.ts";
import { findPayment } from "../store.ts";
import { merchantId, merchantPrincipal, paymentsBench, type PaymentsBench } from "../testing.ts";
import { acceptRefunds, type RefundCandidate } from "./accept.ts";
import { paidPayment, requested } from "./fixtures.ts";
import type { Refund } from "./model.ts";
import { selectRefunds } from "./reading/store.ts";
import { candidateOf, type GiveBackRequest } from "./request.ts";
import { findRefund, insertRefunds, lockRefunds, saveRefunds } from "./store.ts";
import { applyRefundCommands } from "./service.ts";
import { sent, refundedTo } from "./fixtures.ts";
import { formCallback } from "../../../channels/testing/callbacks.ts";

const request = (paymentId: string, own: Partial<GiveBackRequest> = {}): GiveBackRequest => ({
  ...{ principal: merchantPrincipal, idempotencyKey: "one", paymentId, kind: "refund", amount: 100 },
  ...{ reason: null, merchantRefundNo: null, managerCode: null, waitSeconds: 5, ...own },
});

async function candidate(
  bench: PaymentsBench,
  paymentId: string,
  own: Partial<GiveBackRequest> = {},
): Promise<RefundCandidate> {
  const payment = await findPayment(bench.db.pg.batch, merchantId, paymentId);
  assert.ok(payment);
  return unwrap(await candidateOf(bench.deps, request(paymentId, own), payment));
}

const pay = async (bench: PaymentsBench): Promise<string> => unwrap(await bench.create()).paymentId;

test("what is saved is read back unchanged, in every column", async () => {
  await using bench = await paymentsBench();
  const { refund: fresh } = requested(paidPayment({ storeId: fixtureId("sto", 1) }), 100);
  const at = bench.clock.now();
  const full: Refund = {
    ...fresh,
    ...{ merchantRefundNo: "R-1", reason: "少了一杯", terminalId: fixtureId("trm", 1), kind: "reversal" },
    ...{ resolution: { step: "send", at }, sends: 3, sentBy: at, lastSaid: "balanceShort", reviewSince: at },
    ...{
      words: { code: "ACQ.X", message: "文字" },
      retry: "later",
      causeHints: ["C-MCH-02"],
      decidedBy: "key_1",
    },
    ...{ refundedBefore: fen(7), createdAt: at },
  };
  await bench.db.pg.transaction((tx) => insertRefunds(tx, [full]));
  assert.deepEqual(await findRefund(bench.db.pg.batch, full.merchantId, full.id), full);
  const ended: Refund = {
    ...full,
    ...{ version: 2, state: "succeeded", resolution: null, reviewSince: null, lastSaid: null },
    ...{ feeReturned: fen(3), refundedAt: at, finishedAt: at },
  };
  await bench.db.pg.transaction(async (tx) => {
    await lockRefunds(tx, full.merchantId, [full.id]);
    await saveRefunds(tx, full.merchantId, [{ refund: ended, heldVersion: 1, heldLease: null }]);
  });
  assert.deepEqual(await findRefund(bench.db.pg.batch, full.merchantId, full.id), ended);
  const stale = { refund: { ...ended, version: 3 }, heldVersion: 1, heldLease: null };
  await assert.rejects(
    bench.db.pg.transaction((tx) => saveRefunds(tx, full.merchantId, [stale])),
    { name: "AssertionError" },
  );
});

test("a process that dies before it sends loses time, not money: the resolver asks, sends, and the replay tells", async () => {
  await using bench = await paymentsBench();
  const paymentId = await pay(bench);
  const one = await candidate(bench, paymentId);
  assert.equal((await acceptRefunds(bench.deps, [one]))[0]?.kind, "accepted");
  const running = await bench.payments.refunds.create(request(paymentId));
  assert.equal(running.ok ? null : running.refusal.code, "idempotency_key_in_use");
  await bench.pass(60);
  assert.deepEqual([bench.channel.count("refundQuery"), bench.channel.count("refund")], [1, 1]);
  const replayed = unwrap(await bench.payments.refunds.create(request(paymentId)));
  const view = JSON.parse(replayed.body) as RefundView;
  assert.deepEqual([replayed.status, view.state, view.id], [201, "succeeded", one.opening.id]);
});

test("a crash while the answer is missing: the first repetition stores the present state for ever", async () => {
  await using bench = await paymentsBench();
  const paymentId = await pay(bench);
  bench.channel.refundPlan = Array.from({ length: 9 }, () => "requestLost" as const);
  await acceptRefunds(bench.deps, [await candidate(bench, paymentId, { waitSeconds: 0 })]);
  await bench.pass(31);
  const replayed = unwrap(await bench.payments.refunds.create(request(paymentId)));
  assert.equal(replayed.status, 202);
  bench.channel.refundPlan = [];
  await bench.pass(120);
  assert.deepEqual(unwrap(await bench.payments.refunds.create(request(paymentId))), replayed);
});

test("in one batch each request stands as if it had come alone: a refused one leaves its key and number to the next", async () => {
  await using bench = await paymentsBench();
  const paymentId = await pay(bench);
  const own = (idempotencyKey: string, amount: number) =>
    candidate(bench, paymentId, { idempotencyKey, amount, merchantRefundNo: "R-1" });
  const all = [await own("a", 12_501), await own("a", 500), await own("b", 500), await own("a", 500)];
  const answers = await acceptRefunds(bench.deps, all);
  assert.deepEqual(
    answers.map((one) => (one.kind === "refused" ? one.refusal.code : one.kind)),
    ["refund_exceeds_paid", "accepted", "merchant_refund_no_used", "keyTaken"],
  );
  // The key of the refused one is free, the number is the second’s.
  const [, second] = all;
  const taken = unwrap(await bench.payments.refunds.create(request(paymentId, { idempotencyKey: "b" })));
  assert.equal(taken.status, 201);
  const used = await bench.payments.refunds.create(
    request(paymentId, { idempotencyKey: "c", merchantRefundNo: "R-1" }),
  );
  assert.equal(used.ok ? null : used.refusal.facts.refundId, second?.opening.id);
});

test("the same outcome told twice at once, from two connections, is booked once", async () => {
  await using bench = await paymentsBench();
  const paymentId = await pay(bench);
  const one = await candidate(bench, paymentId);
  await acceptRefunds(bench.deps, [one]);
  const told = {
    ...{ merchantId, paymentId, refundId: one.opening.id, channel: "alipay" as const },
    command: sent(refundedTo(100)),
  };
  const silent = (): void => undefined;
  await Promise.all([1, 2, 3].map(() => applyRefundCommands(bench.deps, silent, [told, told])));
  const payment = await findPayment(bench.db.pg.batch, merchantId, paymentId);
  assert.deepEqual([payment?.refunded.minor, payment?.refunding.minor], [100n, 0n]);
  const verified = await verifyLedger(bench.db, null);
  assert.deepEqual([verified.journals, verified.broken], [2n, null]);
});

test("two processes that take the due steps at once send a refund once each time", async () => {
  await using bench = await paymentsBench();
  const paymentId = await pay(bench);
  bench.channel.refundPlan = ["requestLost"];
  await bench.payments.refunds.create(request(paymentId, { waitSeconds: 0 }));
  await bench.payments.refunds.idle();
  const other = bench.another();
  for (let second = 0; second < 60; second += 1) {
    bench.clock.advance(1);
    await Promise.all([bench.payments.refunds.resolveDue(9), other.refunds.resolveDue(9)]);
  }
  assert.deepEqual([bench.channel.count("refund"), bench.channel.count("refundQuery")], [2, 1]);
  const payment = await findPayment(bench.db.pg.batch, merchantId, paymentId);
  assert.equal(payment?.refunded.minor, 100n);
});

test("a process that dies while it asks about a refund keeps the others from it for six seconds at most", async () => {
  await using bench = await paymentsBench();
  const paymentId = await pay(bench);
  bench.channel.refundPlan = ["replyLost"];
  const answer = unwrap(await bench.refund(paymentId, { amount: 100 }));
  const { id: refundId } = JSON.parse(answer.body) as RefundView;
  const ask = bench.channel.refundQuery.bind(bench.channel);
  const asked = Promise.withResolvers<void>();
  bench.channel.refundQuery = () => {
    asked.resolve();
    return new Promise(() => undefined);
  };
  bench.clock.advance(16);
  void bench.another().refunds.resolveDue(9);
  await asked.promise;
  bench.channel.refundQuery = ask;
  const state = async () => (await findRefund(bench.db.pg.batch, merchantId, refundId))?.state;
  await bench.pass(4);
  assert.equal(await state(), "processing", "somebody still holds it");
  await bench.pass(2);
  assert.equal(await state(), "succeeded");
});

test("notifications about what we gave back ourselves change nothing and call nobody", async () => {
  await using bench = await paymentsBench();
  const paymentId = await pay(bench);
  await bench.refund(paymentId);
  const before = await findPayment(bench.db.pg.batch, merchantId, paymentId);
  const form = new Map([
    ["order", before?.channelOrderNo ?? ""],
    ["sign", "good"],
    ["news", "changed"],
  ]);
  const answer = await bench.payments.receiveCallback("alipay", merchantId, formCallback(form));
  assert.equal(answer?.body, "success");
  await bench.pass(2);
  assert.equal(bench.channel.count("query"), 1);
  const after = await findPayment(bench.db.pg.batch, merchantId, paymentId);
  assert.deepEqual([after?.state, after?.refunded.minor, after?.resolution], ["succeeded", 12_500n, null]);
  assert.equal((await verifyLedger(bench.db, null)).journals, 2n);
});

test("a refund that cannot even be asked about, for its account cannot be read, reaches a person within a day", async () => {
  await using bench = await paymentsBench();
  const paymentId = await pay(bench);
  bench.channel.refundPlan = ["requestLost"];
  await bench.refund(paymentId, { amount: 100 });
  const channelAccountEvenIfDisabled = () => Promise.reject(new Error("the vault is locked"));
  const locked = bench.another({ merchants: { ...bench.deps.merchants, channelAccountEvenIfDisabled } });
  const review = async () => {
    const found = await bench.db.pg.transaction((tx) =>
      selectRefunds(tx, null, { ...allRefunds, review: "open" }),
    );
    return found.length;
  };
  for (let hour = 0; hour < 23; hour += 1) {
    bench.clock.advance(3_600);
    await locked.refunds.resolveDue(64);
  }
  assert.equal(await review(), 0);
  bench.clock.advance(7_200);
  await locked.refunds.resolveDue(64);
  assert.equal(await review(), 1);
  assert.ok(bench.logLines.some((line) => line.includes("refund_step_failed")));
});

const allRefunds = {
  ...{ merchantId, paymentId: null, state: null, review: null, merchantRefundNo: null },
  ...{ createdFrom: null, createdTo: null, after: null, before: null, limit: 10 },
};
