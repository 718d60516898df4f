import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseMode } from "@huiyin/contract/configModes.ts";
import { wechatManifest } from "./manifest.ts";
import { checkedFields } from "./testing/fields.ts";
import { mixedAccount, v2Account, v3CertificateAccount, v3KeyAccount } from "./testing/accounts.ts";
import {
  pollingProfileDefault,
  resolutionTimetable,
  reverseAfterSecondsMin,
  type PollingProfile,
} from "./timetables.ts";

const readings: ReadonlyArray<
  readonly [profile: PollingProfile, stepSeconds: number, reverseSeconds: number]
> = [
  ["5s45s", 5, 45],
  ["10s45s", 10, 45],
  ["5s30s", 5, 30],
];
for (const [profile, stepSeconds, reverseSeconds] of readings)
  test(`read as ${profile}, code pay is asked about every ${stepSeconds} s and reversed after ${reverseSeconds} s`, () => {
    const timetable = resolutionTimetable(profile);
    assert.equal(timetable.queryIntervalSeconds, stepSeconds);
    assert.equal(timetable.cancelAfterSeconds, reverseSeconds);
    assert.ok(timetable.cancelAfterSeconds >= reverseAfterSecondsMin);
    assert.ok(timetable.firstQuerySeconds < timetable.cancelAfterSeconds);
    assert.ok(timetable.cancelAfterSeconds < timetable.expirySeconds);
    assert.ok(timetable.expirySeconds < timetable.reviewAfterSeconds);
  });

test("the manifest follows the reading of 5 s and 45 s", () => {
  assert.deepEqual(wechatManifest.timetable, resolutionTimetable(pollingProfileDefault));
  assert.equal(pollingProfileDefault, "5s45s");
  assert.equal(wechatManifest.shownCodeTimetable?.validitySecondsMax, 7_200);
});

test("a reversal that is asked for at once is sent within its first series, not only in the slow interval", () => {
  const { cancelAttemptsMax, cancelIntervalSeconds } = wechatManifest.timetable;
  assert.ok((cancelAttemptsMax - 1) * cancelIntervalSeconds >= reverseAfterSecondsMin);
});

test("every field is labelled and helped in both languages, and every mode names fields that there are", () => {
  const keys = new Set(wechatManifest.configFields.map(({ key }) => key));
  assert.equal(keys.size, wechatManifest.configFields.length);
  for (const { label, help } of [...wechatManifest.configFields, ...wechatManifest.configModes])
    for (const { zh, en } of [label, help]) assert.ok(/[\u4E00-\u9FFFA-Z]/.test(zh) && en !== "");
  for (const { fields } of wechatManifest.configModes)
    for (const key of fields) assert.ok(keys.has(key), key);
});

test("an account is in one of the modes, and a field of a mode is never empty", () => {
  const platform = ["platformCertificatesPem", "platformPublicKeyId", "platformPublicKeyPem"] as const;
  const [certificatesPem, keyId, keyPem] = platform.map((key) => mixedAccount[key] ?? "");
  const both = Object.fromEntries(
    Object.entries(mixedAccount).filter(([key]) => !platform.some((one) => one === key)),
  );
  const byKey = { platformPublicKeyId: keyId ?? "", platformPublicKeyPem: keyPem ?? "" };
  const byCertificate = { platformCertificatesPem: certificatesPem ?? "" };
  for (const [code, account] of [
    ["v2", v2Account],
    ["v3Certificate", v3CertificateAccount],
    ["v3PublicKey", v3KeyAccount],
    ["v3Change", { ...v3CertificateAccount, ...byKey }],
    ["v2AndV3Certificate", { ...both, ...byCertificate }],
    ["v2AndV3PublicKey", { ...both, ...byKey }],
    ["v2AndV3Change", mixedAccount],
  ] as const) {
    const choice = chooseMode(wechatManifest.configModes, new Set(Object.keys(account)));
    assert.equal(choice.kind === "chosen" && choice.mode.code, code);
    assert.deepEqual(checkedFields(account), [], code);
  }
  const patterns = new Map(wechatManifest.configFields.map(({ key, pattern }) => [key, pattern]));
  for (const { fields } of wechatManifest.configModes)
    for (const key of fields) assert.doesNotMatch("", new RegExp(patterns.get(key) ?? "", "u"), key);
});

const wrong: ReadonlyArray<readonly [field: string, value: string]> = [
  ["appId", "2021000000000001"],
  ["mchId", "19000x0109"],
  ["apiKeyV2", "short"],
  ["gatewayUrl", "http://api.mch.weixin.qq.com"],
  ["gatewayUrl", "https://api.mch.weixin.qq.com/"],
  ["gatewayUrl", "https://api.mch.weixin.qq.com?x=1"],
  ["codePayVersion", "V2"],
  ["signTypeV2", "SM3"],
  ["platformPublicKeyId", "0119"],
  ["merchantSerialNo", "5f:1c"],
  ["clientCertificatePem", "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----"],
];
for (const [field, value] of wrong)
  test(`${field} is never ${JSON.stringify(value)}`, () =>
    assert.deepEqual(checkedFields({ ...mixedAccount, [field]: value }), [field]));

test("production and this machine are addresses", () => {
  for (const gatewayUrl of [
    "https://api.mch.weixin.qq.com",
    "https://api2.mch.weixin.qq.com",
    "http://127.0.0.1:8090/wechat",
    "http://localhost:8090",
  ])
    assert.deepEqual(checkedFields({ ...v2Account, gatewayUrl }), [], gatewayUrl);
});
