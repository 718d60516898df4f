// Certificate mode: what the office hands out, and what the front door says to whoever names the wrong certificates.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { alipay } from "@huiyin/server/channels/alipay/client.ts";
import { requestSignText } from "@huiyin/server/channels/alipay/codec.ts";
import { signText } from "@huiyin/server/channels/alipay/signing.ts";
import { fen } from "@huiyin/server/kernel/money.ts";
import { addSeconds, beijingTime } from "@huiyin/server/kernel/time.ts";
import type { ChannelAccount, ChannelIo } from "@huiyin/server/channels/port.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { rootSerialOf, serialOf } from "../certificates.ts";
import { callbackSite, testSandbox, type TestSandbox } from "../fixtures.ts";
import type { BothCredentials } from "../start.ts";
import { formCallback } from "@huiyin/server/channels/testing/callbacks.ts";

let made: TestSandbox;
let credentials: BothCredentials;
let madeAtStart: "yes" | "no";
before(async () => {
  made = await testSandbox();
  madeAtStart = existsSync(join(made.dataDirectory, "keys", "alipay.crt")) ? "yes" : "no";
  credentials = unwrap(await made.sandbox.credentials(null));
});
after(() => made[Symbol.asyncDispose]());

const certificatesIn = (pem: string): X509Certificate[] =>
  (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (each) => new X509Certificate(each),
  );

test("certificates are made when somebody asks, not at the start", async () => {
  assert.equal(madeAtStart, "no");
  const again = unwrap(await made.sandbox.credentials(null));
  assert.deepEqual(again.certificateMode, credentials.certificateMode);
});

test("the app’s and Alipay’s certificates lead over the intermediate to the RSA root; the other root is signed otherwise", () => {
  const { appCertPem, alipayCertPem, alipayRootCertPem } = credentials.certificateMode;
  const [app] = certificatesIn(appCertPem);
  const [alipay, intermediate] = certificatesIn(alipayCertPem);
  const [root, other] = certificatesIn(alipayRootCertPem);
  assert.ok(app && alipay && intermediate && root && other);
  for (const [child, issuer] of [
    [app, intermediate],
    [alipay, intermediate],
    [intermediate, root],
    [root, root],
  ] as const) {
    assert.ok(child.checkIssued(issuer) && child.verify(issuer.publicKey), child.subject);
  }
  assert.equal(other.signatureAlgorithmOid, "1.2.156.10197.1.501");
  assert.equal(rootSerialOf(alipayRootCertPem), serialOf(root.toString()));
  assert.equal(app.publicKey.export({ type: "spki", format: "pem" }), credentials.publicKeyPem);
  assert.notEqual(alipay.publicKey.export({ type: "spki", format: "pem" }), credentials.alipayPublicKeyPem);
});

type Answer = Readonly<{ alipay_trade_query_response: { sub_code: string }; alipay_cert_sn?: string }>;

async function asked(
  changes: Readonly<Record<string, string>>,
): Promise<Readonly<{ subCode: string; serial: string | undefined }>> {
  const { appCertPem, alipayRootCertPem } = credentials.certificateMode;
  const parameters = new Map(
    Object.entries({
      app_id: credentials.appId,
      method: "alipay.trade.query",
      charset: "utf-8",
      sign_type: "RSA2",
      version: "1.0",
      timestamp: beijingTime(made.clock.now()),
      biz_content: JSON.stringify({ out_trade_no: "a1" }),
      app_cert_sn: serialOf(appCertPem),
      alipay_root_cert_sn: rootSerialOf(alipayRootCertPem),
      ...changes,
    }).filter(([, value]) => value !== ""),
  );
  parameters.set("sign", await signText(requestSignText(parameters), credentials.privateKeyPem));
  const body = new URLSearchParams([...parameters]).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await fetch(credentials.gatewayUrl, { method: "POST", headers, body });
  const { alipay_trade_query_response: node, alipay_cert_sn: serial } = (await answer.json()) as Answer;
  return { subCode: node.sub_code, serial };
}

const zeros = "0".repeat(32);
//  what the request names                                 sub-code
const rows: ReadonlyArray<readonly [Readonly<Record<string, string>>, string]> = [
  [{}, "ACQ.TRADE_NOT_EXIST"],
  [{ app_cert_sn: "" }, "isv.missing-app-cert-sn"],
  [{ alipay_root_cert_sn: "" }, "isv.missing-alipay-root-cert-sn"],
  [{ app_cert_sn: zeros }, "isv.app-cert-not-exist"],
  [{ alipay_root_cert_sn: zeros }, "isv.invalid-alipay-root-cert-sn"],
  [{ alipay_root_cert_sn: `${zeros}_${zeros}` }, "isv.invalid-alipay-root-cert-sn"],
];
for (const [changes, subCode] of rows) {
  test(`${JSON.stringify(changes)} is answered with ${subCode}, signed by certificate`, async () => {
    const answer = await asked(changes);
    assert.deepEqual(answer, { subCode, serial: serialOf(credentials.certificateMode.alipayCertPem) });
  });
}

test("without certificates the answer names none", async () => {
  const answer = await asked({ app_cert_sn: "", alipay_root_cert_sn: "" });
  assert.deepEqual(answer, { subCode: "ACQ.TRADE_NOT_EXIST", serial: undefined });
});

test("the platform’s own channel pays, refunds and believes a notification by certificate, and not with another mode’s key", async () => {
  await using site = await callbackSite(() => "success");
  const { appId, sellerId, privateKeyPem, gatewayUrl, certificateMode } = credentials;
  const account: ChannelAccount = { appId, sellerId, privateKeyPem, gatewayUrl, ...certificateMode };
  const io: ChannelIo = {
    now: () => made.clock.now(),
    transport: async ({ url, headers, body }) => {
      const answer = await fetch(url, { method: "POST", headers, body });
      return { status: answer.status, headers: {}, body: Buffer.from(await answer.text()) };
    },
  };
  const { body: shown } = await made.control("POST", "/control/wallets/wal_0001/payer-code");
  const order = {
    channelOrderNo: "own1",
    orderedAt: made.clock.now(),
    amount: fen(1_250),
    subject: "拿铁",
    storeNo: null,
    terminalNo: null,
  };
  const expiresAt = addSeconds(made.clock.now(), 120);
  const paid = await alipay.charge(io, account, {
    ...order,
    payerCode: shown.code,
    expiresAt,
    callbackUrl: site.url,
  });
  assert.equal(paid.outcome.kind, "succeeded");
  const refund = {
    order,
    channelRefundNo: "own1r",
    requestedAt: made.clock.now(),
    amount: fen(250),
    reason: null,
    callbackUrl: site.url,
  } as const;
  const refunded = await alipay.refund(io, account, { ...refund, sendHistory: "first" });
  assert.equal(refunded.outcome.kind, "refunded");
  while (site.received.length < 2) await new Promise((resolve) => setImmediate(resolve));
  const byKey: ChannelAccount = { ...credentials, certificateMode: "" };
  for (const form of site.received) {
    assert.equal((await alipay.readCallback(account, formCallback(form))).kind, "accepted");
    assert.equal((await alipay.readCallback(byKey, formCallback(form))).kind, "forged");
  }
  const elsewhere = { ...account, appCertPem: certificateMode.alipayCertPem };
  const refused = (await alipay.query(io, elsewhere, order)).outcome;
  assert.ok(refused.kind === "unknown" && refused.words?.code === "isv.app-cert-not-exist", refused.kind);
});

// Last, as the books belong to the newest process that opened them.
test("a restart finds the certificates of the run before", async () => {
  await using second = await testSandbox({ dataDirectory: made.dataDirectory });
  const later = unwrap(await second.sandbox.credentials(null));
  assert.deepEqual(later.certificateMode, credentials.certificateMode);
});
