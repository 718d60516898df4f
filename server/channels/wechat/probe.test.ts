// What a trial of an account finds wrong, before anything is sent and by what comes back. Nothing is ever placed by it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addSeconds } from "../../kernel/time.ts";
import type { ChannelAccount } from "../port.ts";
import { wechat } from "./client.ts";
import { checkedFields } from "./testing/fields.ts";
import {
  merchantKeys,
  mixedAccount,
  platformCertificatePem,
  platformSerial,
  providerV2Account,
  providerV3Account,
  strangersKeys,
  v2Account,
  v3CertificateAccount,
  v3KeyAccount,
} from "./testing/accounts.ts";
import { answeringV2, answeringV3, ioWith, xmlReply } from "./testing/gateways.ts";
import { certificateOf, keyPair, noon } from "./testing/keys.ts";
import { smallWorld } from "./testing/world.ts";

const goodAccounts = {
  ...{ v2Account, v3KeyAccount, v3CertificateAccount, mixedAccount, providerV2Account, providerV3Account },
};

for (const [name, account] of Object.entries(goodAccounts))
  test(`${name} is ready, has fields of the expected form, and leaves no order`, async () => {
    const world = smallWorld(account);
    const { outcome, exchange } = await wechat.probe(world.io, account);
    assert.deepEqual(outcome, { kind: "ready", warnings: [] });
    assert.notEqual(exchange, null);
    assert.equal(world.books.orders.size, 0);
    assert.deepEqual(checkedFields(account), []);
  });

const expired = certificateOf(merchantKeys, {
  serial: "01AB",
  from: addSeconds(noon, -200),
  to: addSeconds(noon, -100),
});
const future = certificateOf(merchantKeys, {
  serial: "01AC",
  from: addSeconds(noon, 86_400),
  to: addSeconds(noon, 90_000),
});
const ending = certificateOf(merchantKeys, {
  serial: "01AD",
  from: addSeconds(noon, -100),
  to: addSeconds(noon, 5 * 86_400),
});

const inspected: ReadonlyArray<
  readonly [what: string, account: ChannelAccount, code: string, field: string]
> = [
  ["no keys at all", { appId: "wx1", mchId: "1" }, "fieldMissing", "apiKeyV2"],
  [
    "v2 without its certificate",
    { ...v2Account, clientCertificatePem: "" },
    "fieldMissing",
    "clientCertificatePem",
  ],
  [
    "v2 without its private key",
    { ...v2Account, clientPrivateKeyPem: "" },
    "fieldMissing",
    "clientPrivateKeyPem",
  ],
  ["v3 without its key", { ...v3KeyAccount, apiV3Key: "" }, "fieldMissing", "apiV3Key"],
  ["v3 without a serial", { ...v3KeyAccount, merchantSerialNo: "" }, "fieldMissing", "merchantSerialNo"],
  [
    "v3 with an id but no public key",
    { ...v3KeyAccount, platformPublicKeyPem: "" },
    "fieldMissing",
    "platformPublicKeyPem",
  ],
  [
    "v3 with a public key but no id",
    { ...v3KeyAccount, platformPublicKeyId: "" },
    "fieldMissing",
    "platformPublicKeyId",
  ],
  [
    "v3 with nothing to verify by",
    { ...v3CertificateAccount, platformCertificatesPem: "" },
    "fieldMissing",
    "platformPublicKeyId",
  ],
  ["code pay by v2 without its key", { ...v3KeyAccount, codePayVersion: "v2" }, "fieldMissing", "apiKeyV2"],
  ["code pay by v3 without its key", { ...v2Account, codePayVersion: "v3" }, "fieldMissing", "apiV3Key"],
  [
    "a certificate that is none",
    { ...v2Account, clientCertificatePem: "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----" },
    "certificateUnreadable",
    "clientCertificatePem",
  ],
  [
    "a private key that is none",
    { ...v2Account, clientPrivateKeyPem: "x" },
    "privateKeyUnreadable",
    "clientPrivateKeyPem",
  ],
  [
    "the private key of another",
    { ...v2Account, clientPrivateKeyPem: strangersKeys.privateKeyPem },
    "privateKeyNotOfCertificate",
    "clientPrivateKeyPem",
  ],
  [
    "an expired certificate",
    { ...v2Account, clientCertificatePem: expired },
    "certificateExpired",
    "clientCertificatePem",
  ],
  [
    "a certificate of tomorrow",
    { ...v2Account, clientCertificatePem: future },
    "certificateNotYetValid",
    "clientCertificatePem",
  ],
  [
    "an expired platform certificate",
    { ...v3CertificateAccount, platformCertificatesPem: expired },
    "certificateExpired",
    "platformCertificatesPem",
  ],
  [
    "a signing key that is none",
    { ...v3KeyAccount, merchantPrivateKeyPem: "x" },
    "privateKeyUnreadable",
    "merchantPrivateKeyPem",
  ],
  [
    "a certificate where the public key belongs",
    { ...v3KeyAccount, platformPublicKeyPem: platformCertificatePem },
    "platformKeyUnreadable",
    "platformPublicKeyPem",
  ],
  [
    "the merchant’s own public key",
    { ...v3KeyAccount, platformPublicKeyPem: merchantKeys.publicKeyPem },
    "platformKeyIsOwn",
    "platformPublicKeyPem",
  ],
];
for (const [what, account, code, field] of inspected)
  test(`${what}: ${code}, at ${field}, before anything is sent`, async () => {
    const io = answeringV2({});
    const { outcome, exchange } = await wechat.probe({ ...io, now: () => noon }, account);
    assert.ok(outcome.kind === "refused");
    assert.deepEqual([outcome.finding.code, outcome.finding.field], [code, field]);
    assert.equal(exchange, null);
    assert.equal(io.requests.length, 0);
  });

test("a certificate that ends soon is a warning; the old one beside its successor is none", async () => {
  const account = { ...v2Account, clientCertificatePem: ending };
  const { outcome } = await wechat.probe(smallWorld(account).io, account);
  assert.ok(outcome.kind === "ready");
  assert.deepEqual(
    outcome.warnings.map(({ code, field }) => [code, field]),
    [["certificateExpiresSoon", "clientCertificatePem"]],
  );
  const both = { ...v3CertificateAccount, platformCertificatesPem: `${expired}\n${platformCertificatePem}` };
  assert.deepEqual((await wechat.probe(smallWorld(both).io, both)).outcome, { kind: "ready", warnings: [] });
});

test("WeChat Pay’s new certificate is a warning while the old one still answers", async () => {
  // The account knows the answering key under another serial of its own only.
  const world = smallWorld(v3CertificateAccount);
  const keys = keyPair();
  const other = certificateOf(keys, { serial: "02AB", from: noon, to: addSeconds(noon, 100 * 86_400) });
  const account = { ...v3KeyAccount, platformCertificatesPem: other };
  const { outcome } = await wechat.probe(world.io, account);
  assert.ok(outcome.kind === "ready");
  assert.deepEqual(
    outcome.warnings.map(({ code }) => code),
    ["platformCertificateNew"],
  );
});

test("an APIv3 key that does not open what was sealed is named", async () => {
  const world = smallWorld(v3CertificateAccount);
  const { outcome } = await wechat.probe(world.io, { ...v3CertificateAccount, apiV3Key: "0".repeat(32) });
  assert.ok(outcome.kind === "refused");
  assert.equal(outcome.finding.code, "apiV3KeyWrong");
});

const unsigned = (message: string) =>
  ioWith(() =>
    xmlReply(
      `<xml><return_code><![CDATA[FAIL]]></return_code><return_msg><![CDATA[${message}]]></return_msg></xml>`,
    ),
  );
const json = (status: number, code: string, message: string) =>
  ioWith(() => ({ status, headers: {}, body: Buffer.from(JSON.stringify({ code, message })) }));
const refused = (err_code: string) => answeringV2({ result_code: "FAIL", err_code, err_code_des: "说明" });

const answeredV2: ReadonlyArray<readonly [what: string, io: ReturnType<typeof ioWith>, code: string]> = [
  ["签名错误", unsigned("签名错误"), "apiKeyV2Wrong"],
  ["appid和mch_id不匹配", unsigned("appid和mch_id不匹配"), "appIdNotBound"],
  ["invalid appid", unsigned("invalid appid"), "appIdWrong"],
  ["商户号不存在", unsigned("商户号mch_id或sub_mch_id不存在"), "mchIdWrong"],
  ["another page", ioWith(() => xmlReply("<html></html>")), "gatewayStrange"],
  ["SIGNERROR", refused("SIGNERROR"), "apiKeyV2Wrong"],
  ["APPID_NOT_EXIST", refused("APPID_NOT_EXIST"), "appIdWrong"],
  ["MCHID_NOT_EXIST", refused("MCHID_NOT_EXIST"), "mchIdWrong"],
  ["APPID_MCHID_NOT_MATCH", refused("APPID_MCHID_NOT_MATCH"), "appIdNotBound"],
  ["NOAUTH", refused("NOAUTH"), "productNotSigned"],
  ["SYSTEMERROR", refused("SYSTEMERROR"), "channelBusy"],
  ["SOMETHING", refused("SOMETHING"), "refusedByChannel"],
  [
    "an answer under another key",
    answeringV2({}, { ...v2Account, apiKeyV2: "0".repeat(32) }),
    "apiKeyV2Wrong",
  ],
  ["no connection", ioWith(() => Promise.reject(new TypeError("the request failed"))), "gatewayUnreachable"],
];
for (const [what, io, code] of answeredV2)
  test(`v2 answers ${what}: ${code}`, async () => {
    const { outcome } = await wechat.probe({ ...io, now: () => noon }, v2Account);
    assert.ok(outcome.kind === "refused");
    assert.equal(outcome.finding.code, code);
  });

const answeredV3: ReadonlyArray<
  readonly [what: string, io: ReturnType<typeof ioWith>, code: string, account?: ChannelAccount]
> = [
  ["SIGN_ERROR without signature", json(401, "SIGN_ERROR", "错误的签名，验签失败"), "privateKeyWrong"],
  ["SIGN_ERROR about the serial", json(401, "SIGN_ERROR", "商户证书序列号有误"), "serialWrong"],
  [
    "SIGN_ERROR about the time",
    json(401, "SIGN_ERROR", "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟"),
    "clockWrong",
  ],
  ["MCH_NOT_EXISTS", answeringV3(404, { code: "MCH_NOT_EXISTS", message: "商户号不存在" }), "mchIdWrong"],
  [
    "APPID_MCHID_NOT_MATCH",
    answeringV3(400, { code: "APPID_MCHID_NOT_MATCH", message: "不匹配" }),
    "appIdNotBound",
  ],
  ["NO_AUTH", answeringV3(403, { code: "NO_AUTH", message: "商户无权限" }), "productNotSigned"],
  ["SYSTEM_ERROR", answeringV3(500, { code: "SYSTEM_ERROR", message: "系统错误" }), "channelBusy"],
  ["SOMETHING", answeringV3(400, { code: "SOMETHING", message: "x" }), "refusedByChannel"],
  ["a page", ioWith(() => xmlReply("<html></html>")), "gatewayStrange"],
  [
    "under another key",
    answeringV3(200, {}),
    "platformKeyUnknown",
    { ...v3KeyAccount, platformPublicKeyId: "PUB_KEY_ID_0002" },
  ],
  [
    "under our id with another key",
    answeringV3(200, {}),
    "platformKeyWrong",
    { ...v3KeyAccount, platformPublicKeyPem: strangersKeys.publicKeyPem },
  ],
  ["no connection", ioWith(() => Promise.reject(new TypeError("the request failed"))), "gatewayUnreachable"],
];
for (const [what, io, code, account = v3KeyAccount] of answeredV3)
  test(`v3 answers ${what}: ${code}`, async () => {
    const { outcome } = await wechat.probe(io, account);
    assert.ok(outcome.kind === "refused");
    assert.equal(outcome.finding.code, code);
  });

test("a clock that is five minutes off is named, by the answer itself", async () => {
  const io = answeringV3(404, { code: "ORDER_NOT_EXIST", message: "订单不存在" });
  const { outcome } = await wechat.probe({ ...io, now: () => addSeconds(noon, 1_000) }, v3KeyAccount);
  assert.ok(outcome.kind === "refused");
  assert.equal(outcome.finding.code, "clockWrong");
  assert.notEqual(platformSerial, "");
});
