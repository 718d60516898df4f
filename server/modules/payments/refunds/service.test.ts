// Refunds on a real database, with a bank that keeps its own books: what is given back, once, and never more than was paid.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Refund as RefundView } from "@huiyin/contract/api/refunds.ts";
import { verifyLedger } from "../../ledger/index.ts";
import { selectCases } from "../../support/index.ts";
import { findPayment } from "../store.ts";
import { merchantId, operatorPrincipal, paymentsBench, type PaymentsBench } from "../testing.ts";
import { findRefund } from "./store.ts";
import type { GiveBackAnswer } from "./answering/service.ts";
import type { Payment } from "../model.ts";
import type { Result } from "../../../kernel/result.ts";
import { formCallback } from "../../../channels/testing/callbacks.ts";

/** A paid payment of ¥125.00. */
async function paidPayment(bench: PaymentsBench): Promise<Payment> {
  const created = await bench.create();
  assert.ok(created.ok);
  const payment = await findPayment(bench.db.pg.batch, merchantId, created.value.paymentId);
  assert.equal(payment?.state, "succeeded");
  return payment;
}

const presentOf = async (bench: PaymentsBench, { id }: Payment): Promise<Payment> => {
  const payment = await findPayment(bench.db.pg.batch, merchantId, id);
  assert.ok(payment);
  return payment;
};

function viewIn(answer: Result<GiveBackAnswer>): RefundView {
  assert.ok(answer.ok, JSON.stringify(answer));
  return JSON.parse(answer.value.body) as RefundView;
}

const refusalOf = (answer: Result<GiveBackAnswer>): string | null => (answer.ok ? null : answer.refusal.code);

/** What the bank gave back of a payment. */
const bankTotal = (bench: PaymentsBench, { channelOrderNo }: Payment): bigint =>
  [...(bench.channel.refunds.get(channelOrderNo)?.values() ?? [])].reduce((sum, one) => sum + one.minor, 0n);

async function casesOf(bench: PaymentsBench): Promise<string[]> {
  const filter = {
    merchantId,
    kind: null,
    state: null,
    paymentId: null,
    after: null,
    before: null,
    limit: 50,
  };
  const cases = await bench.db.pg.transaction((tx) => selectCases(tx, filter));
  return cases.map(({ kind, closing }) => (closing === null ? kind : `${kind}, closed`));
}

test("refunds in parts are booked each with its share of the fee, and nothing is left of the fee at the end", async () => {
  await using bench = await paymentsBench();
  const payment = await paidPayment(bench);
  assert.equal(payment.fee?.minor, 75n);
  const returned: Array<number | null> = [];
  for (const amount of [1, 4_999, null]) {
    const answer = await bench.refund(payment.id, { amount });
    assert.equal(answer.ok && answer.value.status, 201);
    returned.push(viewIn(answer).feeReturnedAmount);
  }
  assert.deepEqual(returned, [0, 30, 45]);
  const after = await presentOf(bench, payment);
  assert.deepEqual(
    [after.state, after.refunded.minor, after.refunding.minor, bankTotal(bench, payment)],
    ["succeeded", 12_500n, 0n, 12_500n],
  );
  const { rows } = await bench.db.pg.batch
    .withSchema("ledger")
    .selectFrom("balance" as never)
    .selectAll()
    .execute()
    .then((all) => ({ rows: all as Array<{ account: string; minor: bigint }> }));
  assert.deepEqual(rows.map(({ account, minor }) => [account, minor]).sort(), [
    ["channel:alipay", 0n],
    ["fee:income", 0n],
    ["merchant:payable", 0n],
  ]);
  assert.deepEqual(await verifyLedger(bench.db, null), {
    merchants: 1,
    journals: 4n,
    postings: 11n,
    broken: null,
  });
});

test("more than is left is refused with what is left, and leaves the key free", async () => {
  await using bench = await paymentsBench();
  const payment = await paidPayment(bench);
  await bench.refund(payment.id, { amount: 12_000 });
  const tooMuch = await bench.refund(payment.id, { amount: 501, idempotencyKey: "again" });
  assert.deepEqual(tooMuch.ok ? null : [tooMuch.refusal.code, tooMuch.refusal.facts.leftYuan], [
    "refund_exceeds_paid",
    "5.00",
  ]);
  assert.equal(
    viewIn(await bench.refund(payment.id, { amount: 500, idempotencyKey: "again" })).state,
    "succeeded",
  );
  assert.equal(refusalOf(await bench.refund(payment.id)), "refund_exceeds_paid");
});

test("the same key gives the same answer to the byte, another body is refused, and so is a payment’s key", async () => {
  await using bench = await paymentsBench();
  const payment = await paidPayment(bench);
  const own = { amount: 100, idempotencyKey: "one" };
  const first = await bench.refund(payment.id, own);
  const again = await bench.refund(payment.id, own);
  assert.deepEqual(again, first);
  assert.equal(bench.channel.count("refund"), 1);
  assert.equal(refusalOf(await bench.refund(payment.id, { ...own, amount: 101 })), "idempotency_key_reused");
  const paymentKey = payment.idempotencyKey;
  assert.equal(
    refusalOf(await bench.refund(payment.id, { idempotencyKey: paymentKey })),
    "idempotency_key_reused",
  );
  const refundKey = await bench.create({ key: "one" });
  assert.equal(refundKey.ok ? null : refundKey.refusal.code, "idempotency_key_reused");
});

test("a lost reply is asked about after ten seconds and found given back, once", async () => {
  await using bench = await paymentsBench();
  const payment = await paidPayment(bench);
  bench.channel.refundPlan = ["replyLost"];
  const answer = await bench.refund(payment.id, { amount: 2_500, waitSeconds: 0, idempotencyKey: "lost" });
  assert.deepEqual([answer.ok && answer.value.status, viewIn(answer).waitingFor], [202, "channelAnswer"]);
  assert.equal((await presentOf(bench, payment)).refunding.minor, 2_500n);
  await bench.pass(9);
  assert.equal(bench.channel.count("refundQuery"), 0);
  await bench.pass(3);
  const after = await presentOf(bench, payment);
  assert.deepEqual([after.refunded.minor, after.refunding.minor], [2_500n, 0n]);
  assert.deepEqual(
    [bench.channel.count("refund"), bench.channel.count("refundQuery"), bankTotal(bench, payment)],
    [1, 1, 2_500n],
  );
  // The answer that was given stays the answer, whatever came later.
  assert.deepEqual(await bench.refund(payment.id, { amount: 2_500, idempotencyKey: "lost" }), answer);
});

test("a lost request is sent again under the same number after the channel said that nothing came", async () => {
  await using bench = await paymentsBench();
  const payment = await paidPayment(bench);
  bench.channel.refundPlan = ["requestLost", "requestLost"];
  await bench.refund(payment.id, { amount: 2_500, waitSeconds: 0 });
  await bench.pass(120);
  const after = await presentOf(bench, payment);
  assert.deepEqual([after.refunded.minor, bankTotal(bench, payment)], [2_500n, 2_500n]);
  assert.deepEqual(
    bench.channel.refundRequests.map(({ sendHistory }) => sendHistory),
    ["first", "afterSettled", "afterSettled"],
  );
  const toldAt = bench.channel.refundRequests.map(({ callbackUrl }) => callbackUrl);
  assert.deepEqual([...new Set(toldAt)], [bench.channel.charges[0]?.callbackUrl]);
  assert.equal(bench.channel.refunds.get(payment.channelOrderNo)?.size, 1);
});

test("a refusal ends a refund as the answer to its only send; after an unclear one the channel is asked first", async () => {
  await using bench = await paymentsBench();
  const payment = await paidPayment(bench);
  bench.channel.refundPlan = ["refuse"];
  const refused = viewIn(await bench.refund(payment.id, { amount: 100 }));
  assert.deepEqual([refused.state, refused.retry], ["failed", "newPayerCode"]);
  assert.equal((await presentOf(bench, payment)).refunding.minor, 0n);

  bench.channel.refundPlan = ["requestLost", "refuse"];
  const unclear = viewIn(await bench.refund(payment.id, { amount: 100, waitSeconds: 0 }));
  await bench.pass(26);
  const asked = await findRefund(bench.db.pg.batch, merchantId, unclear.id);
  assert.deepEqual([asked?.state, asked?.lastSaid, asked?.sends], ["processing", "refused", 2]);
  await bench.pass(20);
  const ended = await findRefund(bench.db.pg.batch, merchantId, unclear.id);
  assert.equal(ended?.state, "failed");
  assert.equal((await presentOf(bench, payment)).refunding.minor, 0n);
});

test("a short balance is answered at once, retried by itself and given back when it was topped up", async () => {
  await using bench = await paymentsBench();
  const payment = await paidPayment(bench);
  bench.channel.refundPlan = ["balanceShort", "balanceShort"];
  const answer = await bench.refund(payment.id, { amount: 100 });
  assert.deepEqual([answer.ok && answer.value.status, viewIn(answer).waitingFor], [202, "merchantBalance"]);
  await bench.pass(59);
  assert.equal(bench.channel.count("refund"), 1);
  await bench.pass(400, 10);
  const after = await presentOf(bench, payment);
  assert.deepEqual([after.refunded.minor, bench.channel.count("refund")], [100n, 3]);
});

test("a balance that stays short ends the refund after a day, when the channel says that nothing went back", async () => {
  await using bench = await paymentsBench();
  const payment = await paidPayment(bench);
  bench.channel.refundPlan = Array.from({ length: 60 }, () => "balanceShort" as const);
  const { id } = viewIn(await bench.refund(payment.id, { amount: 100 }));
  await bench.pass(84_600, 1_800);
  assert.equal((await findRefund(bench.db.pg.batch, merchantId, id))?.state, "processing");
  await bench.pass(5_400, 600);
  assert.equal((await findRefund(bench.db.pg.batch, merchantId, id))?.state, "failed");
  assert.equal((await presentOf(bench, payment)).refunding.minor, 0n);
  assert.equal(bankTotal(bench, payment), 0n);
});

test("a channel that never answers hands the refund to a person, whose decision is booked", async () => {
  await using bench = await paymentsBench();
  const payment = await paidPayment(bench);
  bench.channel.refundPlan = Array.from({ length: 400 }, () => "requestLost" as const);
  bench.channel.refundQueryPlan = Array.from({ length: 400 }, () => "requestLost" as const);
  const { id } = viewIn(await bench.refund(payment.id, { amount: 100, waitSeconds: 0 }));
  await bench.pass(90_000, 900);
  const open = await findRefund(bench.db.pg.batch, merchantId, id);
  assert.deepEqual([open?.state, open?.reviewSince === null], ["processing", false]);
  assert.deepEqual(await casesOf(bench), ["refundUnclear"]);
  const verdict = { decision: "succeeded", reason: "银行流水已核对" } as const;
  const decided = await bench.payments.refunds.decideReview(operatorPrincipal, id, verdict);
  assert.equal(decided.ok && decided.value.state, "succeeded");
  assert.deepEqual(await casesOf(bench), ["refundUnclear, closed"]);
  const again = await bench.payments.refunds.decideReview(operatorPrincipal, id, verdict);
  assert.equal(again.ok ? null : again.refusal.code, "refund_review_not_open");
  assert.equal((await presentOf(bench, payment)).refunded.minor, 100n);
  assert.equal((await verifyLedger(bench.db, null)).broken, null);
});

test("what was given back although a person said no is booked, and nothing more than was paid goes back", async () => {
  await using bench = await paymentsBench();
  const payment = await paidPayment(bench);
  bench.channel.refundPlan = ["replyLost"];
  bench.channel.refundQueryPlan = Array.from({ length: 400 }, () => "requestLost" as const);
  const { id } = viewIn(await bench.refund(payment.id, { amount: 6_000 }));
  await bench.pass(87_000, 500);
  const verdict = { decision: "failed", reason: "银行流水没有" } as const;
  assert.ok((await bench.payments.refunds.decideReview(operatorPrincipal, id, verdict)).ok);
  bench.channel.refundQueryPlan = [];
  await bench.refund(payment.id, { amount: 6_000, waitSeconds: 0 });
  await bench.pass(1_200, 100);
  const after = await presentOf(bench, payment);
  assert.deepEqual([after.refunded.minor, after.refunding.minor], [12_000n, 0n]);
  assert.equal(bankTotal(bench, payment), 12_000n);
  assert.equal((await findRefund(bench.db.pg.batch, merchantId, id))?.state, "succeeded");
  assert.deepEqual(new Set(await casesOf(bench)), new Set(["refundUnclear, closed", "channelContradiction"]));
  assert.equal((await verifyLedger(bench.db, null)).broken, null);
  const queries = bench.channel.count("refundQuery");
  await bench.pass(20_000, 500);
  assert.equal(bench.channel.count("refundQuery"), queries);
});

test("what somebody else gave back while a refund of ours was on its way is reversed with its case", async () => {
  await using bench = await paymentsBench();
  const payment = await paidPayment(bench);
  const { channel, clock, payments } = bench;
  const refund = channel.refund.bind(channel);
  channel.refund = async (...asked) => {
    const reply = await refund(...asked);
    const trade = channel.trades.get(payment.channelOrderNo);
    assert.ok(trade);
    // The rest is given back elsewhere; the bank tells of it, and answers the question, before our own reply arrives.
    trade.state = "refunded";
    const news = new Map([
      ["order", payment.channelOrderNo],
      ["sign", "good"],
      ["news", "changed"],
      ["id", "elsewhere"],
    ]);
    await payments.receiveCallback("alipay", merchantId, formCallback(news));
    clock.advance(1);
    await payments.resolveDue(64);
    return reply;
  };
  assert.equal(viewIn(await bench.refund(payment.id, { amount: 1_000 })).state, "succeeded");
  await bench.pass(10);
  const after = await presentOf(bench, payment);
  assert.deepEqual([after.state, after.refunded.minor, after.refunds.minor], ["reversed", 12_500n, 1_000n]);
  assert.deepEqual(await casesOf(bench), ["reversedAfterSuccess"]);
  assert.equal((await verifyLedger(bench.db, null)).broken, null);
});
