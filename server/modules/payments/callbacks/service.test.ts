import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { sql } from "kysely";
import { DatabaseUnavailableError } from "../../../platform/pg/errors.ts";
import { fixtureId } from "../../ledger/fixtures.ts";
import { verifyLedger } from "../../ledger/index.ts";
import type { Payment } from "../model.ts";
import { channelOrderNoOf, channelRefundNoOf } from "../orderNumber.ts";
import { readRefund } from "../refunds/reading.ts";
import { readPayment, readTimeline } from "../reading/service.ts";
import { merchantId, operatorPrincipal, paymentsBench, type PaymentsBench } from "../testing.ts";
import type { ChargePlan } from "../testing/book.ts";
import { formCallback } from "../../../channels/testing/callbacks.ts";

let bench: PaymentsBench;
before(async () => {
  bench = await paymentsBench();
});
after(() => bench[Symbol.asyncDispose]());
beforeEach(() => {
  bench.announced.length = 0;
});

async function created(plan: ChargePlan): Promise<Payment> {
  bench.channel.chargePlan = [plan];
  const answer = await bench.create();
  assert.ok(answer.ok);
  return read(answer.value.paymentId);
}

async function read(paymentId: string): Promise<Payment> {
  const found = await readPayment(bench.db, operatorPrincipal, paymentId);
  assert.ok(found.ok);
  return found.value;
}

async function callBack(order: string, own: Record<string, string> = {}): Promise<string | undefined> {
  const form = new Map(Object.entries({ order, sign: "good", ...own }));
  return (await bench.payments.receiveCallback("alipay", merchantId, formCallback(form)))?.body;
}

async function casesOf(subjectId: string): Promise<string[]> {
  const { rows } = await sql<{ kind: string }>`
    select kind from support."case" where replace(subject_id::text, '-', '') = ${subjectId.slice(4)} order by kind`.execute(
    bench.db.pg.batch,
  );
  return rows.map((row) => row.kind);
}

async function counted(result: string): Promise<number> {
  const line = (await bench.metrics.text()).split("\n").find((text) => text.includes(`result="${result}"`));
  return Number(line?.split(" ").at(-1) ?? 0);
}

test("a callback that proves the payment ends it, and is acknowledged", async () => {
  const payment = await created("replyLost");
  assert.equal(await callBack(payment.channelOrderNo), "success");
  assert.equal((await read(payment.id)).state, "succeeded");
  assert.equal(bench.announced.length, 1);
});

test("a forged callback changes nothing, is refused and is counted", async () => {
  const payment = await created("replyLost");
  const before = await counted("forged");
  assert.equal(await callBack(payment.channelOrderNo, { sign: "bad" }), "fail");
  assert.deepEqual(await read(payment.id), payment);
  assert.equal(await counted("forged"), before + 1);
});

test("a wrong amount is refused, opens a case, moves nothing, and the channel is asked", async () => {
  const payment = await created("askPassword");
  assert.equal(await callBack(payment.channelOrderNo, { amount: "1" }), "fail");
  const present = await read(payment.id);
  assert.deepEqual(
    [present.state, present.facts, present.resolution?.at],
    ["awaitingPayer", [], bench.clock.now()],
  );
  assert.deepEqual(await casesOf(payment.id), ["callbackMismatch"]);
});

test("a wrong amount is refused as well where the notification only says that something changed", async () => {
  const payment = await created("pay");
  assert.equal(await callBack(payment.channelOrderNo, { news: "changed" }), "success");
  assert.equal(await callBack(payment.channelOrderNo, { news: "changed", amount: "1", id: "2" }), "fail");
  assert.deepEqual(await casesOf(payment.id), ["callbackMismatch"]);
  assert.equal((await read(payment.id)).state, "succeeded");
});

test("an order of nobody, or of another merchant, is refused and opens a case", async () => {
  const paymentId = fixtureId("pay", 77);
  const foreign = channelOrderNoOf("20000002", paymentId);
  const unknown = channelOrderNoOf("10000001", fixtureId("pay", 78));
  for (const order of [foreign, unknown]) {
    bench.channel.trades.set(order, {
      amount: { minor: 1n, currency: "CNY" },
      state: "paid",
      tradeNo: "x",
      paidAt: bench.clock.now(),
    });
    assert.equal(await callBack(order), "fail");
    assert.equal(await callBack(order), "fail");
  }
  assert.deepEqual(await casesOf(paymentId), ["callbackMismatch"]);
  assert.deepEqual(await casesOf(fixtureId("pay", 78)), ["callbackMismatch"]);
});

test("what is malformed, or comes to nobody's address, is refused and counted", async () => {
  assert.equal((await bench.payments.receiveCallback("alipay", merchantId, formCallback([])))?.body, "fail");
  assert.equal(
    (await bench.payments.receiveCallback("alipay", fixtureId("mer", 9), formCallback([["order", "x"]])))
      ?.body,
    "fail",
  );
  assert.equal(await bench.payments.receiveCallback("wechat", merchantId, formCallback([])), null);
  assert.deepEqual([await counted("malformed"), await counted("unknownMerchant")], [1, 1]);
});

test("money that comes after the payment was closed is booked, announced and given to a person", async () => {
  const payment = await created("askPassword");
  await bench.pass(62);
  assert.equal((await read(payment.id)).state, "closed");
  bench.channel.pay(payment.channelOrderNo);
  assert.equal(await callBack(payment.channelOrderNo), "success");
  // It was cancelled in between, so that the notification alone proves nothing: the channel is asked at once.
  assert.equal((await read(payment.id)).state, "closed");
  await bench.pass(1);
  const late = await read(payment.id);
  assert.deepEqual([late.state, late.lateSuccess, late.facts], ["succeeded", true, ["succeeded"]]);
  assert.deepEqual(await casesOf(payment.id), ["lateSuccess"]);
  assert.equal(bench.announced.filter((order) => order.paymentId === payment.id).length, 1);
});

test("a callback repeated a hundred times at once, by several processes, is one success", async () => {
  const payment = await created("replyLost");
  const processes = [bench.payments, bench.another(), bench.another()];
  const form = new Map([
    ["order", payment.channelOrderNo],
    ["sign", "good"],
  ]);
  bench.clock.advance(6);
  await Promise.all([
    ...Array.from({ length: 100 }, (_, index) =>
      processes[index % 3]!.receiveCallback("alipay", merchantId, formCallback(form)),
    ),
    ...processes.map((process) => process.resolveDue(64)),
  ]);
  const after = await read(payment.id);
  assert.deepEqual([after.state, after.facts], ["succeeded", ["succeeded"]]);
  assert.equal(bench.announced.filter((order) => order.paymentId === payment.id).length, 1);
  const lines = await readTimeline(bench.db, operatorPrincipal, payment.id);
  assert.ok(lines.ok);
  assert.equal(lines.value.filter((line) => line.kind === "callbackReceived").length, 1);
  assert.equal((await verifyLedger(bench.db, null)).broken, null);
});

test("a genuine callback of one channel about an order of another changes nothing, and somebody is told", async () => {
  const payment = await created("replyLost");
  const { manifest } = bench.channel;
  const wechat = Object.assign(Object.create(bench.channel) as typeof bench.channel, {
    manifest: { ...manifest, code: "wechat" },
  });
  const both = bench.another({
    channels: new Map([
      ["alipay", bench.channel],
      ["wechat", wechat],
    ]),
  });
  const form = new Map([
    ["order", payment.channelOrderNo],
    ["sign", "good"],
  ]);
  assert.equal((await both.receiveCallback("wechat", merchantId, formCallback(form)))?.body, "fail");
  assert.deepEqual(await read(payment.id), payment);
  assert.deepEqual(await casesOf(payment.id), ["callbackMismatch"]);
});

test("success is never said before it is committed", async () => {
  const payment = await created("replyLost");
  const broken = bench.another({
    pg: {
      ...bench.db.pg,
      transaction: () => Promise.reject(new DatabaseUnavailableError(new Error("gone"))),
    },
  });
  const form = new Map([
    ["order", payment.channelOrderNo],
    ["sign", "good"],
  ]);
  await assert.rejects(
    broken.receiveCallback("alipay", merchantId, formCallback(form)),
    DatabaseUnavailableError,
  );
  assert.equal((await read(payment.id)).state, "processing");
});

test("news about a reversed payment are asked about, and the book's answer stands", async () => {
  const payment = await created("replyLost");
  bench.channel.trades.get(payment.channelOrderNo)!.state = "refunded";
  await bench.pass(6);
  const reversed = await read(payment.id);
  assert.deepEqual([reversed.state, reversed.facts], ["reversed", ["succeeded", "reversed"]]);
  assert.equal(await callBack(payment.channelOrderNo, { id: "late" }), "success");
  await bench.pass(1);
  const after = await read(payment.id);
  assert.deepEqual([after.state, after.review, after.resolution], ["reversed", null, null]);
});

async function refundOf(refundId: string) {
  const found = await readRefund(bench.deps, operatorPrincipal, refundId);
  assert.ok(found.ok);
  return found.value;
}

test("a notification about a refund has that refund asked about at once, and is not believed by itself", async () => {
  const payment = await created("pay");
  bench.channel.refundPlan = ["replyLost"];
  const answer = await bench.refund(payment.id, { amount: 1_000 });
  assert.ok(answer.ok && answer.value.refundId !== null);
  const refund = await refundOf(answer.value.refundId);
  const asked = bench.channel.count("refundQuery");
  const own = { news: "changed", refund: refund.channelRefundNo, id: "refund-1" };
  assert.equal(await callBack(payment.channelOrderNo, own), "success");
  const told = await refundOf(refund.id);
  assert.deepEqual([told.state, told.resolution?.at], ["processing", bench.clock.now()]);
  await bench.payments.refunds.resolveDue(10);
  assert.deepEqual(
    [(await refundOf(refund.id)).state, bench.channel.count("refundQuery")],
    ["succeeded", asked + 1],
  );
  // Said again, it changes nothing and leaves no second line.
  assert.equal(await callBack(payment.channelOrderNo, own), "success");
  const lines = await readTimeline(bench.db, operatorPrincipal, payment.id);
  assert.ok(lines.ok);
  const received = lines.value.filter(({ kind }) => kind === "callbackReceived");
  assert.deepEqual(
    received.map(({ data }) => data["refundId"]),
    [refund.id],
  );
  assert.equal((await verifyLedger(bench.db, null)).broken, null);
});

test("a notification that a refund was carried out after all, once it had failed: booked, with a case", async () => {
  const payment = await created("pay");
  bench.channel.refundPlan = ["refuse"];
  const answer = await bench.refund(payment.id, { amount: 1_000 });
  assert.ok(answer.ok && answer.value.refundId !== null);
  const refund = await refundOf(answer.value.refundId);
  assert.equal(refund.state, "failed");
  bench.channel.refunds.set(payment.channelOrderNo, new Map([[refund.channelRefundNo, refund.amount]]));
  const own = { news: "changed", refund: refund.channelRefundNo, id: "refund-2" };
  assert.equal(await callBack(payment.channelOrderNo, own), "success");
  await bench.pass(12);
  assert.equal((await refundOf(refund.id)).state, "succeeded");
  assert.deepEqual(await casesOf(refund.id), ["channelContradiction"]);
});

test("a notification about a refund that is not ours has the payment asked about", async () => {
  const payment = await created("pay");
  for (const refund of ["made-by-hand-1", channelRefundNoOf("10000001", fixtureId("ref", 77))]) {
    assert.equal(await callBack(payment.channelOrderNo, { news: "changed", refund, id: refund }), "success");
    const asked = await read(payment.id);
    assert.deepEqual([asked.state, asked.resolution?.step], ["succeeded", "query"]);
    await bench.pass(1);
    assert.equal((await read(payment.id)).resolution, null);
  }
});

test("a notification about a refund that names another amount of the order is refused and opens a case", async () => {
  const payment = await created("pay");
  const answer = await bench.refund(payment.id, { amount: 1_000 });
  assert.ok(answer.ok && answer.value.refundId !== null);
  const refund = await refundOf(answer.value.refundId);
  const own = { news: "changed", refund: refund.channelRefundNo, id: "refund-3", amount: "1" };
  assert.equal(await callBack(payment.channelOrderNo, own), "fail");
  assert.deepEqual(await casesOf(refund.id), ["callbackMismatch"]);
});
