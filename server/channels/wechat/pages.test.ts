// Paying in a page that WeChat opened: what is signed, what is sent, and who is known by what comes back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { wechat } from "./client.ts";
import { publicKeyOf, verifyRsa } from "./crypto/rsa.ts";
import { parsedObject } from "./json.ts";
import { bridgeSignText, payerPages } from "./pages.ts";
import {
  chargeRequest,
  merchantKeys,
  mixedAccount,
  providerV3Account,
  strangersKeys,
  v2Account,
  v3CertificateAccount,
  v3KeyAccount,
} from "./testing/accounts.ts";
import { checkedFields } from "./testing/fields.ts";
import { answeringV3, ioWith, later } from "./testing/gateways.ts";

const appSecret = "0123456789abcdef0123456789abcdef";
const openid = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o";
const { payerCode: _, ...order } = chargeRequest;
const pageRequest = { ...order, page: { payerId: openid } };

test("the text that is signed for the bridge is the published one: four lines, each ended", () => {
  const call = {
    appId: "wx8888888888888888",
    timeStamp: "1414561699",
    nonceStr: "5K8264ILTKCH16CQ2502SI8ZNMTM67VS",
    package: "prepay_id=wx201410272009395522657a690389285100",
  };
  assert.equal(
    bridgeSignText(call),
    "wx8888888888888888\n1414561699\n5K8264ILTKCH16CQ2502SI8ZNMTM67VS\nprepay_id=wx201410272009395522657a690389285100\n",
  );
});

test("a call of the bridge is signed by the merchant’s key over its own members, anew at each moment", async () => {
  const call = await payerPages.bridgeCall({ now: () => later }, v3KeyAccount, "wx2614");
  assert.deepEqual(
    [call["appId"], call["package"], call["signType"], call["timeStamp"]],
    [v3KeyAccount["appId"], "prepay_id=wx2614", "RSA", String(later.getTime() / 1_000)],
  );
  assert.match(call["nonceStr"] ?? "", /^[0-9a-f]{32}$/);
  const { appId = "", timeStamp = "", nonceStr = "", package: named = "", paySign = "" } = call;
  const text = bridgeSignText({ appId, timeStamp, nonceStr, package: named });
  assert.equal(await verifyRsa(text, paySign, publicKeyOf(merchantKeys.publicKeyPem)), true);
  assert.equal(await verifyRsa(text, paySign, publicKeyOf(strangersKeys.publicKeyPem)), false);
  const next = new Date(later.getTime() + 1_000);
  const again = await payerPages.bridgeCall({ now: () => next }, v3KeyAccount, "wx2614");
  assert.notEqual(again["nonceStr"], call["nonceStr"]);
});

test("an order for one payer names the openid, the amount, the end and where to report", async () => {
  const io = answeringV3(200, { prepay_id: "wx26112221580621e9b071c00d9e093b0000" });
  const { outcome, exchange } = await wechat.precreate(io, { ...v3KeyAccount, appSecret }, pageRequest);
  assert.deepEqual(outcome.kind === "pageReady" && outcome.ticket, "wx26112221580621e9b071c00d9e093b0000");
  const [sent] = io.requests;
  assert.ok(sent?.url.endsWith("/v3/pay/transactions/jsapi"), sent?.url);
  const body = JSON.parse(sent?.body ?? "") as Record<string, unknown>;
  assert.deepEqual(
    [body["appid"], body["mchid"], body["payer"], body["amount"], body["time_expire"], body["notify_url"]],
    [
      ...[v3KeyAccount["appId"], v3KeyAccount["mchId"], { openid }, { total: 1250, currency: "CNY" }],
      ...["2026-03-01T12:02:00+08:00", chargeRequest.callbackUrl],
    ],
  );
  assert.doesNotMatch(JSON.stringify(exchange), new RegExp(openid), "evidence names nobody in full");
});

test("a service provider’s order names the payer by the provider’s own app, and no second app", async () => {
  const io = answeringV3(200, { prepay_id: "wx26" }, providerV3Account);
  await wechat.precreate(io, { ...providerV3Account, appSecret }, pageRequest);
  assert.ok(io.requests[0]?.url.endsWith("/v3/pay/partner/transactions/jsapi"));
  const body = parsedObject(io.requests[0]?.body ?? "");
  assert.deepEqual(
    ["sp_appid", "sub_mchid", "sub_appid", "payer"].map((name) => body?.get(name)),
    [providerV3Account["appId"], providerV3Account["subMchId"], undefined, { sp_openid: openid }],
  );
});

const answers: ReadonlyArray<readonly [status: number, members: Record<string, unknown>, kind: string]> = [
  [200, { prepay_id: "wx26112221580621e9b071c00d9e093b0000" }, "pageReady"],
  [200, {}, "unknown"],
  [200, { prepay_id: 'wx26"><script>' }, "unknown"],
  [200, { prepay_id: "w".repeat(65) }, "unknown"],
  [200, { code_url: "weixin://wxpay/bizpayurl?pr=1" }, "unknown"],
  [400, { code: "PARAM_ERROR", message: "openid" }, "declined"],
  [403, { code: "NO_AUTH", message: "" }, "declined"],
  [500, { code: "SYSTEM_ERROR", message: "" }, "unknown"],
];
for (const [status, members, kind] of answers)
  test(`an order for one payer answered ${status} ${JSON.stringify(members).slice(0, 40)} is ${kind}`, async () => {
    const { outcome } = await wechat.precreate(answeringV3(status, members), v3KeyAccount, pageRequest);
    assert.equal(outcome.kind, kind);
  });

test("pages are offered by an account with an app secret that speaks v3, and by no other", () => {
  for (const [account, offered] of [
    [v3KeyAccount, "no"],
    [{ ...v3KeyAccount, appSecret }, "yes"],
    [{ ...v3CertificateAccount, appSecret }, "yes"],
    [{ ...mixedAccount, appSecret }, "yes"],
    [{ ...providerV3Account, appSecret }, "yes"],
    [{ ...v2Account, appSecret }, "no"],
  ] as const)
    assert.equal(payerPages.offeredBy(account), offered);
  assert.equal(payerPages.audienceOf(v3KeyAccount), v3KeyAccount["appId"]);
});

const fields: ReadonlyArray<readonly [key: string, value: string, wrong: string[]]> = [
  ["appSecret", appSecret, []],
  ["appSecret", `${appSecret}0`, ["appSecret"]],
  ["appSecret", "……", ["appSecret"]],
  ["oauthAuthorizeUrl", "https://open.weixin.qq.com/connect/oauth2/authorize", []],
  ["oauthAuthorizeUrl", "http://127.0.0.1:8090/wechat/connect/oauth2/authorize", []],
  ["oauthAuthorizeUrl", "http://example.com/authorize", ["oauthAuthorizeUrl"]],
  ["oauthTokenUrl", "javascript:alert(1)", ["oauthTokenUrl"]],
  ["oauthTokenUrl", "https://api.weixin.qq.com/sns?x=1", ["oauthTokenUrl"]],
];
for (const [key, value, wrong] of fields)
  test(`the field ${key} ${wrong.length === 0 ? "takes" : "refuses"} ${value.slice(0, 40)}`, () => {
    assert.deepEqual(checkedFields({ ...v3KeyAccount, [key]: value }), wrong);
  });

test("the wallet is sent to WeChat’s own page with our address and state, silently, and to another one where the account says so", () => {
  const back = { returnUrl: "https://pay.example.com/c/t/wallet", state: "s1" };
  assert.equal(
    payerPages.authorizeUrl(v3KeyAccount, back),
    `https://open.weixin.qq.com/connect/oauth2/authorize?appid=${v3KeyAccount["appId"]}&redirect_uri=https%3A%2F%2Fpay.example.com%2Fc%2Ft%2Fwallet&response_type=code&scope=snsapi_base&state=s1#wechat_redirect`,
  );
  const elsewhere = { ...v3KeyAccount, oauthAuthorizeUrl: "http://127.0.0.1:1/authorize" };
  assert.match(payerPages.authorizeUrl(elsewhere, back), /^http:\/\/127\.0\.0\.1:1\/authorize\?appid=/);
});

const known: ReadonlyArray<readonly [status: number, body: string, outcome: string]> = [
  [200, JSON.stringify({ access_token: "A", openid, scope: "snsapi_base" }), "known"],
  [200, JSON.stringify({ errcode: 0, openid }), "known"],
  [200, JSON.stringify({ errcode: 40029, errmsg: "invalid code" }), "refused code"],
  [200, JSON.stringify({ errcode: 40163, errmsg: "code been used" }), "refused code"],
  [200, JSON.stringify({ errcode: 42003, errmsg: "code expired" }), "refused code"],
  [200, JSON.stringify({ errcode: 40125, errmsg: "invalid appsecret" }), "refused account"],
  [200, JSON.stringify({ errcode: 40013, errmsg: "invalid appid" }), "refused account"],
  [200, JSON.stringify({ errcode: -1, errmsg: "system error" }), "unknown"],
  [200, JSON.stringify({ access_token: "A" }), "unknown"],
  [200, JSON.stringify({ openid: "o<script>" }), "unknown"],
  [200, "<html>", "unknown"],
  [502, JSON.stringify({ openid }), "unknown"],
];
for (const [status, body, expected] of known)
  test(`who holds the phone: ${status} ${body.slice(0, 50)} is ${expected}`, async () => {
    const io = ioWith(() => ({ status, headers: { "content-type": "text/plain" }, body: Buffer.from(body) }));
    const outcome = await payerPages.payerOf(io, { ...v3KeyAccount, appSecret }, "code 1");
    const named = outcome.kind === "refused" ? `refused ${outcome.fault}` : outcome.kind;
    assert.equal(named, expected);
    assert.equal(
      io.requests[0]?.url,
      `https://api.weixin.qq.com/sns/oauth2/access_token?appid=${v3KeyAccount["appId"]}&secret=${appSecret}&code=code+1&grant_type=authorization_code`,
    );
    assert.doesNotMatch(JSON.stringify(outcome), new RegExp(appSecret));
  });

test("who holds the phone stays unknown where nothing answers", async () => {
  const io = ioWith(() => Promise.reject(new Error("connection reset")));
  assert.equal((await payerPages.payerOf(io, v3KeyAccount, "1")).kind, "unknown");
});
