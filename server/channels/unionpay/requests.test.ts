// What goes out for each operation: its address, its fields and its one signature.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readForm } from "../../kernel/form.ts";
import type { ChannelIo } from "../port.ts";
import { unionpay } from "./client.ts";
import { signText } from "./codec.ts";
import { account, chargeRequest, ioWith, noonText, refundRequest } from "./fixtures.ts";
import { sharedKeySignature } from "./signing.ts";
import { gatewayCertificate, keyBytes, merchantCertificate } from "./testing/authority.ts";
import { keyFile } from "./testing/keyFile.ts";

/** What one call sends: its address and its fields. */
async function sentBy(call: (io: ChannelIo) => Promise<unknown>) {
  const seen: Array<
    Readonly<{ url: string; fields: Record<string, string>; raw: ReadonlyMap<string, string> }>
  > = [];
  await call(
    ioWith((request) => {
      const raw = readForm(Buffer.from(request.body), "utf-8", 100);
      seen.push({ url: request.url, fields: Object.fromEntries(raw), raw });
      return Promise.reject(new Error("lost"));
    }),
  );
  assert.equal(seen.length, 1);
  return seen[0] ?? assert.fail();
}

const common = {
  ...{ version: "5.1.0", encoding: "UTF-8", signMethod: "01", bizType: "000000", channelType: "08" },
  ...{ accessType: "0", merId: "777290058110048", certId: "68759663125" },
};
const base = account["gatewayUrl"];
const backUrl = chargeRequest.callbackUrl;

// operation, call → endpoint and own fields
for (const [name, call, endpoint, own] of [
  [
    "a charge",
    (io) => unionpay.charge(io, account, chargeRequest),
    "backTransReq.do",
    {
      ...{ txnType: "01", txnSubType: "06", orderId: "00000001order1", txnTime: noonText, txnAmt: "1250" },
      ...{ currencyCode: "156", qrNo: "6212345678901234567", backUrl },
    },
  ],
  [
    "a code to show",
    (io) => unionpay.precreate(io, account, chargeRequest),
    "backTransReq.do",
    {
      ...{ txnType: "01", txnSubType: "07", orderId: "00000001order1", txnTime: noonText, txnAmt: "1250" },
      ...{ currencyCode: "156", payTimeout: "20260301120200", backUrl },
    },
  ],
  [
    "a query",
    (io) => unionpay.query(io, account, chargeRequest),
    "queryTrans.do",
    { txnType: "00", txnSubType: "00", orderId: "00000001order1", txnTime: noonText },
  ],
  [
    "a reversal",
    (io) => unionpay.cancel(io, account, chargeRequest),
    "backTransReq.do",
    { txnType: "99", txnSubType: "01", orderId: "00000001order1", txnTime: noonText },
  ],
  [
    "a refund",
    (io) => unionpay.refund(io, account, refundRequest),
    "backTransReq.do",
    {
      ...{ txnType: "04", txnSubType: "00", orderId: "00000001refund1", txnTime: "20260301130000" },
      ...{ txnAmt: "500", currencyCode: "156", origQryId: "262603011200001234567" },
      ...{ reqReserved: "00000001order1", backUrl },
    },
  ],
  [
    "a void, which has the second before that of a refund",
    (io) => unionpay.refund(io, account, { ...refundRequest, way: "void" }),
    "backTransReq.do",
    {
      ...{ txnType: "31", txnSubType: "00", orderId: "00000001refund1", txnTime: "20260301125959" },
      ...{ txnAmt: "500", currencyCode: "156", origQryId: "262603011200001234567" },
      ...{ reqReserved: "00000001order1", backUrl },
    },
  ],
  [
    "a query of a void",
    (io) => unionpay.refundQuery(io, account, { ...refundRequest, way: "void" }),
    "queryTrans.do",
    { txnType: "00", txnSubType: "00", orderId: "00000001refund1", txnTime: "20260301125959" },
  ],
  [
    "a query of a refund",
    (io) => unionpay.refundQuery(io, account, refundRequest),
    "queryTrans.do",
    { txnType: "00", txnSubType: "00", orderId: "00000001refund1", txnTime: "20260301130000" },
  ],
] as ReadonlyArray<readonly [string, (io: ChannelIo) => Promise<unknown>, string, Record<string, string>]>) {
  test(`${name} is sent as UnionPay wants it, under one signature`, async () => {
    const { url, fields, raw } = await sentBy(call);
    assert.equal(url, `${base}/${endpoint}`);
    const { signature = "", ...rest } = fields;
    assert.deepEqual(rest, { ...common, ...own });
    assert.match(signText(raw), /^accessType=0&.*&version=5\.1\.0$/);
    assert.equal(Buffer.from(signature, "base64").length, keyBytes);
  });
}

test("files are asked for at UnionPay’s own host for files, and elsewhere below the gateway", async () => {
  for (const [gatewayUrl, url] of [
    ["https://gateway.95516.com/gateway/api", "https://filedownload.95516.com/"],
    ["https://gateway.test.95516.com/gateway/api", "https://filedownload.test.95516.com/"],
    [base ?? "", `${base}/fileTransReq.do`],
  ] as const) {
    const own = { ...account, gatewayUrl };
    const sent = await sentBy((io) => unionpay.bill(io, own, { day: "2026-02-28" }));
    assert.equal(sent.url, url);
    assert.equal(sent.fields["settleDate"], "0228");
    assert.equal(sent.fields["fileType"], "00");
  }
});

test("an account with a key file signs as its PEM does; one with a shared key by that alone", async () => {
  const { pfx, shared } = {
    pfx: {
      ...account,
      signCertificatePem: "",
      signPrivateKeyPem: "",
      pfxBase64: keyFile(merchantCertificate, "000000"),
      pfxPassword: "000000",
    },
    shared: { ...account, signProfile: "sharedKey", sharedKey: "k" },
  };
  const byFile = await sentBy((io) => unionpay.query(io, pfx, chargeRequest));
  const byPem = await sentBy((io) => unionpay.query(io, account, chargeRequest));
  assert.deepEqual(byFile.fields, byPem.fields);
  const { fields, raw } = await sentBy((io) => unionpay.query(io, shared, chargeRequest));
  assert.deepEqual([fields["signMethod"], fields["certId"]], ["11", undefined]);
  assert.equal(fields["signature"], sharedKeySignature(signText(raw), "k"));
});

test("an account that cannot sign sends nothing and is unknown, never an exception", async () => {
  for (const own of [
    { ...account, signPrivateKeyPem: "x" },
    { ...account, signCertificatePem: "" },
    { ...account, signPrivateKeyPem: gatewayCertificate.privateKeyPem },
    { ...account, pfxBase64: "AAAA" },
    {},
  ]) {
    let sent = 0;
    const io = ioWith(() => Promise.reject(new Error(`sent ${(sent += 1)}`)));
    const { outcome, exchange } = await unionpay.charge(io, own, chargeRequest);
    assert.deepEqual([outcome.kind, sent, exchange.receivedAt], ["unknown", 0, null]);
    assert.match(exchange.problem ?? "", /cannot sign/);
  }
});
