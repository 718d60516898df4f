// Each switch at the simulated UnionPay: what changes on the wire, and what in the books.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readForm } from "@huiyin/server/kernel/form.ts";
import { isGenuine, testWorld } from "./fixtures.ts";

const order = "00000001order1";

// fault, call → answer, whether it counts, state in the books
for (const [id, respCode, genuine, state] of [
  ["bank-error", "03", true, "none"],
  ["fault-after-effect", "04", true, "TRADE_SUCCESS"],
  ["defective-success", "A6", true, "TRADE_SUCCESS"],
  ["paid-too-late", "42", true, "TRADE_SUCCESS"],
  ["C-PAY-01", "64", true, "none"],
  ["C-PAY-13", "33", true, "none"],
  ["payer-restricted", "38", true, "none"],
  ["C-X-01", "44", true, "none"],
  ["C-CHN-03", "06", true, "none"],
  ["C-CHN-01", "02", true, "none"],
  ["certificate-expired", "00", false, "TRADE_SUCCESS"],
  ["wrong-signature", "00", false, "TRADE_SUCCESS"],
  ["server-error", undefined, false, "TRADE_SUCCESS"],
  ["reply-lost-after-effect", undefined, false, "TRADE_SUCCESS"],
  ["reply-lost-before-effect", undefined, false, "none"],
] as const) {
  test(`${id}: a payment is answered with ${respCode ?? "nothing"}, and the books say ${state}`, async () => {
    const made = testWorld();
    made.fault(id, { operations: ["pay"] });
    const answer = await made.pay(order);
    assert.equal(answer.fields["respCode"], respCode);
    assert.equal(answer.genuine, genuine);
    assert.equal(made.tradeOf(order)?.status ?? "none", state);
    assert.equal(answer.fields["queryId"] !== undefined, respCode === "00" || respCode === "A6");
    const asked = await made.query(order);
    const fate = state === "none" ? [asked.fields["respCode"], undefined] : ["00", "00"];
    assert.deepEqual([asked.fields["respCode"], asked.fields["origRespCode"]], fate);
    assert.deepEqual(made.world.problems(), []);
  });
}

// what happens to refunds, happens to voids: fault → answer, whether the money went back
for (const [id, respCode, back] of [
  ["fault-after-effect", "04", 1250n],
  ["reply-lost-after-effect", undefined, 1250n],
  ["reply-lost-before-effect", undefined, 0n],
  ["wrong-signature", "00", 1250n],
] as const) {
  test(`${id}: a void is answered with ${respCode ?? "nothing"}, ${back} fen went back, and a query says so`, async () => {
    const made = testWorld();
    await made.pay(order);
    made.fault(id, { operations: ["refund"] });
    const answer = await made.call("31/00", {
      ...{ orderId: "00000001refund1", txnAmt: "1250", currencyCode: "156", reqReserved: order },
      ...{ backUrl: "http://127.0.0.1:9/callback", origQryId: made.tradeOf(order)?.tradeNo ?? "" },
    });
    assert.equal(answer.fields["respCode"], respCode);
    assert.equal(made.tradeOf(order)?.refundedFen, back);
    const asked = await made.query("00000001refund1");
    assert.deepEqual(
      [asked.fields["respCode"], asked.fields["origRespCode"]],
      back === 0n ? ["34", undefined] : ["00", "00"],
    );
  });
}

test("a payment held back until its reversal is carried out after it: the reversal had found nothing", async () => {
  const made = testWorld();
  made.fault("request-after-cancel", { remaining: 1 });
  await made.pay(order);
  assert.equal(made.tradeOf(order), undefined);
  assert.equal((await made.reverse(order)).fields["respCode"], "34");
  assert.equal(made.tradeOf(order)?.status, "TRADE_SUCCESS");
});

test("a forged notification comes in UnionPay’s name from nobody that counts; a doubled one is the same twice", async () => {
  const forged = testWorld();
  forged.fault("notification-forged");
  await forged.pay(order);
  const arrived = (await forged.posts()).map(({ body }) => readForm(Buffer.from(body), "utf-8", 100));
  const counting = await Promise.all(arrived.map((form) => isGenuine(form, forged.now())));
  assert.deepEqual(counting.toSorted(), [false, true]);
  const doubled = testWorld();
  doubled.fault("notification-doubled");
  await doubled.pay(order);
  const [first, second, ...more] = await doubled.posts();
  assert.deepEqual([first?.body, more.length], [second?.body, 0]);
});

test("a notification with a wrong amount is genuine, and the books do not say so", async () => {
  const made = testWorld();
  made.fault("notification-wrong-amount");
  await made.pay(order);
  const [posted] = await made.posts();
  const form = readForm(Buffer.from(posted?.body ?? ""), "utf-8", 100);
  assert.ok(await isGenuine(form, made.now()));
  assert.notEqual(form.get("txnAmt"), "1250");
  assert.equal(made.tradeOf(order)?.amountFen, 1250n);
});

for (const [id, respCode] of [
  ["bill-not-ready", "98"],
  ["bill-totals-wrong", "00"],
  ["bill-row-missing", "00"],
] as const) {
  test(`${id}: the settlement file of a day with trade is answered with ${respCode}`, async () => {
    const made = testWorld();
    await made.pay(order);
    await made.refund(order, "00000001refund1", 500);
    made.advance(86_400);
    const file = () => made.call("76/01", { settleDate: "0301", fileType: "00" });
    const sound = (await file()).fields["fileContent"];
    made.fault(id);
    const { fields } = await file();
    assert.equal(fields["respCode"], respCode);
    assert.notEqual(fields["fileContent"], sound);
  });
}
