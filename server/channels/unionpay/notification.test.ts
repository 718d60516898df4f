// Notifications of payments and refunds: what proves a payment, what only asks for a query, what is nobody’s.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fen } from "../../kernel/money.ts";
import { addSeconds } from "../../kernel/time.ts";
import { formCallback } from "../testing/callbacks.ts";
import { unionpay } from "./client.ts";
import { account, noon, noonText, signedByGateway } from "./fixtures.ts";
import { issue, merchantCertificate, middle } from "./testing/authority.ts";

const payment = {
  ...{ txnType: "01", txnSubType: "06", bizType: "000000", accessType: "0", merId: "777290058110048" },
  ...{ orderId: "00000001order1", txnTime: noonText, txnAmt: "1250", currencyCode: "156" },
  ...{ respCode: "00", respMsg: "成功[0000000]", queryId: "262603011200001234567", settleAmt: "1250" },
  ...{ settleDate: "0301", traceNo: "123456", traceTime: "0301120003" },
  ...{ payCardType: "01", accNo: "6216261000000000018" },
};
const refund = {
  ...payment,
  ...{ txnType: "04", txnSubType: "00", orderId: "00000001refund1", txnAmt: "500" },
  ...{ queryId: "262603011300001234568", origQryId: payment.queryId, reqReserved: "00000001order1" },
};

async function read(
  fields: Readonly<Record<string, string>>,
  own = account,
  signer?: Parameters<typeof signedByGateway>[1],
) {
  const signed = await signedByGateway(Object.entries(fields), signer);
  return unionpay.readCallback(own, formCallback(signed));
}

test("a notification of a payment is its proof, and keeps no card", async () => {
  const reading = await read(payment);
  assert.ok(reading.kind === "accepted");
  assert.deepEqual(reading.news, {
    kind: "succeeded",
    channelTradeNo: "262603011200001234567",
    amount: fen(1250),
    paidAt: addSeconds(noon, 3),
    fundingSource: "debitCard",
    payerAccount: "****0018",
    words: { code: "00", message: "成功[0000000]" },
  });
  assert.equal(reading.channelOrderNo, "00000001order1");
  assert.equal(reading.notificationId, "01-262603011200001234567");
  const kept = JSON.stringify(reading.redacted);
  for (const secret of ["6216261000000000018", "BEGIN CERTIFICATE"])
    assert.equal(kept.includes(secret), false);
});

for (const [name, txnType] of [
  ["a refund", "04"],
  ["a void", "31"],
] as const) {
  test(`a notification of ${name} names it and its payment, and asks for a query of it`, async () => {
    const reading = await read({ ...refund, txnType });
    assert.ok(reading.kind === "accepted");
    assert.deepEqual(reading.news, {
      ...{ kind: "stateMayHaveChanged", tradeStatus: `${txnType}/00`, amount: null },
      channelRefundNo: "00000001refund1",
    });
    assert.deepEqual(
      [reading.channelOrderNo, reading.notificationId],
      ["00000001order1", `${txnType}-262603011300001234568`],
    );
  });
}

// what the notification says besides → what it is
for (const [name, own, kind] of [
  ["that was no success", { respCode: "01" }, "stateMayHaveChanged"],
  ["that is defective, and paid", { respCode: "A6" }, "succeeded"],
  ["that moved money late", { respCode: "42" }, "stateMayHaveChanged"],
  ["without amount", { txnAmt: "" }, "stateMayHaveChanged"],
  ["of a reversal", { txnType: "99", txnSubType: "01" }, "stateMayHaveChanged"],
] as const) {
  test(`a notification of a payment ${name} reads as ${kind}`, async () => {
    const reading = await read({ ...payment, ...own });
    assert.ok(reading.kind === "accepted", reading.kind);
    assert.equal(reading.news.kind, kind);
  });
}

for (const [name, fields, kind] of [
  ["for another merchant", { ...payment, merId: "777290058110049" }, "forged"],
  ["for nobody", { ...payment, merId: "" }, "forged"],
  ["without order", { ...payment, orderId: "" }, "malformed"],
  ["with an order that is none", { ...payment, orderId: "a b" }, "malformed"],
  ["without UnionPay’s number", { ...payment, queryId: "" }, "malformed"],
  ["of a refund without its payment", { ...refund, reqReserved: "" }, "malformed"],
] as const) {
  test(`a genuine notification ${name} is ${kind}`, async () => {
    assert.equal((await read(fields)).kind, kind);
  });
}

test("whoever else signs a notification forges it: a merchant, a stranger, a certificate of yesterday", async () => {
  const stranger = issue({ commonName: "041@Z12@00040000:SIGN@1", serial: 5n, issuer: null });
  const yesterday = issue({
    ...{ commonName: "041@Z12@00040000:SIGN@1", serial: 6n, issuer: middle },
    validTo: addSeconds(noon, -1),
  });
  for (const signer of [merchantCertificate, stranger, yesterday])
    assert.equal((await read(payment, account, signer)).kind, "forged");
  const production = { ...account, gatewayUrl: "https://gateway.95516.com/gateway/api" };
  assert.equal((await read(payment, production)).kind, "forged");
  assert.equal((await read(payment, {})).kind, "forged");
});

test("the answer is short: status 200 ends the repetition, anything else asks for another", () => {
  const callback = formCallback([]);
  assert.deepEqual(unionpay.answerCallback("processed", callback), {
    ...{ status: 200, contentType: "text/plain", body: "ok" },
  });
  assert.equal(unionpay.answerCallback("tryAgain", callback).status, 503);
});

const vectors = new URL("../../../../shared/vectors/unionpay-acp/", import.meta.url);
const skip = existsSync(vectors) ? false : "the published vectors are not at hand";
const vector = (name: string): string => readFileSync(new URL(name, vectors), "utf8");

test(
  "published: the real notification is accepted on its day, from its merchant; today it is forged",
  { skip },
  async () => {
    const own = {
      merId: "777290058146592",
      middleCertificatePem: vector("acp_test_middle.cer"),
      rootCertificatePem: vector("acp_test_root.cer"),
      gatewayUrl: "https://gateway.test.95516.com/gateway/api",
    };
    const at = (moment: string) => ({
      headers: new Map([["content-type", "application/x-www-form-urlencoded"]]),
      body: Buffer.from(vector("notify-5.1.0.form.txt").trim()),
      receivedAt: new Date(moment),
    });
    const thatDay = at("2017-10-30T22:36:40+08:00");
    // Of a contract, not of a payment, and without queryId: genuine, and nothing for us.
    const reading = await unionpay.readCallback(own, thatDay);
    assert.deepEqual(reading, { kind: "malformed", problem: "queryId is missing" });
    const today = await unionpay.readCallback(own, at("2026-11-22T12:00:00Z"));
    assert.ok(today.kind === "forged");
    assert.match(today.problem, /expired/);
    const other = await unionpay.readCallback({ ...own, merId: "777290058146593" }, thatDay);
    assert.ok(other.kind === "forged");
    assert.match(other.problem, /merId/);
  },
);
