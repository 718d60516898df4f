import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { sql } from "kysely";
import type { Payment as PaymentView } from "@huiyin/contract/api/payments.ts";
import type { Result } from "../../../kernel/result.ts";
import { formCallback } from "../../../channels/testing/callbacks.ts";
import { verifyLedger } from "../../ledger/index.ts";
import type { Answer } from "../intake/request.ts";
import type { Payment } from "../model.ts";
import { readPayment, readTimeline } from "../reading/service.ts";
import {
  merchantId,
  operatorPrincipal,
  paymentsBench,
  terminalPrincipal,
  type PaymentsBench,
} from "../testing.ts";
import { viewAt } from "../view.ts";

let bench: PaymentsBench;
before(async () => {
  bench = await paymentsBench();
});
after(() => bench[Symbol.asyncDispose]());
beforeEach(() => {
  const { channel } = bench;
  channel.calls.length = 0;
  channel.precreatePlan = [];
  channel.closePlan = [];
  channel.queryPlan = [];
  channel.onPrecreate = () => Promise.resolve();
  channel.onClose = () => undefined;
  bench.announced.length = 0;
});

const said = (result: Result<Answer>): number | string =>
  result.ok ? result.value.status : result.refusal.code;

async function read(paymentId: string): Promise<Payment> {
  const found = await readPayment(bench.db, operatorPrincipal, paymentId);
  assert.ok(found.ok);
  return found.value;
}

/** A code on the screen. */
async function shown(own: Parameters<PaymentsBench["createCode"]>[0] = {}): Promise<Payment> {
  const answer = await bench.createCode(own);
  assert.ok(answer.ok, JSON.stringify(answer));
  return read(answer.value.paymentId);
}

const scan = ({ channelOrderNo }: Payment, what: "pays" | "waits") =>
  bench.channel.scan(channelOrderNo, what, bench.clock.now());

/** The payment that a refused request began: the newest one. */
async function begun(answer: Result<Answer>): Promise<Payment> {
  assert.ok(!answer.ok);
  return read(String(answer.refusal.facts["paymentId"]));
}

/** What the bank holds and what we booked agree: the money is here or it is not, never both. */
async function agrees(payment: Payment): Promise<void> {
  const present = await read(payment.id);
  const paidAtBank = bench.channel.trades.get(payment.channelOrderNo)?.state === "paid";
  assert.equal(present.state === "succeeded", paidAtBank, `${present.state}, and the bank: ${paidAtBank}`);
  assert.equal((await verifyLedger(bench.db, merchantId)).broken, null);
}

test("a code is made, shown, scanned and paid: booked, announced, and not shown any more", async () => {
  const answer = await bench.createCode({ merchantOrderNo: "SHOWN-1", validitySeconds: 60 });
  assert.ok(answer.ok);
  const view = JSON.parse(answer.value.body) as PaymentView;
  const payment = await read(view.id);
  assert.deepEqual(
    [answer.value.status, view.mode, view.state, view.code?.url, view.code?.expiresAt === view.expiresAt],
    [201, "shownCode", "awaitingPayer", `https://qr.alipay.com/bax${payment.channelOrderNo}`, true],
  );
  assert.deepEqual([payment.terminalId, payment.payerCodeMasked], [terminalPrincipal.terminalId, null]);
  await bench.pass(3);
  assert.equal((await read(view.id)).state, "awaitingPayer");
  assert.equal(scan(payment, "pays"), "paid");
  await bench.pass(3);
  const paid = await read(view.id);
  assert.deepEqual([paid.state, paid.codeUrl, paid.resolution], ["succeeded", null, null]);
  assert.deepEqual(
    bench.announced.map((order) => order.paymentId),
    [view.id],
  );
  await agrees(payment);
  const lines = await readTimeline(bench.db, operatorPrincipal, view.id);
  assert.ok(lines.ok);
  assert.deepEqual(
    lines.value.map(({ kind }) => kind).filter((kind) => !kind.startsWith("query")),
    ["requested", "codeSent", "codeAnswered", "stateChanged", "stateChanged", "announced"],
  );
  assert.equal(lines.value[0]?.data["mode"], "shownCode");
});

test("the callback comes first, and the question that was due is not asked", async () => {
  const payment = await shown();
  scan(payment, "pays");
  const form = formCallback(
    new Map([
      ["order", payment.channelOrderNo],
      ["sign", "good"],
    ]),
  );
  assert.equal((await bench.payments.receiveCallback("alipay", merchantId, form))?.body, "success");
  await bench.pass(30);
  assert.deepEqual([(await read(payment.id)).state, bench.channel.count("query")], ["succeeded", 0]);
});

test("one key makes one code: the same answer to the byte, and a different request is refused", async () => {
  const first = await bench.createCode({ key: "code-once" });
  assert.deepEqual(await bench.createCode({ key: "code-once" }), first);
  assert.equal(bench.channel.count("precreate"), 1);
  assert.equal(said(await bench.createCode({ key: "code-once", amount: 1 })), "idempotency_key_reused");
  assert.equal(
    said(await bench.create({ key: "code-once", principal: terminalPrincipal })),
    "idempotency_key_reused",
  );
});

test("what a terminal, a limit or a channel forbids is refused before anything happens", async () => {
  bench.terminal.state = "suspended";
  assert.equal(said(await bench.createCode()), "terminal_suspended");
  bench.terminal.state = "active";
  assert.equal(said(await bench.createCode({ method: "wechat" })), "channel_not_available");
  assert.equal(said(await bench.createCode({ amount: 10_000_000_001 })), "amount_outside_channel_limits");
  assert.equal(bench.channel.count("precreate"), 0);
});

test("a code that the channel refuses ends as failed, and every repetition hears the same refusal", async () => {
  bench.channel.precreatePlan = ["refuse"];
  const refused = await bench.createCode({ key: "code-refused" });
  assert.equal(said(refused), "shown_code_refused");
  assert.equal((await begun(refused)).state, "failed");
  assert.deepEqual(await bench.createCode({ key: "code-refused" }), refused);
  assert.equal(bench.channel.count("precreate"), 1);
});

test("a request without an answer is sent once more under the same number, and one trade comes of it", async () => {
  for (const lost of ["replyLost", "requestLost"] as const) {
    bench.channel.calls.length = 0;
    bench.channel.precreatePlan = [lost];
    const payment = await shown();
    assert.deepEqual([payment.state, bench.channel.count("precreate")], ["awaitingPayer", 2], lost);
    assert.equal(new Set(bench.channel.calls.map(({ channelOrderNo }) => channelOrderNo)).size, 1);
  }
});

test("whatever would close a code is committed before the channel is asked for it", async () => {
  const nets: Array<string | undefined> = [];
  bench.channel.onPrecreate = async () => {
    const orderNo = bench.channel.calls.at(-1)?.channelOrderNo;
    const { rows } = await sql<{ resolve_step: string }>`
      select resolve_step from payments.payment where channel_order_no = ${orderNo}`.execute(
      bench.db.pg.batch,
    );
    nets.push(rows[0]?.resolve_step);
  };
  await shown();
  assert.deepEqual(nets, ["close"]);
});

test("a code that nobody saw is closed and given up, and no person is called", async () => {
  bench.channel.precreatePlan = ["replyLost", "replyLost"];
  bench.channel.closePlan = ["requestLost", "requestLost", "requestLost"];
  // Waits for the end of it, as the clock stands still.
  const asked = bench.createCode({ key: "code-lost" });
  while (bench.channel.count("precreate") < 2) await new Promise(setImmediate);
  await new Promise((resolve) => setImmediate(resolve));
  let answer: Awaited<typeof asked> | null = null;
  void asked.then((value) => (answer = value));
  for (let passed = 0; passed < 30 && answer === null; passed += 1) await bench.pass(1);
  const refused = await asked;
  assert.equal(said(refused), "shown_code_not_made");
  // The answer waits for the end no longer than its time, which may be over in the very second of the last attempt.
  const { id } = await begun(refused);
  for (let passed = 0; passed < 5 && (await read(id)).state !== "closed"; passed += 1) await bench.pass(1);
  const payment = await read(id);
  assert.deepEqual([payment.state, payment.review, payment.codeUrl], ["closed", null, null]);
  assert.equal(bench.channel.count("close"), 3);
  assert.deepEqual(await bench.createCode({ key: "code-lost" }), refused);
});

test("a process that dies while it asks for the code leaves one that nobody saw: it is closed, never shown", async () => {
  let arrived = (): void => undefined;
  let goOn = (): void => undefined;
  const asked = new Promise<void>((resolve) => (arrived = resolve));
  bench.channel.onPrecreate = () => {
    arrived();
    return new Promise((resolve) => (goOn = resolve));
  };
  const dying = bench.another().createCode({
    principal: terminalPrincipal,
    idempotencyKey: "code-crash",
    body: { amount: 500, method: "alipay" },
    waitSeconds: 0,
  });
  await asked;
  const orderNo = bench.channel.calls[0]?.channelOrderNo ?? "";
  const answer = await dying;
  assert.equal(said(answer), "shown_code_not_made");
  const payment = await begun(answer);
  assert.deepEqual([payment.state, payment.resolution?.step], ["processing", "close"]);
  await bench.pass(26);
  assert.equal((await read(payment.id)).state, "closed");
  // The answer comes after all: nobody gets to see the code.
  goOn();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const late = await read(payment.id);
  assert.deepEqual([late.state, late.codeUrl, orderNo], ["closed", null, payment.channelOrderNo]);
});

test("a code that nobody scans is hidden when it expires, and closed when nobody can pay it any more", async () => {
  const payment = await shown({ validitySeconds: 30 });
  await bench.pass(30);
  const expired = await read(payment.id);
  assert.equal(expired.state, "awaitingPayer");
  assert.equal(viewAt(expired, bench.clock.now()).code, null);
  await bench.pass(15);
  assert.deepEqual([(await read(payment.id)).state, bench.channel.count("close")], ["closed", 0]);
});

test("one that was scanned and never paid is closed at the channel", async () => {
  const payment = await shown({ validitySeconds: 30 });
  scan(payment, "waits");
  await bench.pass(45);
  const ended = await read(payment.id);
  assert.deepEqual(
    [ended.state, ended.review, bench.channel.trades.get(payment.channelOrderNo)?.state],
    ["closed", null, "closed"],
  );
});

test("whoever pays in the last second has paid or has not, on both sides alike", async () => {
  for (const paysAt of [28, 29, 30, 31, 38, 40, 41, 44])
    for (const scannedBefore of ["yes", "no"] as const) {
      const payment = await shown({ validitySeconds: 30 });
      if (scannedBefore === "yes") scan(payment, "waits");
      let took = "";
      for (let second = 1; second <= 60; second += 1) {
        // A trade that was begun in time may still be paid after the expiry, until somebody closes it.
        if (second === paysAt && scannedBefore === "yes") {
          const trade = bench.channel.trades.get(payment.channelOrderNo);
          if (trade?.state === "waiting") bench.channel.pay(payment.channelOrderNo);
        }
        if (second === paysAt && scannedBefore === "no") took = scan(payment, "pays");
        await bench.pass(1);
      }
      const ended = await read(payment.id);
      assert.ok(
        ["succeeded", "closed"].includes(ended.state),
        `${paysAt} ${scannedBefore} ${took}: ${ended.state}`,
      );
      await agrees(payment);
    }
});

test("a close that crosses the payment is refused; the channel is asked at once, and it is paid", async () => {
  const payment = await shown({ validitySeconds: 30 });
  scan(payment, "waits");
  bench.channel.onClose = (channelOrderNo) => bench.channel.pay(channelOrderNo);
  await bench.pass(45);
  const ended = await read(payment.id);
  assert.deepEqual([ended.state, ended.lateSuccess], ["succeeded", false]);
  await agrees(payment);
});

test("the answer to a close is lost: closed all the same, and nobody is called", async () => {
  const payment = await shown({ validitySeconds: 30 });
  scan(payment, "waits");
  bench.channel.closePlan = ["replyLost"];
  await bench.pass(60);
  const ended = await read(payment.id);
  assert.deepEqual([ended.state, ended.review], ["closed", null]);
});

test("a channel that closes nothing and says nothing becomes a person’s, within two minutes of its end", async () => {
  const payment = await shown({ validitySeconds: 30 });
  scan(payment, "waits");
  bench.channel.closePlan = ["requestLost", "requestLost", "requestLost"];
  bench.channel.queryPlan = Array.from({ length: 60 }, () => "requestLost" as const);
  await bench.pass(155);
  assert.equal((await read(payment.id)).review?.reason, "timetableExhausted");
  bench.channel.queryPlan = [];
  await bench.pass(400);
  // Still open at the channel: only a person, or the payer, ends it.
  assert.equal((await read(payment.id)).state, "awaitingPayer");
  bench.channel.pay(payment.channelOrderNo);
  await bench.pass(301);
  assert.equal((await read(payment.id)).state, "succeeded");
  await agrees(payment);
});

const withdraw = (paymentId: string, key: string) =>
  bench.payments.refunds.reverse({
    ...{ principal: terminalPrincipal, idempotencyKey: key, paymentId },
    ...{ reason: null, managerCode: null, waitSeconds: 5 },
  });

test("withdrawn by the cashier, a code is closed at once", async () => {
  const payment = await shown();
  scan(payment, "waits");
  const answer = await withdraw(payment.id, "withdraw-1");
  assert.ok(answer.ok);
  const body = JSON.parse(answer.value.body) as { payment: PaymentView };
  assert.deepEqual([answer.value.status, body.payment.state, body.payment.code], [201, "closed", null]);
  assert.equal(bench.channel.trades.get(payment.channelOrderNo)?.state, "closed");
  assert.deepEqual(await withdraw(payment.id, "withdraw-1"), answer);
});

test("withdrawn before anybody scanned it, it is watched: a scan afterwards is closed before it is paid", async () => {
  const payment = await shown({ validitySeconds: 60 });
  assert.ok((await withdraw(payment.id, "withdraw-2")).ok);
  assert.equal((await read(payment.id)).state, "closed");
  scan(payment, "waits");
  await bench.pass(4);
  assert.equal(bench.channel.trades.get(payment.channelOrderNo)?.state, "closed");
  await bench.pass(80);
  const ended = await read(payment.id);
  assert.deepEqual([ended.state, ended.resolution], ["closed", null]);
});

test("paid within the seconds between two looks at a withdrawn code, it is a late success with a case", async () => {
  const payment = await shown({ validitySeconds: 60 });
  assert.ok((await withdraw(payment.id, "withdraw-3")).ok);
  assert.equal(scan(payment, "pays"), "paid");
  await bench.pass(4);
  const ended = await read(payment.id);
  assert.deepEqual([ended.state, ended.lateSuccess, bench.announced.length], ["succeeded", true, 1]);
  await agrees(payment);
});

test("withdrawn a moment too late, it is paid, and another request refunds it", async () => {
  const payment = await shown();
  scan(payment, "pays");
  const answer = await withdraw(payment.id, "withdraw-4");
  assert.ok(answer.ok);
  const body = JSON.parse(answer.value.body) as { payment: PaymentView };
  assert.deepEqual([body.payment.state, body.payment.lateSuccess], ["succeeded", false]);
  assert.ok((await bench.refund(payment.id)).ok);
  assert.equal((await read(payment.id)).refunded.minor, 12_500n);
});
