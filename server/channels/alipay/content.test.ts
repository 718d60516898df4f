// Content that is encrypted, and calls on behalf of a merchant (ISV).
import assert from "node:assert/strict";
import { createCipheriv } from "node:crypto";
import { test } from "node:test";
import type { WireRequest } from "../port.ts";
import { decryptedContent, encryptedContent } from "./aes.ts";
import { alipay } from "./client.ts";
import { answerBody, readRequest, requestSignText, responseNodeName } from "./codec.ts";
import { account, alipayKeys, appKeys, chargeRequest, ioWith, replying } from "./fixtures.ts";
import { signText, verifyText } from "./signing.ts";

const aesKey = Buffer.from("0123456789abcdef").toString("base64");
const encrypting = { ...account, aesKey };

test("content is encrypted by AES-128-CBC with PKCS7 and a zero initialisation vector, in base64", () => {
  const cipher = createCipheriv("aes-128-cbc", Buffer.from("0123456789abcdef"), Buffer.alloc(16));
  const expected = Buffer.concat([cipher.update('{"a":"回"}', "utf8"), cipher.final()]).toString("base64");
  assert.equal(encryptedContent(Buffer.from('{"a":"回"}'), aesKey), expected);
  assert.equal(decryptedContent(expected, aesKey).toString(), '{"a":"回"}');
  for (const broken of ["", "!", "AAAA", `${expected.slice(0, -4)}AAA=`])
    assert.throws(() => decryptedContent(broken, aesKey));
});

/** What is sent for a charge by this account. */
async function sentBy(own: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string>> {
  const sent: WireRequest[] = [];
  const transport = async (request: WireRequest) => {
    sent.push(request);
    throw new Error("only what is sent is looked at");
  };
  const { exchange } = await alipay.charge(ioWith(transport), own, chargeRequest);
  const kept = JSON.stringify(exchange);
  for (const secret of [aesKey, "201509BBtoken0001", chargeRequest.payerCode])
    assert.equal(kept.includes(secret), false, "evidence keeps no secret");
  const [request] = sent;
  assert.ok(request !== undefined);
  const reading = readRequest(new URL(request.url).search.slice(1), request.body);
  assert.ok(reading.kind === "request");
  return reading.parameters;
}

test("a request is encrypted first and signed then", async () => {
  const parameters = await sentBy(encrypting);
  assert.equal(parameters.get("encrypt_type"), "AES");
  const content = parameters.get("biz_content") ?? "";
  assert.equal(
    JSON.parse(decryptedContent(content, aesKey).toString())["auth_code"],
    chargeRequest.payerCode,
  );
  const sign = parameters.get("sign") ?? "";
  assert.equal(await verifyText(requestSignText(parameters), sign, appKeys.publicKeyPem), true);
});

test("a call on behalf of a merchant carries its token, signed, and evidence keeps only its beginning", async () => {
  const parameters = await sentBy({ ...account, appAuthToken: "201509BBtoken0001" });
  assert.equal(parameters.get("app_auth_token"), "201509BBtoken0001");
  const sign = parameters.get("sign") ?? "";
  assert.equal(await verifyText(requestSignText(parameters), sign, appKeys.publicKeyPem), true);
  assert.equal((await sentBy(account)).has("app_auth_token"), false);
});

const paidNode = `{"code":"10000","msg":"Success","out_trade_no":"${chargeRequest.channelOrderNo}","trade_no":"t1","total_amount":"12.50","trade_status":"TRADE_SUCCESS","send_pay_date":"2026-03-01 12:00:00"}`;

async function encryptedAnswer(signedOver: "quoted" | "bare"): Promise<string> {
  const content = encryptedContent(Buffer.from(paidNode), aesKey);
  const text = JSON.stringify(content);
  const sign = await signText(signedOver === "quoted" ? text : content, alipayKeys.privateKeyPem);
  return answerBody(responseNodeName("alipay.trade.query"), text, sign);
}

for (const [profile, signedOver, kind] of [
  [undefined, "quoted", "succeeded"],
  ["quoted", "quoted", "succeeded"],
  ["bare", "bare", "succeeded"],
  [undefined, "bare", "unknown"],
  ["bare", "quoted", "unknown"],
] as const) {
  test(`an encrypted answer signed over its ${signedOver} text is ${kind} where ${profile ?? "nothing"} is configured`, async () => {
    const own = { ...encrypting, ...(profile !== undefined && { encryptedAnswerSigning: profile }) };
    const io = ioWith(replying(await encryptedAnswer(signedOver)));
    assert.equal((await alipay.query(io, own, chargeRequest)).outcome.kind, kind);
  });
}

test("an encrypted answer without our key, or under another, is unknown; an error in clear is still read", async () => {
  const body = await encryptedAnswer("quoted");
  const other = Buffer.from("fedcba9876543210").toString("base64");
  for (const own of [account, { ...account, aesKey: other }])
    assert.equal((await alipay.query(ioWith(replying(body)), own, chargeRequest)).outcome.kind, "unknown");
  const text =
    '{"code":"40004","msg":"Business Failed","sub_code":"ACQ.TRADE_NOT_EXIST","sub_msg":"交易不存在"}';
  const sign = await signText(text, alipayKeys.privateKeyPem);
  const clear = answerBody(responseNodeName("alipay.trade.query"), text, sign);
  assert.equal(
    (await alipay.query(ioWith(replying(clear)), encrypting, chargeRequest)).outcome.kind,
    "notFound",
  );
});

//  sub-code                            finding                       field
for (const [subCode, code, field] of [
  ["aop.invalid-app-auth-token", "appAuthTokenWrong", "appAuthToken"],
  ["aop.app-auth-token-time-out", "appAuthTokenExpired", "appAuthToken"],
  ["aop.invalid-app-auth-token-no-api", "appAuthTokenWithoutInterface", "appAuthToken"],
  ["isv.decryption-error-not-valid-encryptkey", "aesKeyWrong", "aesKey"],
  ["isv.missing-encrypt-key", "aesKeyWrong", "aesKey"],
  ["isv.invalid-charset", "charsetWrong", "charset"],
] as const) {
  test(`tried out, an account that gets ${subCode} is told about its ${field}`, async () => {
    const main = subCode.startsWith("aop") ? "20001" : "40002";
    const text = `{"code":"${main}","msg":"x","sub_code":"${subCode}","sub_msg":"x"}`;
    const sign = await signText(text, alipayKeys.privateKeyPem);
    const io = ioWith(replying(answerBody(responseNodeName("alipay.trade.query"), text, sign)));
    const { outcome } = await alipay.probe(io, { ...encrypting, appAuthToken: "201509BBtoken0001" });
    assert.ok(outcome.kind === "refused", outcome.kind);
    assert.deepEqual([outcome.finding.code, outcome.finding.field], [code, field]);
  });
}

test("a charge under a token that ended is declined on its first send: nothing was charged", async () => {
  const text =
    '{"code":"20001","msg":"Insufficient Token Permissions","sub_code":"aop.app-auth-token-time-out","sub_msg":"应用授权令牌已过期"}';
  const sign = await signText(text, alipayKeys.privateKeyPem);
  const io = ioWith(replying(answerBody(responseNodeName("alipay.trade.pay"), text, sign)));
  const own = { ...account, appAuthToken: "201509BBtoken0001" };
  const { outcome } = await alipay.charge(io, own, chargeRequest);
  assert.ok(outcome.kind === "declined", outcome.kind);
  assert.equal(outcome.retry, "afterFix");
});
