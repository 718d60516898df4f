// What WeChat Pay's answers come to, and what is sent to it, call by call.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fen } from "../../kernel/money.ts";
import { addSeconds } from "../../kernel/time.ts";
import type { ChannelAccount } from "../port.ts";
import { wechat } from "./client.ts";
import { parsedObject } from "./json.ts";
import {
  certificateKeys,
  chargeRequest,
  merchantKeys,
  mixedAccount,
  platformKeys,
  platformSerial,
  providerV2Account,
  providerV3Account,
  publicKeyId,
  refundRequest,
  strangersKeys,
  v2Account,
  v3KeyAccount,
} from "./testing/accounts.ts";
import { answeringV2, answeringV3, ioWith, later, xmlReply } from "./testing/gateways.ts";
import { publicKeyOf, verifyRsa } from "./crypto/rsa.ts";
import { noon } from "./testing/keys.ts";
import { isGenuine, signedXml } from "./v2/signing.ts";
import { readAuthorization, requestSignText, signedHeaders } from "./v3/signing.ts";
import { readXml } from "./xml.ts";

const { channelOrderNo } = chargeRequest;
const { payerCode: _, ...codeRequest } = chargeRequest;

const paidV2 = {
  ...{ openid: "oUpF8uN95-Ptaags6E_roPHg7AG0", trade_type: "MICROPAY", bank_type: "CFT", total_fee: "1250" },
  ...{ transaction_id: "4200001", out_trade_no: channelOrderNo, time_end: "20260301120003", fee_type: "CNY" },
};
const paidV3 = {
  ...{
    out_trade_no: channelOrderNo,
    transaction_id: "4200001",
    trade_state: "SUCCESS",
    bank_type: "CCB_DEBIT",
  },
  ...{
    success_time: "2026-03-01T12:00:03+08:00",
    amount: { total: 1250, payer_total: 1250, currency: "CNY" },
  },
};
const without = <T extends object>(record: T, key: keyof T): Partial<T> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== key)) as Partial<T>;

test("a code payment is succeeded with its number, amount, moment and purse, in both generations", async () => {
  const common = { kind: "succeeded", channelTradeNo: "4200001", amount: fen(1250), payerAccount: null };
  const at = new Date("2026-03-01T04:00:03.000Z");
  const v2 = await wechat.charge(answeringV2(paidV2), v2Account, chargeRequest);
  const words = { code: "SUCCESS", message: "OK" };
  assert.deepEqual(v2.outcome, { ...common, paidAt: at, fundingSource: "balance", words });
  const v3 = await wechat.charge(answeringV3(200, paidV3), v3KeyAccount, chargeRequest);
  const short = { code: "SUCCESS", message: "" };
  assert.deepEqual(v3.outcome, { ...common, paidAt: at, fundingSource: "debitCard", words: short });
});

const unprovenV2: ReadonlyArray<readonly [what: string, fields: Record<string, string>]> = [
  ["another amount", { ...paidV2, total_fee: "1251" }],
  ["an amount with decimals", { ...paidV2, total_fee: "12.50" }],
  ["another currency", { ...paidV2, fee_type: "USD" }],
  ["another order", { ...paidV2, out_trade_no: "00000001order2" }],
  ["no order", without(paidV2, "out_trade_no") as Record<string, string>],
  ["no trade number", without(paidV2, "transaction_id") as Record<string, string>],
  ["no amount", without(paidV2, "total_fee") as Record<string, string>],
  ["another merchant", { ...paidV2, mch_id: "1900000199" }],
  ["another app", { ...paidV2, appid: "wx0000000000000000" }],
  ["no result", { ...paidV2, result_code: "" }],
];
for (const [what, fields] of unprovenV2)
  test(`v2: a success with ${what} proves nothing`, async () => {
    assert.equal(
      (await wechat.charge(answeringV2(fields), v2Account, chargeRequest)).outcome.kind,
      "unknown",
    );
    const asked = await wechat.query(
      answeringV2({ ...fields, trade_state: "SUCCESS" }),
      v2Account,
      chargeRequest,
    );
    // A query has no amount to compare with: the caller holds what it tells against its own.
    const told = fields["total_fee"] === "1251" ? "succeeded" : "unknown";
    assert.equal(asked.outcome.kind, told);
  });

const unprovenV3: ReadonlyArray<readonly [what: string, members: Record<string, unknown>]> = [
  ["another amount", { ...paidV3, amount: { total: 1251, currency: "CNY" } }],
  ["an amount as text with decimals", { ...paidV3, amount: { total: "12.5", currency: "CNY" } }],
  ["half a fen", { ...paidV3, amount: { total: 1250.5, currency: "CNY" } }],
  ["another currency", { ...paidV3, amount: { total: 1250, currency: "USD" } }],
  ["another order", { ...paidV3, out_trade_no: "00000001order2" }],
  ["no order", without(paidV3, "out_trade_no")],
  ["no trade number", without(paidV3, "transaction_id")],
  ["no amount", without(paidV3, "amount")],
  ["another merchant", { ...paidV3, mchid: "1900000199" }],
  ["no state", without(paidV3, "trade_state")],
  ["a state that nobody documented", { ...paidV3, trade_state: "PAID" }],
];
for (const [what, members] of unprovenV3)
  test(`v3: a success with ${what} proves nothing`, async () => {
    const io = answeringV3(200, members);
    assert.equal((await wechat.charge(io, v3KeyAccount, chargeRequest)).outcome.kind, "unknown");
    const asked = await wechat.query(io, v3KeyAccount, chargeRequest);
    assert.equal(asked.outcome.kind, what === "another amount" ? "succeeded" : "unknown");
  });

const states: ReadonlyArray<readonly [state: string, kind: string, everPaid?: string]> = [
  ["SUCCESS", "succeeded"],
  ["REFUND", "succeeded"],
  ["NOTPAY", "pending"],
  ["USERPAYING", "pending"],
  ["ACCEPT", "pending"],
  ["PAYERROR", "pending"],
  ["CLOSED", "closed", "no"],
  ["REVOKED", "closed", "unstated"],
  ["constructor", "unknown"],
  ["success", "unknown"],
];
for (const [trade_state, kind, everPaid] of states)
  test(`a query that answers ${trade_state} is ${kind}${everPaid === undefined ? "" : `, ever paid: ${everPaid}`}`, async () => {
    const v2 = await wechat.query(answeringV2({ ...paidV2, trade_state }), v2Account, chargeRequest);
    const v3 = await wechat.query(answeringV3(200, { ...paidV3, trade_state }), v3KeyAccount, chargeRequest);
    for (const { outcome } of [v2, v3]) {
      assert.equal(outcome.kind, kind);
      if (outcome.kind === "closed") assert.equal(outcome.everPaid, everPaid);
    }
  });

test("code pay in v3 that waits for the payer is pending, as a state or as a code", async () => {
  const state = answeringV3(200, { out_trade_no: channelOrderNo, trade_state: "USERPAYING" });
  const code = answeringV3(202, { code: "USERPAYING", message: "需要用户输入支付密码" });
  for (const io of [state, code])
    assert.equal((await wechat.charge(io, v3KeyAccount, chargeRequest)).outcome.kind, "pending");
});

const reversals: ReadonlyArray<readonly [fields: Record<string, string>, kind: string]> = [
  [{ recall: "N" }, "cancelled"],
  [{ recall: "Y" }, "retry"],
  [{}, "unknown"],
  [{ recall: "" }, "unknown"],
  [{ recall: "n" }, "unknown"],
  [{ result_code: "FAIL", err_code: "SYSTEMERROR", recall: "Y" }, "retry"],
  [{ result_code: "FAIL", err_code: "USERPAYING", err_code_des: "正在支付中" }, "retry"],
  [{ result_code: "FAIL", err_code: "REVERSE_EXPIRE", recall: "N" }, "refused"],
  [{ result_code: "FAIL", err_code: "SOMETHING", recall: "N" }, "unknown"],
];
for (const [fields, kind] of reversals)
  test(`a reversal answered by ${JSON.stringify(fields)} is ${kind}`, async () => {
    const { outcome } = await wechat.cancel(answeringV2(fields), v2Account, chargeRequest);
    assert.equal(outcome.kind, kind);
    if (outcome.kind === "cancelled") assert.equal(outcome.action, "unstated");
  });

test("no reversal is sent sooner than fifteen seconds after its payment", async () => {
  for (const [seconds, sent] of [
    [0, 0],
    [14, 0],
    [15, 1],
    [45, 1],
  ] as const) {
    const io = answeringV2({ recall: "N" });
    const now = () => addSeconds(noon, seconds);
    const { outcome, exchange } = await wechat.cancel({ ...io, now }, v2Account, chargeRequest);
    assert.equal(io.requests.length, sent, String(seconds));
    assert.equal(outcome.kind, sent === 1 ? "cancelled" : "retry", String(seconds));
    if (sent === 0) assert.match(exchange.problem ?? "", /not sent/);
  }
});

const unsafe: ReadonlyArray<readonly [what: string, reply: Parameters<typeof ioWith>[0]]> = [
  [
    "a refusal without signature",
    () => xmlReply("<xml><return_code>FAIL</return_code><return_msg>签名错误</return_msg></xml>"),
  ],
  [
    "a success without signature",
    () => xmlReply("<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code></xml>"),
  ],
  [
    "a success signed under another key",
    () =>
      xmlReply(
        signedXml(
          Object.entries({ return_code: "SUCCESS", result_code: "SUCCESS", ...paidV2 }),
          "0".repeat(32),
          "MD5",
        ),
      ),
  ],
  [
    "a document type before the answer",
    () => xmlReply("<!DOCTYPE xml><xml><return_code>SUCCESS</return_code></xml>"),
  ],
  ["another status", () => xmlReply("<xml></xml>", 502)],
  [
    "a lost connection",
    () =>
      Promise.reject(
        Object.assign(new TypeError("the request failed"), {
          cause: Object.assign(new Error(), { code: "ECONNRESET" }),
        }),
      ),
  ],
];
for (const [what, reply] of unsafe)
  test(`v2: ${what} is unknown in every call, and no word of it is believed`, async () => {
    const io = ioWith(reply);
    const outcomes = await Promise.all([
      wechat.charge(io, v2Account, chargeRequest),
      wechat.query(io, v2Account, chargeRequest),
      wechat.cancel(io, v2Account, chargeRequest),
      wechat.refund(io, v2Account, refundRequest),
      wechat.refundQuery(io, v2Account, refundRequest),
      wechat.precreate(io, v2Account, codeRequest),
      wechat.close(io, v2Account, chargeRequest),
    ]);
    for (const { outcome, exchange } of outcomes) {
      assert.ok(outcome.kind === "unknown" && outcome.words === null, outcome.kind);
      assert.notEqual(exchange.problem, null);
    }
  });

test("v3: an answer under a stranger’s key, under no key, too old, or a probe is unknown in every call", async () => {
  const body = JSON.stringify(paidV3);
  const genuine = { serial: platformSerial, privateKeyPem: certificateKeys.privateKeyPem };
  const signed = (gateway = genuine, at = later) => signedHeaders(gateway, { at, nonce: "n1", body });
  const all = [
    {},
    await signed({ serial: publicKeyId, privateKeyPem: strangersKeys.privateKeyPem }),
    await signed({ serial: "0".repeat(40), privateKeyPem: certificateKeys.privateKeyPem }),
    await signed(genuine, addSeconds(later, -301)),
    { ...(await signed()), "wechatpay-signature": "WECHATPAY/SIGNTEST/AAAA" },
  ];
  const account = { ...mixedAccount, codePayVersion: "v3" };
  assert.equal(
    (
      await wechat.query(
        ioWith(async () => ({ status: 200, headers: await signed(), body: Buffer.from(body) })),
        account,
        chargeRequest,
      )
    ).outcome.kind,
    "succeeded",
  );
  for (const headers of all) {
    const io = ioWith(() => ({ status: 200, headers, body: Buffer.from(body) }));
    for (const { outcome } of [
      await wechat.charge(io, account, chargeRequest),
      await wechat.query(io, account, chargeRequest),
      await wechat.refund(io, account, refundRequest),
      await wechat.close(io, account, chargeRequest),
      await wechat.cancel(io, account, chargeRequest),
    ])
      assert.ok(outcome.kind === "unknown" && outcome.words === null, outcome.kind);
  }
});

test("an answer under the certificate or under the public key is believed alike while one replaces the other", async () => {
  const body = JSON.stringify(paidV3);
  for (const gateway of [
    { serial: platformSerial, privateKeyPem: certificateKeys.privateKeyPem },
    { serial: publicKeyId, privateKeyPem: platformKeys.privateKeyPem },
  ]) {
    const headers = await signedHeaders(gateway, { at: later, nonce: "n1", body });
    const io = ioWith(() => ({ status: 200, headers, body: Buffer.from(body) }));
    const { outcome } = await wechat.query(io, { ...mixedAccount, codePayVersion: "v3" }, chargeRequest);
    assert.equal(outcome.kind, "succeeded");
  }
});

const refundV2 = {
  out_trade_no: channelOrderNo,
  out_refund_no: refundRequest.channelRefundNo,
  refund_id: "5000",
  refund_fee: "500",
};
const refundV3 = {
  out_trade_no: channelOrderNo,
  out_refund_no: refundRequest.channelRefundNo,
  refund_id: "5000",
  amount: { refund: 500, total: 1250 },
};

test("a refund that v2 took over is under way; with another number or amount it proves nothing", async () => {
  const kindOf = async (fields: Record<string, string>) =>
    (await wechat.refund(answeringV2(fields), v2Account, refundRequest)).outcome.kind;
  assert.equal(await kindOf(refundV2), "processing");
  assert.equal(await kindOf({ ...refundV2, refund_fee: "400" }), "unknown");
  assert.equal(await kindOf({ ...refundV2, out_refund_no: "another" }), "unknown");
  assert.equal(await kindOf(without(refundV2, "out_trade_no") as Record<string, string>), "unknown");
});

const refundStates: ReadonlyArray<readonly [v2: string, v3: string, answered: string, asked: string]> = [
  ["SUCCESS", "SUCCESS", "refunded", "refunded"],
  ["PROCESSING", "PROCESSING", "processing", "processing"],
  ["CHANGE", "ABNORMAL", "processing", "stuck"],
  ["REFUNDCLOSE", "CLOSED", "unknown", "failed"],
  ["constructor", "constructor", "unknown", "unknown"],
];
for (const [v2, v3, answered, asked] of refundStates)
  test(`a refund in state ${v3} is ${answered} when sent and ${asked} when asked about`, async () => {
    const io = answeringV3(200, { ...refundV3, status: v3, success_time: "2026-03-01T12:00:03+08:00" });
    const sent = (await wechat.refund(io, v3KeyAccount, refundRequest)).outcome;
    assert.equal(sent.kind, answered);
    if (sent.kind === "refunded") assert.equal(sent.refundedTotal, null);
    assert.equal((await wechat.refundQuery(io, v3KeyAccount, refundRequest)).outcome.kind, asked);
    const numbered = {
      ...{ out_trade_no: channelOrderNo, refund_count: "2", out_refund_no_0: "another", refund_fee_0: "1" },
      ...{ refund_status_0: "SUCCESS", out_refund_no_1: refundRequest.channelRefundNo, refund_fee_1: "500" },
      ...{ refund_status_1: v2, refund_success_time_1: "2026-03-01 12:00:03" },
    };
    const found = (await wechat.refundQuery(answeringV2(numbered), v2Account, refundRequest)).outcome;
    assert.equal(found.kind, asked);
    if (found.kind === "refunded")
      assert.deepEqual(
        [found.amount, found.refundedAt?.toISOString()],
        [fen(500), "2026-03-01T04:00:03.000Z"],
      );
  });

test("a code to show leads to WeChat Pay alone", async () => {
  for (const [code_url, kind] of [
    ["weixin://wxpay/bizpayurl?pr=abc123", "created"],
    ["https://example.com/pay", "unknown"],
    ["weixin://wxpay/bizpayurl?pr=<script>", "unknown"],
    ["", "unknown"],
  ] as const) {
    assert.equal(
      (await wechat.precreate(answeringV2({ code_url }), v2Account, codeRequest)).outcome.kind,
      kind,
    );
    assert.equal(
      (await wechat.precreate(answeringV3(200, { code_url }), v3KeyAccount, codeRequest)).outcome.kind,
      kind,
    );
  }
});

test("code pay is never closed: WeChat Pay refuses, and its number is in the words", async () => {
  const refused = { result_code: "FAIL", err_code: "268449641", err_code_des: "不允许普通关单" };
  assert.equal((await wechat.close(answeringV2(refused), v2Account, chargeRequest)).outcome.kind, "refused");
  const io = answeringV3(400, { code: "INVALID_REQUEST", message: "无效请求" });
  const { outcome } = await wechat.close(io, v3KeyAccount, chargeRequest);
  assert.ok(outcome.kind === "refused");
  assert.match(outcome.words.message, /268449641/);
  assert.equal(
    (await wechat.close(answeringV3(204, null), v3KeyAccount, chargeRequest)).outcome.kind,
    "closed",
  );
});

type Sent = (account: ChannelAccount, io: ReturnType<typeof ioWith>) => Promise<unknown>;

async function fieldsSent(account: ChannelAccount, send: Sent) {
  const io = answeringV2({}, account);
  await send(account, io);
  const [request] = io.requests;
  const reading = readXml(request?.body ?? "");
  assert.ok(request !== undefined && reading.kind === "read");
  assert.equal(isGenuine(reading.fields, account["apiKeyV2"] ?? ""), true);
  return { request, fields: Object.fromEntries(reading.fields) };
}

test("code pay of v2 sends what its document asks for, without a certificate", async () => {
  const { request, fields } = await fieldsSent(v2Account, (account, io) =>
    wechat.charge(io, account, chargeRequest),
  );
  assert.equal(request.url, "http://127.0.0.1:8090/wechat/pay/micropay");
  assert.equal(request.clientCertificate, undefined);
  const { sign, nonce_str, ...rest } = fields;
  assert.match(sign ?? "", /^[0-9A-F]{64}$/);
  assert.match(nonce_str ?? "", /^[0-9a-f]{32}$/);
  assert.deepEqual(rest, {
    ...{ appid: v2Account["appId"], mch_id: v2Account["mchId"], sign_type: "HMAC-SHA256" },
    ...{ body: "回音咖啡", out_trade_no: channelOrderNo, total_fee: "1250", fee_type: "CNY" },
    ...{ spbill_create_ip: "127.0.0.1", device_info: "terminal1", auth_code: chargeRequest.payerCode },
    ...{ time_start: "20260301120000", time_expire: "20260301120200" },
    scene_info: '{"store_info":{"id":"store1"}}',
  });
});

test("only reversal and refund of v2 show the merchant’s certificate; without one they are not sent", async () => {
  for (const [send, shown] of [
    [(account, io) => wechat.cancel(io, account, chargeRequest), "yes"],
    [(account, io) => wechat.refund(io, account, refundRequest), "yes"],
    [(account, io) => wechat.query(io, account, chargeRequest), "no"],
    [(account, io) => wechat.close(io, account, chargeRequest), "no"],
  ] as const satisfies ReadonlyArray<readonly [Sent, string]>) {
    const { request } = await fieldsSent(v2Account, send);
    assert.equal(
      request.clientCertificate?.privateKeyPem,
      shown === "yes" ? merchantKeys.privateKeyPem : undefined,
    );
  }
  const io = answeringV2({ recall: "N" });
  const { outcome } = await wechat.cancel(io, { ...v2Account, clientCertificatePem: "" }, chargeRequest);
  assert.equal(outcome.kind, "unknown");
  assert.equal(io.requests.length, 0);
});

test("a refund and a code to show of v2 name amounts, numbers and where to report", async () => {
  const refund = await fieldsSent(v2Account, (account, io) => wechat.refund(io, account, refundRequest));
  const { out_refund_no, total_fee, refund_fee, refund_desc, notify_url: toldAt } = refund.fields;
  assert.deepEqual(
    [out_refund_no, total_fee, refund_fee, refund_desc, toldAt],
    ["00000001refund1", "1250", "500", "拿铁做错了", refundRequest.callbackUrl],
  );
  const code = await fieldsSent(v2Account, (account, io) =>
    wechat.precreate(io, account, { ...codeRequest, creditAcceptance: "refused" }),
  );
  const { trade_type, notify_url, limit_pay, auth_code } = code.fields;
  assert.deepEqual(
    [trade_type, notify_url, limit_pay, auth_code],
    ["NATIVE", codeRequest.callbackUrl, "no_credit", undefined],
  );
});

test("a service provider names itself and its merchant, in v2 and in v3", async () => {
  const { fields } = await fieldsSent(providerV2Account, (account, io) =>
    wechat.query(io, account, chargeRequest),
  );
  const { mch_id, sub_mch_id, sub_appid } = fields;
  assert.deepEqual([mch_id, sub_mch_id, sub_appid], ["1900000109", "1900000110", "wxd678efh567hg6788"]);
  const io = answeringV3(200, paidV3, providerV3Account);
  await wechat.query(io, providerV3Account, chargeRequest);
  await wechat.precreate(io, providerV3Account, codeRequest);
  await wechat.refund(io, providerV3Account, refundRequest);
  await wechat.refundQuery(io, providerV3Account, refundRequest);
  const [query, native, refund, refundQuery] = io.requests;
  assert.match(
    query?.url ?? "",
    /\/v3\/pay\/partner\/transactions\/out-trade-no\/00000001order1\?sp_mchid=1900000109&sub_mchid=1900000110$/,
  );
  const placed = parsedObject(native?.body ?? "");
  assert.deepEqual(
    [placed?.get("sp_mchid"), placed?.get("sub_mchid"), placed?.get("mchid")],
    ["1900000109", "1900000110", undefined],
  );
  const back = parsedObject(refund?.body ?? "");
  assert.deepEqual(
    [back?.get("sub_mchid"), back?.get("notify_url")],
    ["1900000110", refundRequest.callbackUrl],
  );
  assert.match(refundQuery?.url ?? "", /refunds\/00000001refund1\?sub_mchid=1900000110$/);
});

test("every request of v3 is signed over its whole path, names the key it wants to be answered under, and has no body with GET", async () => {
  const io = answeringV3(200, paidV3);
  await wechat.query(io, v3KeyAccount, chargeRequest);
  await wechat.refund(io, v3KeyAccount, refundRequest);
  assert.deepEqual(
    io.requests.map(({ method, body }) => [method, body === ""]),
    [
      ["GET", true],
      ["POST", false],
    ],
  );
  for (const { url, method = "", headers, body } of io.requests) {
    const authorization = readAuthorization(headers["authorization"] ?? "");
    assert.ok(authorization !== null);
    const { pathname, search } = new URL(url);
    assert.ok(pathname.startsWith("/wechat/v3/"));
    const { timestampSeconds, nonce, signature, serialNo } = authorization;
    const text = requestSignText({ method, pathAndQuery: pathname + search, timestampSeconds, nonce, body });
    assert.equal(await verifyRsa(text, signature, publicKeyOf(merchantKeys.publicKeyPem)), true);
    assert.deepEqual(
      [serialNo, headers["wechatpay-serial"]],
      [v3KeyAccount["merchantSerialNo"], publicKeyId],
    );
  }
});

test("code pay takes the generation that the account names, v2 where it names none and has its key", async () => {
  for (const [account, path] of [
    [mixedAccount, "/pay/micropay"],
    [{ ...mixedAccount, codePayVersion: "v2" }, "/pay/micropay"],
    [{ ...mixedAccount, codePayVersion: "v3" }, "/v3/pay/transactions/codepay"],
    [v3KeyAccount, "/v3/pay/transactions/codepay"],
  ] as const) {
    const io = answeringV2({});
    await wechat.charge(io, account, chargeRequest);
    assert.ok(io.requests[0]?.url.endsWith(path), path);
    await wechat.precreate(io, account, codeRequest);
    assert.ok(io.requests[1]?.url.endsWith("/v3/pay/transactions/native"));
  }
});

test("a subject longer than WeChat Pay takes is cut between characters", async () => {
  const subject = `${"咖".repeat(42)}🍵`;
  const { fields } = await fieldsSent(v2Account, (account, io) =>
    wechat.charge(io, account, { ...chargeRequest, subject }),
  );
  assert.equal(fields["body"], "咖".repeat(42));
});

test("what is kept of an exchange names the order and hides payer code, payer and signature", async () => {
  const io = answeringV2(paidV2);
  const { exchange } = await wechat.charge(io, v2Account, chargeRequest);
  assert.deepEqual(exchange.request["auth_code"], "13****6789");
  assert.deepEqual(exchange.response?.["openid"], "oUpF****7AG0");
  const v3 = await wechat.charge(
    answeringV3(200, { ...paidV3, payer: { openid: paidV2.openid } }),
    v3KeyAccount,
    chargeRequest,
  );
  assert.deepEqual(v3.exchange.request["payer"], { auth_code: "13****6789" });
  for (const kept of [JSON.stringify(exchange), JSON.stringify(v3.exchange)]) {
    for (const secret of [chargeRequest.payerCode, paidV2.openid, v2Account["apiKeyV2"] ?? "", "PRIVATE KEY"])
      assert.equal(kept.includes(secret), false, secret);
    assert.ok(kept.includes(channelOrderNo));
  }
});

test("codes of eighteen digits from 10 to 15 are WeChat Pay’s, and no others", () => {
  for (const first of ["10", "11", "12", "13", "14", "15"])
    assert.ok(wechat.recognises(`${first}${"0".repeat(16)}`));
  for (const code of [
    `16${"0".repeat(16)}`,
    `09${"0".repeat(16)}`,
    `10${"0".repeat(15)}`,
    `10${"0".repeat(17)}`,
    "",
    `10${"0".repeat(15)}x`,
  ])
    assert.equal(wechat.recognises(code), false, code);
});
