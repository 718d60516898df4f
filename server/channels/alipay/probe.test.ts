// The probe: one harmless question, and for each thing that can be wrong its name, its field and its words.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ChannelAccount, Probe, Transport } from "../port.ts";
import { leafOf, serialOf } from "./certificates.ts";
import { alipay } from "./client.ts";
import { answerBody, responseNodeName } from "./codec.ts";
import { account, alipayKeys, appKeys, gateway, ioWith, keyPair, noon, replying } from "./fixtures.ts";
import { signText } from "./signing.ts";
import {
  alipayCertificate,
  alipayCertificateUntil,
  alipaySerial,
  appCertificate,
  authorityEnd,
  certificateAccount,
  intermediate,
  otherRoot,
  pemOf,
  rootsPem,
} from "./testing/certificateAccount.ts";

const noTrade =
  '{"code":"40004","msg":"Business Failed","sub_code":"ACQ.TRADE_NOT_EXIST","sub_msg":"交易不存在"}';
const saying = (code: string, subCode: string): string =>
  `{"code":"${code}","msg":"x","sub_code":"${subCode}","sub_msg":"原话"}`;
const method = "alipay.trade.query";
const strangers = keyPair();

/** A gateway in certificate mode that answers every question with this node. */
const certified =
  (node: string, serial: string | null = alipaySerial, signer = alipayCertificate): Transport =>
  async () => {
    const body = answerBody(responseNodeName(method), node, await signText(node, pemOf(signer)), serial);
    return { status: 200, headers: {}, body: Buffer.from(body) };
  };
const unsigned = (node: string): Transport => replying(answerBody("error_response", node, null));
const rejecting: Transport = () => Promise.reject(new TypeError("the request failed"));

type Row = readonly [name: string, account: ChannelAccount, transport: Transport, verdict: string];
const good = gateway(() => noTrade);
const rows: readonly Row[] = [
  ["all is well", account, good, "ready"],
  ["the order exists after all", account, gateway(() => '{"code":"10000","msg":"Success"}'), "ready"],
  [
    "a private key of nobody",
    { ...account, privateKeyPem: strangers.privateKeyPem },
    good,
    "privateKeyWrong privateKeyPem",
  ],
  [
    "a private key that is none",
    { ...account, privateKeyPem: "x" },
    good,
    "privateKeyUnreadable privateKeyPem",
  ],
  [
    "another public key",
    { ...account, alipayPublicKeyPem: strangers.publicKeyPem },
    good,
    "publicKeyWrong alipayPublicKeyPem",
  ],
  [
    "the app’s own public key",
    { ...account, alipayPublicKeyPem: appKeys.publicKeyPem },
    good,
    "publicKeyIsOwn alipayPublicKeyPem",
  ],
  [
    "a private key as public key",
    { ...account, alipayPublicKeyPem: alipayKeys.privateKeyPem },
    good,
    "publicKeyUnreadable alipayPublicKeyPem",
  ],
  ["an app id nobody has", account, gateway(() => saying("40002", "isv.invalid-app-id")), "appIdWrong appId"],
  [
    "the same without a signature",
    account,
    unsigned(saying("40002", "isv.invalid-app-id")),
    "appIdWrong appId",
  ],
  [
    "our signature refused without one",
    account,
    unsigned(saying("40002", "isv.invalid-signature")),
    "privateKeyWrong privateKeyPem",
  ],
  [
    "the app is not live",
    account,
    gateway(() => saying("40002", "isv.invalid-app-state")),
    "appInactive appId",
  ],
  [
    "nothing signed for",
    account,
    gateway(() => saying("40006", "isv.insufficient-isv-permissions")),
    "productNotSigned null",
  ],
  [
    "a clock that is off",
    account,
    gateway(() => saying("40002", "isv.invalid-timestamp")),
    "clockWrong null",
  ],
  [
    "an app of certificates",
    account,
    gateway(() => saying("40001", "isv.missing-app-cert-sn")),
    "certificateModeNeeded appCertPem",
  ],
  ["a busy gateway", account, gateway(() => saying("20000", "isp.unknow-error")), "channelBusy null"],
  ["too many calls", account, gateway(() => saying("40005", "isv.app-call-limited")), "channelBusy null"],
  ["something new", account, gateway(() => saying("40002", "isv.brand-new")), "refusedByChannel null"],
  ["no connection", account, rejecting, "gatewayUnreachable gatewayUrl"],
  ["another web site", account, replying("<html>"), "gatewayStrange gatewayUrl"],
  ["a broken web site", account, replying("", 502), "gatewayStrange gatewayUrl"],
  [
    "an unsigned success",
    account,
    replying(answerBody(responseNodeName(method), noTrade, null)),
    "gatewayStrange gatewayUrl",
  ],
  ["certificates, all well", certificateAccount, certified(noTrade), "ready"],
  [
    "Alipay signs under another",
    certificateAccount,
    certified(noTrade, "f".repeat(32)),
    "alipayCertificateUnknown alipayCertPem",
  ],
  [
    "another key under its name",
    certificateAccount,
    certified(noTrade, alipaySerial, intermediate),
    "alipayCertificateWrong alipayCertPem",
  ],
  [
    "a certificate Alipay has not",
    certificateAccount,
    certified(saying("40002", "isv.app-cert-not-exist")),
    "appCertificateWrong appCertPem",
  ],
  [
    "roots Alipay has not",
    certificateAccount,
    certified(saying("40002", "isv.invalid-alipay-root-cert-sn")),
    "rootCertificateWrong alipayRootCertPem",
  ],
  [
    "the key of another certificate",
    { ...certificateAccount, privateKeyPem: appKeys.privateKeyPem },
    certified(noTrade),
    "privateKeyNotOfCertificate privateKeyPem",
  ],
  [
    "a certificate cut short",
    { ...certificateAccount, alipayCertPem: "-----BEGIN" },
    certified(noTrade),
    "certificateUnreadable alipayCertPem",
  ],
  [
    "a missing certificate",
    { ...certificateAccount, appCertPem: "" },
    certified(noTrade),
    "certificateUnreadable appCertPem",
  ],
  [
    "a false link",
    {
      ...certificateAccount,
      alipayCertPem:
        alipayCertificateUntil(authorityEnd, { ...otherRoot, name: intermediate.name }).pem +
        intermediate.pem,
    },
    certified(noTrade),
    "alipayCertificateBroken alipayCertPem",
  ],
  [
    "an expired certificate",
    {
      ...certificateAccount,
      alipayCertPem: alipayCertificateUntil(new Date("2026-02-28T00:00:00Z")).pem + intermediate.pem,
    },
    certified(noTrade),
    "certificateExpired alipayCertPem",
  ],
];

for (const [name, configured, transport, verdict] of rows) {
  test(`probe: ${name}: ${verdict}`, async () => {
    const found = await alipay.probe(ioWith(transport), configured);
    assert.equal(verdictOf(found), verdict);
    if (found.outcome.kind === "ready") return;
    const { title, next } = found.outcome.finding;
    for (const text of [title.zh, title.en, next.zh, next.en]) assert.ok(text.length > 3, text);
    assert.equal(JSON.stringify(found).includes("PRIVATE KEY"), false);
  });
}

test("nothing is sent where the configuration itself is broken, and the channel’s own words come along otherwise", async () => {
  const local = await alipay.probe(ioWith(rejecting), { ...account, privateKeyPem: "x" });
  assert.equal(local.exchange, null);
  const refused = await alipay.probe(ioWith(gateway(() => saying("40002", "isv.invalid-app-id"))), account);
  assert.ok(refused.outcome.kind === "refused");
  assert.deepEqual(refused.outcome.words, { code: "isv.invalid-app-id", message: "原话" });
  assert.equal(refused.exchange?.operation, "probe");
});

test("a certificate is warned of in its last 30 days, not before, and refused before its first and after its last", async () => {
  const until = new Date("2026-03-31T04:00:00.000Z");
  const own = alipayCertificateUntil(until);
  const configured = { ...certificateAccount, alipayCertPem: own.pem + intermediate.pem };
  const transport = certified(noTrade, serialOf(leafOf(own.pem)), own);
  for (const [at, verdict] of [
    ["2025-12-31T23:59:59Z", "certificateNotYetValid appCertPem"],
    [noon.toISOString(), "ready"],
    ["2026-03-01T04:00:01Z", "ready certificateExpiresSoon"],
    ["2026-03-31T04:00:00Z", "ready certificateExpiresSoon"],
    ["2026-03-31T04:00:01Z", "certificateExpired alipayCertPem"],
  ] as const) {
    const io = { ...ioWith(transport), now: () => new Date(at) };
    assert.equal(verdictOf(await alipay.probe(io, configured)), verdict, at);
  }
});

test("a download without the links in between works, and says that it could not be followed to a root", async () => {
  const configured = { ...certificateAccount, alipayCertPem: alipayCertificate.pem };
  const found = await alipay.probe(ioWith(certified(noTrade)), configured);
  assert.equal(verdictOf(found), "ready certificateChainIncomplete");
});

test("the fields of each mode are fields of the form, belong to one mode, and accept what they are for", () => {
  const { configFields, configModes } = alipay.manifest;
  assert.deepEqual(
    configModes.map(({ code }) => code),
    ["publicKey", "certificate"],
  );
  const fields = new Map(configFields.map((field) => [field.key, field]));
  const claimed = configModes.flatMap((mode) => mode.fields);
  assert.equal(new Set(claimed).size, claimed.length);
  for (const key of claimed) {
    const value = account[key] ?? certificateAccount[key] ?? "";
    assert.match(value, new RegExp(fields.get(key)?.pattern ?? "^$", "u"), key);
  }
  assert.match(
    rootsPem + appCertificate.pem,
    new RegExp(fields.get("alipayRootCertPem")?.pattern ?? "", "u"),
  );
});

test("law: whatever a gateway sends, the probe is never ready without a genuine signature, and never throws", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string({ unit: "binary" }), fc.json()), async (body) => {
      const found = await alipay.probe(ioWith(replying(body)), account);
      assert.equal(found.outcome.kind, "refused");
    }),
    { numRuns: 50 },
  );
});

function verdictOf({ outcome }: Probe): string {
  return outcome.kind === "ready"
    ? ["ready", ...outcome.warnings.map(({ code }) => code)].join(" ")
    : `${outcome.finding.code} ${outcome.finding.field}`;
}
