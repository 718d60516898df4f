// What comes back: of answers as they should be, and of all others.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fen } from "../../kernel/money.ts";
import type { ChargeRequest, Transport } from "../port.ts";
import { unionpay } from "./client.ts";
import { answerBody, signText } from "./codec.ts";
import {
  account,
  chargeRequest,
  gateway,
  ioWith,
  noon,
  noonText,
  refundRequest,
  replying,
  signedByGateway,
} from "./fixtures.ts";
import { sharedKeySignature } from "./signing.ts";
import { issue, merchantCertificate, middle } from "./testing/authority.ts";

const paid = {
  ...{ respCode: "00", respMsg: "成功[0000000]", queryId: "262603011200001234567" },
  ...{
    traceTime: "0301120003",
    traceNo: "123456",
    settleDate: "0301",
    payCardType: "02",
    accNo: "6216***********0018",
  },
};

test("a charge that is paid tells number, amount, moment, card and the payer’s last digits", async () => {
  const { outcome } = await unionpay.charge(ioWith(gateway(() => paid)), account, chargeRequest);
  assert.deepEqual(outcome, {
    kind: "succeeded",
    channelTradeNo: "262603011200001234567",
    amount: fen(1250),
    paidAt: new Date("2026-03-01T04:00:03.000Z"),
    fundingSource: "creditCard",
    payerAccount: "****0018",
    words: { code: "00", message: "成功[0000000]" },
  });
});

// what the answer says besides → why it proves nothing
for (const [name, own, reason] of [
  ["another order", { orderId: "00000001order2" }, /another orderId/],
  ["another second", { txnTime: "20260301120001" }, /another txnTime/],
  ["another merchant", { merId: "777290058110049" }, /another merId/],
  ["another amount", { txnAmt: "1251" }, /not the amount/],
  ["another currency", { currencyCode: "840" }, /readable txnAmt/],
  ["no amount", { txnAmt: "" }, /readable txnAmt/],
  ["an amount in yuan", { txnAmt: "12.50" }, /readable txnAmt/],
  ["no number of UnionPay", { queryId: "" }, /without queryId/],
  ["no order", { orderId: "" }, /orderId is missing/],
  ["no code", { respCode: "" }, /no respCode/],
] as const) {
  test(`a success about ${name} is unknown, of a charge and of its query`, async () => {
    const io = ioWith(gateway(() => ({ ...paid, ...own })));
    const charged = (await unionpay.charge(io, account, chargeRequest)).outcome;
    assert.ok(charged.kind === "unknown", charged.kind);
    assert.match(charged.reason, reason);
    const asked = ioWith(gateway(() => ({ ...paid, txnAmt: "1250", origRespCode: "00", ...own })));
    const { outcome } = await unionpay.query(asked, account, chargeRequest);
    // A query carries no amount to compare with: its caller does.
    if (name === "another amount") assert.ok(outcome.kind === "succeeded" && outcome.amount.minor === 1251n);
    else assert.equal(outcome.kind, "unknown");
  });
}

test("the code of a query is its own: what became of the payment stands in origRespCode alone", async () => {
  for (const [own, kind] of [
    [{ respCode: "00", origRespCode: "00" }, "succeeded"],
    [{ respCode: "00", origRespCode: "04" }, "unknown"],
    [{ respCode: "00", origRespCode: "05" }, "pending"],
    [{ respCode: "00", origRespCode: "64" }, "closed"],
    [{ respCode: "00", origRespCode: "46" }, "closed"],
    [{ respCode: "00" }, "unknown"],
    [{ respCode: "34" }, "notFound"],
    [{ respCode: "34", origRespCode: "00" }, "notFound"],
    [{ respCode: "64", origRespCode: "00" }, "unknown"],
    [{ respCode: "37" }, "unknown"],
  ] as ReadonlyArray<readonly [Record<string, string>, string]>) {
    const io = ioWith(gateway(() => ({ ...paid, txnAmt: "1250", ...own })));
    const { outcome } = await unionpay.query(io, account, chargeRequest);
    assert.equal(outcome.kind, kind, JSON.stringify(own));
  }
});

const answerWith = (signed: ReadonlyMap<string, string>): Transport => replying(answerBody(signed));
const genuineFields = {
  ...{ merId: "777290058110048", orderId: "00000001order1", txnTime: noonText, txnAmt: "1250" },
  ...paid,
};
const byStranger = issue({ commonName: "041@Z12@00040000:SIGN@1", serial: 5n, issuer: null });
const expired = issue({
  ...{ commonName: "041@Z12@00040000:SIGN@1", serial: 6n, issuer: middle },
  validTo: new Date("2026-02-28T00:00:00Z"),
});

// who signs → problem
for (const [name, signer, problem] of [
  ["a merchant", merchantCertificate, /not UnionPay’s/],
  ["a stranger", byStranger, /not issued by the middle certificate/],
  ["an expired certificate", expired, /has expired/],
] as const) {
  test(`an answer under ${name} is unknown, and nothing of it is believed`, async () => {
    const signed = await signedByGateway(Object.entries(genuineFields), signer);
    const { outcome, exchange } = await unionpay.charge(ioWith(answerWith(signed)), account, chargeRequest);
    assert.ok(outcome.kind === "unknown" && outcome.words === null);
    assert.match(exchange.problem ?? "", problem);
  });
}

test("an answer with another certificate beside a genuine signature, or signed in another way, is unknown", async () => {
  const signed = await signedByGateway(Object.entries(genuineFields));
  const shared = sharedKeySignature(signText(new Map(signed).set("signMethod", "11")), "");
  for (const [altered, problem] of [
    [new Map(signed).set("signPubKeyCert", merchantCertificate.pem), /not UnionPay’s/],
    [new Map(signed).set("signMethod", "11").set("signature", shared), /another way/],
    [new Map(signed).set("version", "5.0.0"), /another way/],
    [new Map(signed).set("signature", ""), /without signature/],
    [new Map(signed).set("respCode", "01"), /^bad signature$/],
  ] as const) {
    const { outcome, exchange } = await unionpay.charge(ioWith(answerWith(altered)), account, chargeRequest);
    assert.equal(outcome.kind, "unknown");
    assert.match(exchange.problem ?? "", problem);
  }
  const own = { ...account, signProfile: "sharedKey" };
  const forged = new Map(signed).set("signMethod", "11").set("signature", shared);
  assert.equal(
    (await unionpay.charge(ioWith(answerWith(forged)), own, chargeRequest)).outcome.kind,
    "unknown",
  );
});

test("in production, a certificate of the test gateway counts for nothing", async () => {
  const signed = await signedByGateway(Object.entries(genuineFields));
  const own = { ...account, gatewayUrl: "https://gateway.95516.com/gateway/api" };
  const { exchange } = await unionpay.charge(ioWith(answerWith(signed)), own, chargeRequest);
  assert.match(exchange.problem ?? "", /not UnionPay’s/);
});

test("a success that does not say of what proves nothing, whatever was asked", async () => {
  const qrCode = "https://qr.95516.com/00010000/62";
  for (const missing of ["orderId", "txnTime"]) {
    const io = ioWith(gateway(() => ({ ...paid, qrCode, origRespCode: "00", [missing]: "" })));
    for (const { outcome } of [
      await unionpay.charge(io, account, chargeRequest),
      await unionpay.query(io, account, chargeRequest),
      await unionpay.cancel(io, account, chargeRequest),
      await unionpay.precreate(io, account, chargeRequest),
      await unionpay.refund(io, account, refundRequest),
      await unionpay.refundQuery(io, account, refundRequest),
    ])
      assert.ok(outcome.kind === "unknown" && outcome.reason === `${missing} is missing`);
  }
});

test("a query of a refund that is answered about a payment is unknown", async () => {
  for (const [txnType, kind] of [
    ["01", "unknown"],
    ["04", "refunded"],
    ["00", "refunded"],
  ] as const) {
    const io = ioWith(gateway(() => ({ respCode: "00", origRespCode: "00", txnAmt: "500", txnType })));
    assert.equal((await unionpay.refundQuery(io, account, refundRequest)).outcome.kind, kind, txnType);
  }
});

test("a duplicate refund is in hand after an unclear send, and unexplained as the answer to the first", async () => {
  const io = ioWith(gateway(() => ({ respCode: "12" })));
  for (const [sendHistory, kind] of [
    ["first", "unknown"],
    ["afterSettled", "unknown"],
    ["afterUnclear", "processing"],
  ] as const) {
    const { outcome } = await unionpay.refund(io, account, { ...refundRequest, sendHistory });
    assert.equal(outcome.kind, kind, sendHistory);
  }
});

test("a refund without UnionPay’s number of its payment is not sent", async () => {
  for (const channelTradeNo of [null, ""] as const) {
    const request = { ...refundRequest, order: { ...refundRequest.order, channelTradeNo } };
    const io = ioWith(() => assert.fail("sent"));
    const { outcome, exchange } = await unionpay.refund(io, account, request);
    assert.ok(outcome.kind === "unknown" && exchange.receivedAt === null);
  }
});

test("closing is refused without a word to the network", async () => {
  const io = ioWith(() => assert.fail("sent"));
  assert.equal((await unionpay.close(io, account, chargeRequest)).outcome.kind, "refused");
});

test("a code leads to UnionPay’s own address or is no code", async () => {
  for (const [qrCode, kind] of [
    ["https://qr.95516.com/00010000/62012235943762988204149831810125", "created"],
    ["https://qr.95516.com.evil.example/1", "unknown"],
    ["http://qr.95516.com/1", "unknown"],
    ["", "unknown"],
  ] as const) {
    const io = ioWith(gateway(() => ({ respCode: "00", qrCode })));
    assert.equal((await unionpay.precreate(io, account, chargeRequest)).outcome.kind, kind, qrCode);
  }
});

test("law: an exchange keeps neither payer code nor card, key or whole signature", async () => {
  const codes = fc.stringMatching(/^62[0-9]{17}$/);
  await fc.assert(
    fc.asyncProperty(codes, async (payerCode) => {
      const request: ChargeRequest = { ...chargeRequest, payerCode };
      const says = { ...paid, accNo: "6216261000000000018", customerInfo: "secret", qrNo: payerCode };
      const { exchange } = await unionpay.charge(ioWith(gateway(() => says)), account, request);
      const kept = JSON.stringify(exchange);
      for (const secret of [payerCode, "6216261000000000018", "secret", "BEGIN"])
        assert.equal(kept.includes(secret), false, secret);
      assert.ok(kept.includes("00000001order1"));
      assert.equal(exchange.response?.["accNo"], "****0018");
    }),
    { numRuns: 5 },
  );
});

test("law: a transport that breaks, or a page of any text, is unknown with a named problem", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary" }), fc.constantFrom(200, 302, 500), async (text, status) => {
      const io = ioWith(replying(text, status));
      const { outcome, exchange } = await unionpay.query(io, account, chargeRequest);
      assert.ok(outcome.kind === "unknown" && outcome.words === null);
      assert.notEqual(exchange.problem, null);
    }),
    { numRuns: 50 },
  );
});

test("codes of payers are nineteen digits beginning with 62, and nothing else", () => {
  for (const [code, known] of [
    ["6212345678901234567", true],
    ["621234567890123456", false],
    ["62123456789012345678", false],
    ["6312345678901234567", false],
    ["62123456789012345x7", false],
    ["6212345678901234567\n", false],
    ["", false],
  ] as const)
    assert.equal(unionpay.recognises(code), known, code);
});

test("times are Beijing’s, and a trace without a year is of the year nearest to its order", async () => {
  for (const [traceTime, txnTime, paidAt] of [
    ["0301120003", noonText, "2026-03-01T04:00:03.000Z"],
    ["0101000001", "20261231235959", "2026-12-31T16:00:01.000Z"],
    ["1231235959", "20270101000000", "2026-12-31T15:59:59.000Z"],
    ["9999999999", noonText, noon.toISOString()],
    ["", noonText, noon.toISOString()],
  ] as const) {
    const orderedAt = new Date(
      `${txnTime.slice(0, 4)}-${txnTime.slice(4, 6)}-${txnTime.slice(6, 8)}T${txnTime.slice(8, 10)}:${txnTime.slice(10, 12)}:${txnTime.slice(12)}+08:00`,
    );
    const io = ioWith(gateway(() => ({ ...paid, traceTime })));
    const { outcome } = await unionpay.charge(io, account, { ...chargeRequest, orderedAt });
    assert.ok(outcome.kind === "succeeded", traceTime);
    assert.equal(outcome.paidAt.toISOString(), paidAt);
  }
});
