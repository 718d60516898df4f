// Ways to be configured: which of them an account is in, and what is said where it is in none, or in part of one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { alipay } from "../../../channels/alipay/client.ts";
import type { ChannelManifest, ConfigField } from "../../../channels/port.ts";
import { unionpayManifest } from "../../../channels/unionpay/manifest.ts";
import { wechatManifest } from "../../../channels/wechat/manifest.ts";
import { testManifest } from "../fixtures.ts";
import { checkAccount } from "./decide.ts";

const words = { zh: "", en: "" };
const field = (key: string): ConfigField => ({
  key,
  label: words,
  help: words,
  secret: "no",
  pattern: "^x$",
});
const mode = (code: string, fields: readonly string[]) => ({
  code,
  label: { zh: code, en: code },
  help: words,
  fields,
});
/** a and b are the same, doubled: c belongs to both; only d stands alone. */
const sharing: ChannelManifest = {
  ...testManifest,
  configFields: ["a", "b", "c", "d"].map(field),
  configModes: [
    mode("ac", ["a", "c"]),
    mode("bc", ["b", "c"]),
    mode("abc", ["a", "b", "c"]),
    mode("d", ["d"]),
  ],
};

/** The problems of the fields of modes, as "key: text"; fields that every account needs are not of interest here. */
function problems(manifest: ChannelManifest, keys: string, language: "zh" | "en" = "en"): string[] {
  const filled = keys === "" ? [] : keys.split(" ");
  const account = Object.fromEntries(filled.map((key) => [key, "x"]));
  const ofModes = new Set(manifest.configModes.flatMap(({ fields }) => fields));
  return checkAccount(manifest, account).flatMap(({ field: at, problem }) => {
    const key = at.replace("config.", "");
    const form = problem.en === "does not have the expected form.";
    return ofModes.has(key) && !form ? [`${key}: ${problem[language]}`] : [];
  });
}

const missing = (key: string): string => `${key}: is missing.`;
const oneOf = (key: string): string => `${key}: is missing: fill in one of these modes: ac, bc, abc, d.`;
const tooMany = (key: string): string =>
  `${key}: belongs to one of several modes (ac, bc, abc, d); empty the fields of the others.`;

// filled in → what is said
for (const [filled, expected] of [
  ["", [oneOf("a"), oneOf("b"), oneOf("d")]],
  ["a", [missing("c")]],
  ["b", [missing("c")]],
  ["c", [missing("a")]],
  ["a c", []],
  ["b c", []],
  ["a b", [missing("c")]],
  ["a b c", []],
  ["d", []],
  ["a d", [tooMany("a"), tooMany("d")]],
  ["a b c d", [tooMany("a"), tooMany("b"), tooMany("d")]],
] as ReadonlyArray<readonly [string, string[]]>)
  test(`of modes that share fields, “${filled}” filled in says ${JSON.stringify(expected)}`, () =>
    assert.deepEqual(problems(sharing, filled), expected));

test("Alipay’s two ways share nothing, and say what they always said", () => {
  const rows = [
    ["alipayPublicKeyPem", []],
    ["appCertPem alipayCertPem alipayRootCertPem", []],
    ["appCertPem", ["alipayCertPem: 缺少此字段。", "alipayRootCertPem: 缺少此字段。"]],
    [
      "",
      ["alipayPublicKeyPem", "appCertPem"].map((key) => `${key}: 请在“公钥模式”和“证书模式”中选一种填写。`),
    ],
    [
      "alipayPublicKeyPem alipayCertPem",
      ["alipayPublicKeyPem", "alipayCertPem"].map(
        (key) => `${key}: “公钥模式”和“证书模式”只能填写一种，请清空另一种的字段。`,
      ),
    ],
  ] as const;
  for (const [filled, expected] of rows)
    assert.deepEqual(problems(alipay.manifest, filled, "zh"), expected, filled);
});

const v2 = "apiKeyV2 clientCertificatePem clientPrivateKeyPem";
const v3 = "apiV3Key merchantSerialNo merchantPrivateKeyPem";
const certificate = "platformCertificatesPem";
const publicKey = "platformPublicKeyId platformPublicKeyPem";

// what of WeChat Pay is filled in → the fields that are missing
for (const [name, filled, expected] of [
  ["APIv2", v2, []],
  ["APIv3 by certificate", `${v3} ${certificate}`, []],
  ["APIv3 by public key", `${v3} ${publicKey}`, []],
  ["APIv3 by both, during the change", `${v3} ${certificate} ${publicKey}`, []],
  ["both generations, by certificate", `${v2} ${v3} ${certificate}`, []],
  ["both generations, by public key", `${v2} ${v3} ${publicKey}`, []],
  ["both generations, by both, during the change", `${v2} ${v3} ${certificate} ${publicKey}`, []],
  ["only the key of APIv2", "apiKeyV2", ["clientCertificatePem", "clientPrivateKeyPem"]],
  ["APIv3 without any key of WeChat Pay", v3, [certificate]],
  ["APIv3 with an id alone", `${v3} platformPublicKeyId`, ["platformPublicKeyPem"]],
  ["both generations without any key of WeChat Pay", `${v2} ${v3}`, [certificate]],
  ["APIv2 with a key of WeChat Pay", `${v2} ${publicKey}`, v3.split(" ")],
] as ReadonlyArray<readonly [string, string, string[]]>)
  test(`WeChat Pay: ${name}`, () =>
    assert.deepEqual(
      problems(wechatManifest, filled).toSorted(),
      expected.map((key) => `${key}: is missing.`).toSorted(),
    ));

test("WeChat Pay with no way begun names each field at most once", () => {
  const said = checkAccount(wechatManifest, {}).map(({ field: at }) => at);
  assert.equal(new Set(said).size, said.length);
});

test("every field that answers and notices are held against stays once something was paid", () => {
  const fixed = ({ configFields }: ChannelManifest) =>
    configFields.filter(({ identity }) => identity === "yes").map(({ key }) => key);
  assert.deepEqual(fixed(alipay.manifest), ["appId", "sellerId"]);
  assert.deepEqual(fixed(wechatManifest), ["appId", "mchId", "subMchId", "subAppId"]);
  assert.deepEqual(fixed(unionpayManifest), ["merId"]);
});
