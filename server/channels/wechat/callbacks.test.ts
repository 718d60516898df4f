// Notices of both generations, genuine and otherwise, and the answers that stop them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fen } from "../../kernel/money.ts";
import { addSeconds } from "../../kernel/time.ts";
import type { CallbackRequest } from "../port.ts";
import { wechat } from "./client.ts";
import {
  certificateKeys,
  chargeRequest,
  mixedAccount,
  platformKeys,
  platformSerial,
  providerV3Account,
  publicKeyId,
  strangersKeys,
  v2Account,
  v3KeyAccount,
} from "./testing/accounts.ts";
import { noon } from "./testing/keys.ts";
import { paymentNotice, refundNotice } from "./v2/notices.ts";
import { noticeBody, type V3EventType } from "./v3/notices.ts";
import { signedHeaders } from "./v3/signing.ts";
import { readXml } from "./xml.ts";

const byKey = { serial: publicKeyId, privateKeyPem: platformKeys.privateKeyPem };
const byCertificate = { serial: platformSerial, privateKeyPem: certificateKeys.privateKeyPem };

const order = {
  ...{
    appid: v3KeyAccount["appId"],
    mchid: v3KeyAccount["mchId"],
    out_trade_no: chargeRequest.channelOrderNo,
  },
  ...{ transaction_id: "4200001", trade_type: "NATIVE", trade_state: "SUCCESS", bank_type: "CFT" },
  ...{ success_time: "2026-03-01T12:00:03+08:00", payer: { openid: "oUpF8uMEb4qRXf22hE3X68TekukE" } },
  amount: { total: 1250, payer_total: 1250, currency: "CNY" },
};
const refund = {
  ...{ mchid: v3KeyAccount["mchId"], out_trade_no: chargeRequest.channelOrderNo, transaction_id: "4200001" },
  ...{
    out_refund_no: "refund1",
    refund_id: "5000",
    refund_status: "SUCCESS",
    user_received_account: "招商银行0403",
  },
  amount: { total: 1250, refund: 500, payer_total: 1250, payer_refund: 500 },
};

async function noticeV3(
  resource: Readonly<Record<string, unknown>>,
  {
    eventType = "TRANSACTION.SUCCESS",
    gateway = byKey,
    at = noon,
    key = v3KeyAccount["apiV3Key"] ?? "",
  }: {
    eventType?: V3EventType;
    gateway?: typeof byKey;
    at?: Date;
    key?: string;
  } = {},
): Promise<CallbackRequest> {
  const notice = { id: "EV-1", createdAt: noon, eventType, summary: "通知", resource };
  const body = noticeBody(notice, key, "0123456789ab");
  const headers = await signedHeaders(gateway, { at, nonce: "n1", body });
  return { headers: new Map(Object.entries(headers)), body: Buffer.from(body), receivedAt: noon };
}

test("a payment notice of v3 proves the payment, under the public key and under the certificate", async () => {
  for (const gateway of [byKey, byCertificate]) {
    const reading = await wechat.readCallback(mixedAccount, await noticeV3(order, { gateway }));
    assert.ok(reading.kind === "accepted", reading.kind);
    assert.deepEqual(
      [reading.channelOrderNo, reading.notificationId],
      [chargeRequest.channelOrderNo, "EV-1"],
    );
    assert.deepEqual(reading.news, {
      ...{ kind: "succeeded", channelTradeNo: "4200001", amount: fen(1250), payerAccount: null },
      ...{ paidAt: addSeconds(noon, 3), fundingSource: "balance", words: { code: "SUCCESS", message: "" } },
    });
    assert.equal(JSON.stringify(reading.redacted).includes("oUpF8uMEb4qRXf22hE3X68TekukE"), false);
  }
});

test("a refund notice of v3 names its refund, asks for a query, and proves nothing", async () => {
  for (const eventType of ["REFUND.SUCCESS", "REFUND.ABNORMAL", "REFUND.CLOSED"] as const) {
    const reading = await wechat.readCallback(v3KeyAccount, await noticeV3(refund, { eventType }));
    assert.ok(reading.kind === "accepted", reading.kind);
    const news = {
      kind: "stateMayHaveChanged",
      tradeStatus: eventType,
      amount: fen(1250),
      channelRefundNo: "refund1",
    };
    assert.deepEqual(reading.news, news);
  }
});

test("a payment notice of v3 that is not a whole success asks for a query", async () => {
  for (const change of [
    { trade_state: "REFUND" },
    { amount: { total: 1250, currency: "USD" } },
    { success_time: "" },
    { transaction_id: "" },
  ]) {
    const reading = await wechat.readCallback(v3KeyAccount, await noticeV3({ ...order, ...change }));
    assert.ok(reading.kind === "accepted");
    assert.equal(reading.news.kind, "stateMayHaveChanged", JSON.stringify(change));
  }
});

const refused: ReadonlyArray<readonly [what: string, kind: string, notice: () => Promise<CallbackRequest>]> =
  [
    [
      "a stranger’s signature",
      "forged",
      () => noticeV3(order, { gateway: { serial: publicKeyId, privateKeyPem: strangersKeys.privateKeyPem } }),
    ],
    [
      "a serial that the account has not",
      "forged",
      () => noticeV3(order, { gateway: { ...byKey, serial: "PUB_KEY_ID_02" } }),
    ],
    ["a moment too early", "forged", () => noticeV3(order, { at: addSeconds(noon, -301) })],
    ["a moment too late", "forged", () => noticeV3(order, { at: addSeconds(noon, 301) })],
    ["another APIv3 key", "malformed", () => noticeV3(order, { key: "0".repeat(32) })],
    ["another merchant", "forged", () => noticeV3({ ...order, mchid: "1900000199" })],
    ["no merchant", "forged", () => noticeV3({ ...order, mchid: undefined })],
    ["another app", "forged", () => noticeV3({ ...order, appid: "wx0000000000000000" })],
    ["no order", "malformed", () => noticeV3({ ...order, out_trade_no: undefined })],
    [
      "a refund without number",
      "malformed",
      () => noticeV3({ ...refund, out_refund_no: "" }, { eventType: "REFUND.SUCCESS" }),
    ],
    [
      "a probe",
      "forged",
      async () => {
        const genuine = await noticeV3(order);
        const headers = new Map(genuine.headers).set("wechatpay-signature", "WECHATPAY/SIGNTEST/AAAA");
        return { ...genuine, headers };
      },
    ],
  ];
for (const [what, kind, notice] of refused)
  test(`a notice of v3 with ${what} is ${kind}, and is answered so that it comes again`, async () => {
    const callback = await notice();
    assert.equal((await wechat.readCallback(v3KeyAccount, callback)).kind, kind);
    const answer = wechat.answerCallback("tryAgain", callback);
    assert.ok(answer.status >= 400);
    assert.deepEqual(JSON.parse(answer.body), { code: "FAIL", message: "try again" });
  });

test("a service provider’s notice must name its merchant too", async () => {
  const { appid, mchid, ...rest } = order;
  const named = { ...rest, sp_appid: appid, sp_mchid: mchid, sub_mchid: "1900000110" };
  assert.equal((await wechat.readCallback(providerV3Account, await noticeV3(named))).kind, "accepted");
  const other = { ...named, sub_mchid: "1900000111" };
  assert.equal((await wechat.readCallback(providerV3Account, await noticeV3(other))).kind, "forged");
});

const paidFields = new Map([
  ["appid", v2Account["appId"] ?? ""],
  ["mch_id", v2Account["mchId"] ?? ""],
  ["nonce_str", "n1"],
  ["openid", "oUpF8uMEb4qRXf22hE3X68TekukE"],
  ["bank_type", "CMB_CREDIT"],
  ["total_fee", "1250"],
  ["transaction_id", "4200001"],
  ["out_trade_no", chargeRequest.channelOrderNo],
  ["time_end", "20260301120003"],
]);
const posted = (text: string): CallbackRequest => ({
  headers: new Map([["content-type", "text/xml"]]),
  body: Buffer.from(text),
  receivedAt: noon,
});

test("a payment notice of v2 proves the payment, in both types of signature, and each repetition is the same", async () => {
  for (const signType of ["MD5", "HMAC-SHA256"] as const) {
    const callback = posted(paymentNotice(paidFields, v2Account["apiKeyV2"] ?? "", signType));
    const reading = await wechat.readCallback(v2Account, callback);
    assert.ok(reading.kind === "accepted", reading.kind);
    assert.ok(reading.news.kind === "succeeded");
    assert.deepEqual([reading.news.amount, reading.news.fundingSource], [fen(1250), "creditCard"]);
    assert.equal(reading.notificationId, "payment 4200001");
  }
});

test("a notice of v2 for another merchant, or under another key, is forged", async () => {
  const key = v2Account["apiKeyV2"] ?? "";
  for (const text of [
    paymentNotice(new Map(paidFields).set("mch_id", "1900000199"), key, "MD5"),
    paymentNotice(paidFields, "0".repeat(32), "MD5"),
  ])
    assert.equal((await wechat.readCallback(v2Account, posted(text))).kind, "forged");
});

test("a refund notice of v2 names its refund and asks for a query, whatever it claims; under another key it is forged", async () => {
  const outer = new Map([...paidFields].filter(([name]) => ["appid", "mch_id", "nonce_str"].includes(name)));
  const inner = new Map([
    ["transaction_id", "4200001"],
    ["out_trade_no", chargeRequest.channelOrderNo],
    ["refund_id", "5000"],
    ["out_refund_no", "refund1"],
    ["total_fee", "1250"],
    ["refund_fee", "500"],
    ["refund_status", "SUCCESS"],
    ["refund_recv_accout", "支付用户零钱"],
  ]);
  const reading = await wechat.readCallback(
    v2Account,
    posted(refundNotice(outer, inner, v2Account["apiKeyV2"] ?? "")),
  );
  assert.ok(reading.kind === "accepted", reading.kind);
  const news = {
    kind: "stateMayHaveChanged",
    tradeStatus: "REFUND.SUCCESS",
    amount: fen(1250),
    channelRefundNo: "refund1",
  };
  assert.deepEqual(reading.news, news);
  const other = await wechat.readCallback(v2Account, posted(refundNotice(outer, inner, "0".repeat(32))));
  assert.equal(other.kind, "forged");
});

test("each generation is answered in its own form", () => {
  const v3 = {
    headers: new Map([["wechatpay-signature", "AAAA"]]),
    body: Buffer.from("{}"),
    receivedAt: noon,
  };
  assert.deepEqual(wechat.answerCallback("processed", v3), {
    status: 204,
    contentType: "application/json",
    body: "",
  });
  const v2 = posted("<xml></xml>");
  for (const [result, code, status] of [
    ["processed", "SUCCESS", 200],
    ["tryAgain", "FAIL", 503],
  ] as const) {
    const answer = wechat.answerCallback(result, v2);
    const reading = readXml(answer.body);
    assert.ok(reading.kind === "read");
    assert.deepEqual([answer.status, reading.fields.get("return_code")], [status, code]);
  }
});
