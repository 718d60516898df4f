import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { sql } from "kysely";
import { CommitUnknownError } from "../../../platform/pg/errors.ts";
import type { Pg } from "../../../platform/pg/pg.ts";
import { verifyLedger } from "../../ledger/index.ts";
import type { Result } from "../../../kernel/result.ts";
import { fixtureId } from "../../ledger/fixtures.ts";
import { readPayment, readTimeline } from "../reading/service.ts";
import {
  freshCode,
  merchantId,
  merchantPrincipal,
  operatorPrincipal,
  paymentsBench,
  terminalId,
  terminalPrincipal,
  type PaymentsBench,
} from "../testing.ts";
import type { Answer } from "./request.ts";

let bench: PaymentsBench;
before(async () => {
  bench = await paymentsBench();
});
after(() => bench[Symbol.asyncDispose]());
beforeEach(() => {
  bench.channel.calls.length = 0;
  bench.channel.chargePlan = [];
  bench.channel.onCharge = () => Promise.resolve();
  bench.announced.length = 0;
});

let codes = 1_000_000;
const newCode = (): string => freshCode((codes += 1));
let keys = 0;
const newKey = (): string => `own-${(keys += 1)}`;

/** Status or refusal code of an answer. */
const said = (result: Result<Answer>): number | string =>
  result.ok ? result.value.status : result.refusal.code;

function idOf(result: Result<Answer>): string {
  assert.ok(result.ok, JSON.stringify(result));
  return result.value.paymentId;
}

async function stateOf(paymentId: string): Promise<string> {
  const found = await readPayment(bench.db, operatorPrincipal, paymentId);
  assert.ok(found.ok);
  return found.value.state;
}

test("a paid code becomes a payment, a journal, an announcement and a timeline", async () => {
  const answer = await bench.create({ amount: 12_500, principal: terminalPrincipal });
  assert.ok(answer.ok);
  assert.equal(answer.value.status, 201);
  const body = JSON.parse(answer.value.body) as Record<string, unknown>;
  assert.deepEqual(
    [
      body["state"],
      body["amount"],
      body["feeAmount"],
      body["fundingSource"],
      body["terminalId"],
      body["subject"],
    ],
    ["succeeded", 12_500, 75, "huabei", terminalId, "回音咖啡"],
  );
  const lines = await readTimeline(bench.db, merchantPrincipal, answer.value.paymentId);
  assert.ok(lines.ok);
  assert.deepEqual(
    lines.value.map((line) => line.kind),
    ["requested", "chargeSent", "chargeAnswered", "stateChanged", "announced"],
  );
  assert.deepEqual(
    bench.announced.map((order) => order.paymentId),
    [answer.value.paymentId],
  );
  assert.equal((await verifyLedger(bench.db, merchantId)).broken, null);
});

test("the same key and body get the same answer to the byte, and no second charge", async () => {
  const request = { key: newKey(), payerCode: newCode() };
  const first = await bench.create(request);
  assert.deepEqual(await bench.create(request), first);
  assert.deepEqual(await bench.create({ ...request, wait: 30 }), first, "wait is not part of the request");
  assert.equal(bench.channel.count("charge"), 1);
});

test("the same key with another body is refused, whatever differs", async () => {
  const request = { key: newKey(), payerCode: newCode() };
  await bench.create(request);
  for (const other of [
    { amount: 1 },
    { payerCode: newCode() },
    { subject: "别的" },
    { principal: terminalPrincipal },
  ]) {
    assert.equal(
      said(await bench.create({ ...request, ...other })),
      "idempotency_key_reused",
      JSON.stringify(other),
    );
  }
});

test("fifty requests at once with one key have one effect", async () => {
  const request = { key: newKey(), payerCode: newCode() };
  const [left, right] = [bench.payments, bench.another()];
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      (index % 2 === 0 ? left : right).create({
        principal: merchantPrincipal,
        idempotencyKey: request.key,
        body: { amount: 500, payerCode: request.payerCode },
        waitSeconds: 5,
      }),
    ),
  );
  assert.equal(bench.channel.count("charge"), 1);
  const bodies = new Set(answers.flatMap((answer) => (answer.ok ? [answer.value.body] : [])));
  assert.equal(bodies.size, 1);
  for (const answer of answers)
    assert.ok(answer.ok || answer.refusal.code === "idempotency_key_in_use", JSON.stringify(answer));
});

test("one payer code is charged once, by however many requests at once", async () => {
  const payerCode = newCode();
  const another = bench.another();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? bench.payments : another).create({
        principal: merchantPrincipal,
        idempotencyKey: newKey(),
        body: { amount: 500, payerCode },
        waitSeconds: 5,
      }),
    ),
  );
  const paid = answers.filter((answer) => answer.ok);
  assert.equal(paid.length, 1);
  assert.equal(bench.channel.count("charge"), 1);
  const earlier = idOf(paid[0]!);
  for (const answer of answers) {
    if (!answer.ok)
      assert.deepEqual(
        [answer.refusal.code, answer.refusal.facts["paymentId"]],
        ["payer_code_used", earlier],
      );
  }
});

test("a payer code is free again after a definite failure, and after ten minutes", async () => {
  const payerCode = newCode();
  bench.channel.chargePlan = ["decline", "requestLost"];
  assert.equal(await stateOf(idOf(await bench.create({ payerCode }))), "failed");
  assert.equal(said(await bench.create({ payerCode })), 202);
  assert.equal(said(await bench.create({ payerCode })), "payer_code_used");
  bench.clock.advance(601);
  assert.equal(said(await bench.create({ payerCode })), 201);
});

test("a merchant order number belongs to one payment, also among requests at once", async () => {
  const merchantOrderNo = "order-1";
  const answers = await Promise.all(Array.from({ length: 10 }, () => bench.create({ merchantOrderNo })));
  assert.equal(answers.filter((answer) => answer.ok).length, 1);
  assert.ok(answers.every((answer) => answer.ok || answer.refusal.code === "merchant_order_no_used"));
  assert.equal(bench.channel.count("charge"), 1);
});

test("a refused request has not happened: its key and its order number stay free", async () => {
  const payerCode = newCode();
  const key = newKey();
  await bench.create({ payerCode });
  assert.equal(said(await bench.create({ key, payerCode, merchantOrderNo: "order-2" })), "payer_code_used");
  assert.equal(said(await bench.create({ key, payerCode: newCode(), merchantOrderNo: "order-2" })), 201);
});

test("requests at once lose nothing to one that is refused: neither an order number nor a key", async () => {
  const used = newCode();
  await bench.create({ payerCode: used });
  const [first, second] = await Promise.all([
    bench.create({ payerCode: used, merchantOrderNo: "shared-order" }),
    bench.create({ payerCode: newCode(), merchantOrderNo: "shared-order" }),
  ]);
  assert.deepEqual([said(first), said(second)], ["payer_code_used", 201]);

  const key = newKey();
  const [refused, again, other] = await Promise.all([
    bench.create({ payerCode: used, key }),
    bench.create({ payerCode: used, key }),
    bench.create({ payerCode: newCode(), key }),
  ]);
  assert.deepEqual([said(refused), said(again), said(other)], ["payer_code_used", "payer_code_used", 201]);
});

test("an outcome that stays open is answered 202, and its repetition as well, though the payment moved on", async () => {
  bench.channel.chargePlan = ["replyLost"];
  const request = { key: newKey(), payerCode: newCode() };
  const first = await bench.create(request);
  assert.equal(said(first), 202);
  await bench.pass(6);
  assert.equal(await stateOf(idOf(first)), "succeeded");
  assert.deepEqual(await bench.create(request), first);
  assert.equal(bench.channel.count("charge"), 1);
});

test("a request that waits gets the outcome as soon as the resolver learns it, and stores that answer", async () => {
  bench.channel.chargePlan = ["replyLost"];
  const request = { key: newKey(), payerCode: newCode(), wait: 30 };
  const waiting = bench.create(request);
  while (bench.channel.count("charge") === 0) await new Promise((resolve) => setImmediate(resolve));
  await bench.pass(8);
  const answer = await waiting;
  assert.equal(said(answer), 201);
  assert.deepEqual(await bench.create(request), answer);
});

test("whoever does not wait is answered at once, and the charge goes on without the caller", async () => {
  const request = {
    principal: merchantPrincipal,
    idempotencyKey: newKey(),
    body: { amount: 1, payerCode: newCode() },
    waitSeconds: 0,
  };
  const arrived = Promise.withResolvers<void>();
  bench.channel.onCharge = () => arrived.promise;
  const answer = await bench.payments.create(request);
  assert.equal(said(answer), 202);
  arrived.resolve();
  await bench.payments.idle();
  assert.equal(await stateOf(idOf(answer)), "succeeded");
  assert.deepEqual(await bench.payments.create(request), answer);
});

test("a slow channel costs the caller no more than the wait", async () => {
  const arrived = Promise.withResolvers<void>();
  bench.channel.onCharge = () => arrived.promise;
  const waiting = bench.create({ wait: 5 });
  while (bench.channel.count("charge") === 0) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  bench.clock.advance(5);
  assert.equal(said(await waiting), 202);
  arrived.resolve();
  await bench.payments.idle();
});

test("a payer who must enter the password is an answer, not a wait", async () => {
  bench.channel.chargePlan = ["askPassword"];
  const answer = await bench.create({ wait: 30 });
  assert.ok(answer.ok && answer.value.body.includes('"awaitingPayer"'));
  assert.equal(answer.value.status, 201);
});

test("while the first request is running its key is busy; after its process died the first repetition stores what is known", async () => {
  const request = { key: newKey(), payerCode: newCode() };
  bench.channel.onCharge = () => new Promise(() => undefined);
  const dying = bench.another({ clock: { sleep: () => new Promise(() => undefined) } });
  const { key: idempotencyKey, payerCode } = request;
  void dying.create({
    principal: merchantPrincipal,
    idempotencyKey,
    body: { amount: 12_500, payerCode },
    waitSeconds: 5,
  });
  while (bench.channel.count("charge") === 0) await new Promise((resolve) => setImmediate(resolve));
  bench.channel.onCharge = () => Promise.resolve();
  assert.equal(said(await bench.create(request)), "idempotency_key_in_use");
  bench.clock.advance(36);
  const stored = await bench.create(request);
  assert.equal(said(stored), 202);
  await bench.pass(130, 5);
  assert.equal(await stateOf(idOf(stored)), "closed");
  assert.deepEqual(await bench.create(request), stored);
  assert.equal(bench.channel.count("charge"), 1, "after a crash only queries and cancels follow");
});

/** A database whose next commit is in doubt: it happened, or it did not, and nobody says which. */
function withDoubtfulCommit(pg: Pg, fate: "committed" | "rolledBack"): Pg {
  let doubtful = 1;
  return {
    ...pg,
    transaction: async (work) => {
      if (doubtful === 0) return pg.transaction(work);
      doubtful -= 1;
      if (fate === "committed") await pg.transaction(work);
      else
        await pg
          .transaction(async (tx) => Promise.reject(await work(tx).then(() => new Error("rolled back"))))
          .catch(() => undefined);
      throw new CommitUnknownError("the connection was lost during COMMIT");
    },
  };
}

test("a commit in doubt is looked up by its key before the channel is called, and charges once either way", async () => {
  for (const fate of ["committed", "rolledBack"] as const) {
    const charges = bench.channel.count("charge");
    const doubtful = bench.another({ pg: withDoubtfulCommit(bench.db.pg, fate) });
    const body = { amount: 700, payerCode: newCode(), merchantOrderNo: `doubt-${fate}` };
    const answer = await doubtful.create({
      principal: merchantPrincipal,
      idempotencyKey: newKey(),
      body,
      waitSeconds: 5,
    });
    assert.equal(said(answer), 201, fate);
    assert.equal(bench.channel.count("charge"), charges + 1, fate);
  }
});

// who asks, with what -> refusal
const refusals = [
  [operatorPrincipal, {}, "merchant_not_named"],
  [operatorPrincipal, { merchantId: fixtureId("mer", 9) }, "not_found"],
  [merchantPrincipal, { merchantId: fixtureId("mer", 9) }, "not_found"],
  [merchantPrincipal, { terminalId: fixtureId("trm", 9) }, "not_found"],
  [merchantPrincipal, { storeId: fixtureId("sto", 9) }, "not_found"],
  [terminalPrincipal, { terminalId: fixtureId("trm", 9) }, "not_found"],
  [terminalPrincipal, { storeId: fixtureId("sto", 9) }, "not_found"],
  [merchantPrincipal, { payerCode: "https://qr.alipay.com/bax01" }, "payer_code_is_collecting_code"],
  [merchantPrincipal, { payerCode: "hello" }, "payer_code_unrecognised"],
  [merchantPrincipal, { payerCode: "134567890123456789" }, "channel_not_available"],
] as const;

test("what cannot be collected is refused before anything happens", async () => {
  for (const [principal, own, expected] of refusals) {
    assert.equal(said(await bench.create({ principal, ...own })), expected, JSON.stringify(own));
  }
  bench.terminal.state = "suspended";
  assert.equal(said(await bench.create({ principal: terminalPrincipal })), "terminal_suspended");
  bench.terminal.state = "active";
  assert.equal(bench.channel.calls.length, 0);
});

test("an answered request is answered again even where it would be refused by now", async () => {
  const request = { key: newKey(), payerCode: newCode(), principal: terminalPrincipal };
  const first = await bench.create(request);
  bench.terminal.state = "suspended";
  assert.deepEqual(await bench.create(request), first);
  bench.terminal.state = "active";
});

test("many payments at once share transactions and all end, with books in order", async () => {
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) => bench.create({ amount: index + 1 })),
  );
  assert.ok(answers.every((answer) => said(answer) === 201));
  assert.equal(new Set(answers.map(idOf)).size, 200);
  assert.equal((await verifyLedger(bench.db, null)).broken, null);
});

test("no payer code is written down anywhere", async () => {
  const payerCode = "289876543210123456";
  await bench.create({ payerCode });
  assert.equal(said(await bench.create({ payerCode })), "payer_code_used");
  const { rows: tables } = await sql<{ name: string }>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('payments', 'ledger', 'support')`.execute(bench.db.pg.owner);
  assert.ok(tables.length >= 8);
  const hex = Buffer.from(payerCode).toString("hex");
  for (const { name } of tables) {
    const { rows } = await sql`
      select from ${sql.raw(name)} as row
      where row::text like ${`%${payerCode}%`} or row::text like ${`%${hex}%`}`.execute(bench.db.pg.owner);
    assert.equal(rows.length, 0, name);
  }
  assert.ok(!bench.logLines.join("").includes(payerCode));
});

test("a charge whose time has passed before it could be sent is not sent, and the resolver settles it", async () => {
  // The process stops between the commit and the send, and wakes up two minutes later.
  const stopped: Pg = {
    ...bench.db.pg,
    transaction: async (work) => {
      const result = await bench.db.pg.transaction(work);
      if (stops) bench.clock.advance(120);
      stops = false;
      return result;
    },
  };
  let stops = true;
  const answer = await bench.another({ pg: stopped }).create({
    principal: merchantPrincipal,
    idempotencyKey: newKey(),
    body: { amount: 12_500, payerCode: newCode() },
    waitSeconds: 5,
  });
  assert.equal(said(answer), 202);
  assert.equal(bench.channel.count("charge"), 0);
  assert.ok(bench.logLines.some((line) => line.includes("charge_not_sent")));
  await bench.pass(30);
  assert.equal(bench.channel.count("charge"), 0);
  assert.equal(await stateOf(idOf(answer)), "closed");
});
