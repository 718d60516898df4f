// Undoing a payment by hand on a real database: cancelled while unclear, refunded once paid, refused when nothing is left.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import type { Reversal } from "@huiyin/contract/api/refunds.ts";
import { idOf, uuidOf } from "../../../kernel/ids.ts";
import type { Result } from "../../../kernel/result.ts";
import { verifyLedger } from "../../ledger/index.ts";
import { readTimeline } from "../reading/service.ts";
import {
  merchantPrincipal,
  operatorPrincipal,
  paymentsBench,
  terminalPrincipal,
  type PaymentsBench,
} from "../testing.ts";
import type { GiveBackAnswer } from "./answering/service.ts";
import type { ReversalRequest } from "./refunds.ts";

const reverse = (bench: PaymentsBench, paymentId: string, own: Partial<ReversalRequest> = {}) =>
  bench.payments.refunds.reverse({
    ...{ principal: merchantPrincipal, idempotencyKey: "undo", paymentId, reason: null, managerCode: null },
    ...{ waitSeconds: 5, ...own },
  });

function viewIn(answer: Result<GiveBackAnswer>): Reversal {
  assert.ok(answer.ok, JSON.stringify(answer));
  return JSON.parse(answer.value.body) as Reversal;
}

async function pay(bench: PaymentsBench, wait?: number): Promise<string> {
  const created = await bench.create(wait === undefined ? {} : { wait });
  assert.ok(created.ok);
  return created.value.paymentId;
}

test("a payer who takes too long is cancelled at once, and the answer says so", async () => {
  await using bench = await paymentsBench();
  bench.channel.chargePlan = ["askPassword"];
  const paymentId = await pay(bench);
  const answer = await reverse(bench, paymentId, { reason: "顾客改用现金" });
  const { payment, refund } = viewIn(answer);
  assert.deepEqual([answer.ok && answer.value.status, payment.state, refund], [201, "closed", null]);
  assert.deepEqual([bench.channel.count("query"), bench.channel.count("cancel")], [0, 1]);
  assert.deepEqual(await reverse(bench, paymentId, { reason: "顾客改用现金" }), answer);
  assert.equal(bench.channel.count("cancel"), 1);
});

test("a payment whose reply was lost is undone with what it had moved, and both are booked", async () => {
  await using bench = await paymentsBench();
  bench.channel.chargePlan = ["replyLost"];
  const paymentId = await pay(bench);
  const { payment, refund } = viewIn(await reverse(bench, paymentId));
  assert.deepEqual([payment.state, payment.refundedAmount, refund], ["reversed", 12_500, null]);
  assert.equal((await verifyLedger(bench.db, null)).journals, 2n);
});

test("a cancel that is unclear goes on without its caller, who may ask again", async () => {
  await using bench = await paymentsBench();
  bench.channel.chargePlan = ["askPassword"];
  const paymentId = await pay(bench);
  bench.channel.cancelPlan = ["requestLost"];
  const answer = await reverse(bench, paymentId, { waitSeconds: 0 });
  await bench.payments.idle();
  assert.deepEqual([answer.ok && answer.value.status, viewIn(answer).payment.state], [202, "awaitingPayer"]);
  await bench.pass(3);
  const later = await reverse(bench, paymentId, { idempotencyKey: "later" });
  assert.equal(later.ok ? null : later.refusal.code, "reversal_not_possible");
  // What was answered stays answered, though the payment is closed by now.
  assert.deepEqual(await reverse(bench, paymentId), answer);
});

test("a paid payment is given back with all that refunds have left of it", async () => {
  await using bench = await paymentsBench();
  const paymentId = await pay(bench);
  await bench.refund(paymentId, { amount: 2_500 });
  const answer = await reverse(bench, paymentId);
  const { payment, refund } = viewIn(answer);
  assert.deepEqual(
    [answer.ok && answer.value.status, refund?.kind, refund?.amount, payment.state, payment.refundedAmount],
    [201, "reversal", 10_000, "succeeded", 12_500],
  );
  assert.deepEqual(await reverse(bench, paymentId), answer);
  const again = await reverse(bench, paymentId, { idempotencyKey: "again" });
  assert.deepEqual(again.ok ? null : [again.refusal.code, again.refusal.facts.stateZh], [
    "reversal_not_possible",
    "已全部退款或正在退款",
  ]);
});

test("the key of a refund refuses a reversal of the same payment, and the other way round", async () => {
  await using bench = await paymentsBench();
  const paymentId = await pay(bench);
  await bench.refund(paymentId, { amount: 100, idempotencyKey: "undo" });
  const reversal = await reverse(bench, paymentId);
  assert.equal(reversal.ok ? null : reversal.refusal.code, "idempotency_key_reused");
});

test("a terminal cancels what is unclear by itself, and gives paid money back only with the manager’s code", async () => {
  await using bench = await paymentsBench();
  const attempts: string[] = [];
  const terminals = {
    ...bench.deps.terminals,
    verifyManagerCode: async ({ code }: { code: string }): Promise<Result<null>> => {
      attempts.push(code);
      return code === "246810"
        ? { ok: true, value: null }
        : { ok: false, refusal: { code: "manager_code_wrong", facts: { left: 4 } } };
    },
  };
  const { refunds } = bench.another({ terminals });
  const ask = (own: Partial<ReversalRequest>) =>
    refunds.reverse({
      ...{ principal: terminalPrincipal, idempotencyKey: "undo", paymentId: "", reason: null },
      ...{ managerCode: null, waitSeconds: 5, ...own },
    });
  bench.channel.chargePlan = ["askPassword"];
  const open = await bench.create({ principal: terminalPrincipal });
  assert.equal(viewIn(await ask({ paymentId: open.ok ? open.value.paymentId : "" })).payment.state, "closed");

  const paid = await bench.create({ principal: terminalPrincipal });
  const own = { paymentId: paid.ok ? paid.value.paymentId : "", idempotencyKey: "paid" };
  const code = async (managerCode: string | null) => {
    const answer = await ask({ ...own, managerCode });
    return answer.ok ? answer.value.status : answer.refusal.code;
  };
  assert.equal(await code(null), "manager_code_required");
  assert.equal(await code("000000"), "manager_code_wrong");
  assert.equal(bench.channel.count("refund"), 0);
  assert.equal(await code("246810"), 201);
  // The answer that was given costs no further attempt.
  assert.equal(await code(null), 201);
  assert.deepEqual(attempts, ["000000", "246810"]);
  // Without anybody to verify it, no code passes.
  const unwired = await bench.create({ principal: terminalPrincipal });
  const refused = await bench.payments.refunds.reverse({
    ...{ principal: terminalPrincipal, idempotencyKey: "unwired", reason: null, managerCode: "246810" },
    ...{ paymentId: unwired.ok ? unwired.value.paymentId : "", waitSeconds: 5 },
  });
  assert.equal(refused.ok ? null : refused.refusal.code, "manager_code_missing");
});

test("wherever its process dies, repeating a reversal under its key is answered, and the money is back", async () => {
  for (const transactionsMax of [0, 1, 2, 3, 4]) {
    await using bench = await paymentsBench();
    bench.channel.chargePlan = ["replyLost"];
    const paymentId = await pay(bench);
    let transactions = 0;
    const transaction: typeof bench.deps.pg.transaction = (work) => {
      transactions += 1;
      if (transactions > transactionsMax) return Promise.reject(new Error("the process died"));
      return bench.deps.pg.transaction(work);
    };
    const dying = bench.another({ pg: { ...bench.deps.pg, transaction } });
    await dying.refunds
      .reverse({
        ...{ principal: merchantPrincipal, idempotencyKey: "undo", paymentId, reason: null },
        ...{ managerCode: null, waitSeconds: 0 },
      })
      .catch(() => undefined);
    await bench.pass(60);
    viewIn(await reverse(bench, paymentId));
    // What was answered before it died stays answered; what became of it the bank knows.
    const [trade] = bench.channel.trades.values();
    assert.equal(trade?.state, "refunded", `died after ${transactionsMax} transactions`);
  }
});

test("of two reversals under one key the refused one leaves its payment alone", async () => {
  await using bench = await paymentsBench();
  bench.channel.chargePlan = ["askPassword", "askPassword"];
  const paymentIds = [await pay(bench), await pay(bench)];
  // Both have seen the key free before either takes it.
  const bothHaveLooked = Promise.withResolvers<void>();
  let looked = 0;
  const meeting = (): typeof bench.deps.pg => {
    let transactions = 0;
    const transaction: typeof bench.deps.pg.transaction = async (work) => {
      transactions += 1;
      if (transactions === 2) {
        looked += 1;
        if (looked === 2) bothHaveLooked.resolve();
        await bothHaveLooked.promise;
      }
      return bench.deps.pg.transaction(work);
    };
    return { ...bench.deps.pg, transaction };
  };
  const answers = await Promise.all(
    paymentIds.map((paymentId) =>
      bench.another({ pg: meeting() }).refunds.reverse({
        ...{ principal: merchantPrincipal, idempotencyKey: "undo", paymentId, reason: null },
        ...{ managerCode: null, waitSeconds: 5 },
      }),
    ),
  );
  await bench.pass(3);
  assert.deepEqual(answers.map(({ ok }) => ok).sort(), [false, true]);
  assert.equal(bench.channel.count("cancel"), 1);
});

/** The bank of the bench, as one that voids until 22:30; the clock of the bench stands at ten in the morning. */
function voiding(bench: PaymentsBench): void {
  const { manifest } = bench.channel;
  const refundTimetable = { ...manifest.refundTimetable, voidUntilSecondOfDay: 81_000 };
  Object.assign(bench.channel, { manifest: { ...manifest, refundTimetable } });
}

async function ways(bench: PaymentsBench, paymentId: string): Promise<unknown[]> {
  const { rows } = await sql<{ way: string; state: string }>`
    select way, state from payments.refund where payment_id = ${uuidOf(paymentId)}`.execute(
    bench.db.pg.batch,
  );
  return rows.map(({ way, state }) => `${way} ${state}`);
}

test("where the channel voids, what was paid today is voided, and the row and every later question say so", async () => {
  await using bench = await paymentsBench();
  voiding(bench);
  const paymentId = await pay(bench);
  bench.channel.refundPlan = ["replyLost"];
  await reverse(bench, paymentId, { waitSeconds: 0 });
  await bench.payments.idle();
  assert.deepEqual(await ways(bench, paymentId), ["void processing"]);
  const asked: unknown[] = [];
  const refundQuery = bench.channel.refundQuery.bind(bench.channel);
  bench.channel.refundQuery = (io, account, question) => {
    asked.push(question.way);
    return refundQuery(io, account, question);
  };
  await bench.pass(12);
  assert.deepEqual(await ways(bench, paymentId), ["void succeeded"]);
  assert.deepEqual([bench.channel.refundRequests.map(({ way }) => way), asked], [["void"], ["void"]]);
  const told = await readTimeline(bench.db, operatorPrincipal, paymentId);
  assert.ok(told.ok);
  const lines = told.value.filter(({ kind }) => /^refund(Sent|Unanswered|Query|StateChanged)/.test(kind));
  assert.deepEqual(
    [lines.length > 3, new Set(lines.map(({ data }) => data["way"]))],
    [true, new Set(["void"])],
  );
  const part = await pay(bench);
  await bench.refund(part, { amount: 100 });
  await reverse(bench, part, { idempotencyKey: "rest" });
  assert.deepEqual(new Set(await ways(bench, part)), new Set(["refund succeeded"]));
});

test("a void that the channel refuses gives way to a refund by itself, and what is booked is booked once", async () => {
  await using bench = await paymentsBench();
  voiding(bench);
  const paymentId = await pay(bench);
  bench.channel.refundPlan = ["refuse"];
  const answer = await reverse(bench, paymentId, { waitSeconds: 0 });
  assert.equal(answer.ok && answer.value.status, 202);
  await bench.payments.idle();
  await bench.pass(2);
  assert.deepEqual(await ways(bench, paymentId), ["refund succeeded"]);
  assert.deepEqual(
    bench.channel.refundRequests.map(({ way, sendHistory }) => [way, sendHistory]),
    [
      ["void", "first"],
      ["refund", "afterSettled"],
    ],
  );
  assert.equal((await verifyLedger(bench.db, null)).journals, 2n);
});

/** A bank that says of the void “nothing of it”, and carried it out all the same: later it tells so, under the name of the void. */
function voidsLate(bench: PaymentsBench): { voidSays: "nothing" | "given back" } {
  const { channel } = bench;
  const late: { voidSays: "nothing" | "given back" } = { voidSays: "nothing" };
  const refund = channel.refund.bind(channel);
  const refundQuery = channel.refundQuery.bind(channel);
  channel.refund = async (io, account, request) => {
    if (request.way === "void") {
      channel.refundPlan = ["replyLost"];
      return refund(io, account, request);
    }
    channel.refundPlan = ["refuse"];
    const reply = await refund(io, account, request);
    assert.ok(reply.outcome.kind === "declined");
    const words = { code: "45", message: "原交易已被成功退货或已被成功撤销" };
    return { ...reply, outcome: { ...reply.outcome, words, causeHints: ["C-X-09"] } };
  };
  channel.refundQuery = async (io, account, question) => {
    const reply = await refundQuery(io, account, question);
    if (question.way === "void" && late.voidSays === "given back") return reply;
    const outcome =
      question.way === "void"
        ? ({ kind: "failed", words: { code: "01", message: "交易失败" }, causeHints: [] } as const)
        : ({ kind: "notRefunded", words: { code: "34", message: "查无此交易" } } as const);
    return { ...reply, outcome };
  };
  return late;
}

async function refundIn(bench: PaymentsBench, paymentId: string) {
  const { rows } = await sql<{
    way: string;
    state: string;
    reviewed: boolean;
    refund_id: string;
    no: string;
  }>`
    select way, state, review_since is not null as reviewed, refund_id, channel_refund_no as no from payments.refund
    where payment_id = ${uuidOf(paymentId)}`.execute(bench.db.pg.batch);
  assert.ok(rows[0] !== undefined);
  return rows[0];
}

test("a refund that is refused after its void, as the payment was undone, waits for a person until the void tells", async () => {
  await using bench = await paymentsBench();
  voiding(bench);
  const late = voidsLate(bench);
  const paymentId = await pay(bench);
  await reverse(bench, paymentId, { waitSeconds: 0 });
  await bench.payments.idle();
  await bench.pass(45);
  const open = await refundIn(bench, paymentId);
  assert.deepEqual([open.way, open.state, open.reviewed], ["refund", "processing", true]);
  const { rows } = await sql`select kind, closed_at from support."case"`.execute(bench.db.pg.batch);
  assert.deepEqual(rows, [{ kind: "refundUnclear", closed_at: null }]);
  late.voidSays = "given back";
  await bench.pass(60);
  const told = await refundIn(bench, paymentId);
  assert.deepEqual([told.way, told.state, told.reviewed], ["void", "succeeded", false]);
  assert.equal((await verifyLedger(bench.db, null)).journals, 2n);
  assert.deepEqual(
    bench.channel.refundRequests.map(({ way }) => way),
    ["void", "refund"],
  );
  const timeline = await readTimeline(bench.db, operatorPrincipal, paymentId);
  assert.ok(timeline.ok);
  const [last] = timeline.value.filter(({ kind }) => kind === "refundWayChanged").slice(-1);
  assert.deepEqual([last?.data["from"], last?.data["to"]], ["refund", "void"]);
});

test("the network’s notice of a void that gave way finds its refund, though that goes by another name by now", async () => {
  await using bench = await paymentsBench();
  voiding(bench);
  const late = voidsLate(bench);
  const paymentId = await pay(bench);
  await reverse(bench, paymentId, { waitSeconds: 0 });
  await bench.payments.idle();
  await bench.pass(45);
  const { refund_id, no } = await refundIn(bench, paymentId);
  late.voidSays = "given back";
  const body = { order: "", news: "changed", refund: no, id: "31-1", sign: "good" };
  const [order] = bench.channel.trades.keys();
  const reading = await bench.channel.readCallback(
    {},
    {
      ...{ headers: new Map(), receivedAt: bench.clock.now() },
      body: Buffer.from(new URLSearchParams({ ...body, order: order ?? "" }).toString()),
    },
  );
  assert.ok(reading.kind === "accepted");
  await bench.payments.refunds.notified({
    ...{ merchantId: merchantPrincipal.merchantId, paymentId, refundId: idOf("ref", refund_id) },
    ...{ channel: "alipay", callback: reading, receivedAt: bench.clock.now() },
  });
  await bench.payments.refunds.resolveDue(10);
  await bench.payments.idle();
  const told = await refundIn(bench, paymentId);
  assert.deepEqual([told.way, told.state, told.reviewed], ["void", "succeeded", false]);
});
