// Certificate mode: serials as Alipay computes them, requests that carry them, answers and notifications held against them.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fen } from "../../kernel/money.ts";
import type { Transport } from "../port.ts";
import { certificatesIn, chainOf, leafOf, rootSerialsOf, serialOf } from "./certificates.ts";
import { alipay } from "./client.ts";
import { answerBody, notificationSignText, readRequest, requestSignText, responseNodeName } from "./codec.ts";
import { chargeRequest, ioWith, noon } from "./fixtures.ts";
import { notificationFields } from "./notification.ts";
import { signText, verifyText } from "./signing.ts";
import {
  alipayCertificate,
  alipaySerial,
  appCertificate,
  certificateAccount,
  intermediate,
  otherRoot,
  pemOf,
  rootsPem,
  rsaRoot,
} from "./testing/certificateAccount.ts";
import { issue } from "./testing/certificates.ts";
import { formCallback } from "../testing/callbacks.ts";

const vectors = new URL("../../../../shared/vectors/alipay/", import.meta.url);
const skip = existsSync(vectors) ? false : "the published vectors are not at hand";
const vector = (name: string): string => readFileSync(new URL(name, vectors), "utf8");

test(
  "published: the serials of real certificates, and of the real roots without those of SM2",
  { skip },
  () => {
    const expected = JSON.parse(vector("cert-sn.expected.json")) as Readonly<Record<string, string>>;
    for (const name of ["appCertPublicKey_2021001161683774.crt", "alipayCertPublicKey_RSA2.crt"]) {
      assert.equal(serialOf(leafOf(vector(name))), expected[name]);
    }
    assert.equal(rootSerialsOf(vector("alipayRootCert.crt")), expected["alipayRootCert.crt"]);
    assert.equal(certificatesIn(vector("alipayRootCert.crt")).length, 4);
    // Alipay’s own download lacks the certificate in between.
    assert.equal(chainOf(vector("alipayCertPublicKey_RSA2.crt"), vector("alipayRootCert.crt")), "incomplete");
  },
);

test("a chain is complete to a root of ours, incomplete without its links, broken under a false authority", () => {
  const validity = { validFrom: noon, validTo: new Date("2030-01-01T00:00:00Z") };
  const impostor = issue({ ...validity, name: intermediate.name, serial: 9n, issuer: null });
  const stranger = issue({ ...validity, name: ["CN", "x", "x", "x"], serial: 8n, issuer: null });
  const byMerchant = issue({ ...validity, name: alipayCertificate.name, serial: 7n, issuer: appCertificate });
  for (const [name, pem, roots, chain] of [
    ["with its link", alipayCertificate.pem + intermediate.pem, rootsPem, "complete"],
    ["links in any order", alipayCertificate.pem + rsaRoot.pem + intermediate.pem, rootsPem, "complete"],
    ["without its link", alipayCertificate.pem, rootsPem, "incomplete"],
    ["with the link of an impostor", alipayCertificate.pem + impostor.pem, rootsPem, "broken"],
    [
      "an impostor beside the true link",
      alipayCertificate.pem + impostor.pem + intermediate.pem,
      rootsPem,
      "complete",
    ],
    ["to a root that is not ours", alipayCertificate.pem + intermediate.pem, otherRoot.pem, "incomplete"],
    ["issued by itself", stranger.pem, rootsPem, "broken"],
    ["issued by a certificate that is no authority", byMerchant.pem + appCertificate.pem, rootsPem, "broken"],
    ["a root itself", rsaRoot.pem, rootsPem, "complete"],
  ] as const) {
    assert.equal(chainOf(pem, roots), chain, name);
  }
  for (const bad of ["", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]) {
    assert.throws(() => certificatesIn(bad), bad);
  }
});

test("a request of certificate mode carries both serials under its signature", async () => {
  const seen: Array<ReadonlyMap<string, string>> = [];
  const io = ioWith((request) => {
    const reading = readRequest(new URL(request.url).search.slice(1), request.body);
    assert.ok(reading.kind === "request");
    seen.push(reading.parameters);
    return Promise.reject(new Error("lost"));
  });
  await alipay.query(io, certificateAccount, chargeRequest);
  const [parameters] = seen;
  assert.ok(parameters);
  assert.equal(parameters.get("app_cert_sn"), serialOf(leafOf(appCertificate.pem)));
  assert.equal(parameters.get("alipay_root_cert_sn"), serialOf(leafOf(rsaRoot.pem)));
  const text = requestSignText(parameters);
  assert.match(text, /alipay_root_cert_sn=.*&app_cert_sn=/);
  assert.equal(await verifyText(text, parameters.get("sign") ?? "", appCertificate.publicKey), true);
});

const node =
  '{"code":"10000","msg":"Success","out_trade_no":"00000001order1","total_amount":"12.50","trade_no":"t1"}';

// serial named, key signed with → outcome, problem
for (const [name, serial, signer, kind, problem] of [
  ["the configured certificate", alipaySerial, alipayCertificate, "succeeded", null],
  ["another certificate", "0".repeat(32), alipayCertificate, "unknown", /another certificate of Alipay/],
  ["no certificate", null, alipayCertificate, "unknown", /another certificate of Alipay/],
  ["the right name and a false key", alipaySerial, intermediate, "unknown", /^bad signature$/],
] as const) {
  test(`an answer under ${name} is ${kind}`, async () => {
    const transport: Transport = async () => {
      const signature = await signText(node, pemOf(signer));
      const body = answerBody(responseNodeName("alipay.trade.pay"), node, signature, serial);
      return { status: 200, headers: {}, body: Buffer.from(body) };
    };
    const { outcome, exchange } = await alipay.charge(ioWith(transport), certificateAccount, chargeRequest);
    assert.equal(outcome.kind, kind);
    assert.match(exchange.problem ?? "", problem ?? /^$/);
  });
}

test("an account whose certificate cannot be read sends nothing and is unknown, never an exception", async () => {
  for (const field of ["appCertPem", "alipayRootCertPem"]) {
    let sent = 0;
    const io = ioWith(() => {
      sent += 1;
      return Promise.reject(new Error("lost"));
    });
    const { outcome } = await alipay.charge(io, { ...certificateAccount, [field]: "broken" }, chargeRequest);
    assert.deepEqual([outcome.kind, sent], ["unknown", 0], field);
  }
});

// serial named in the notification, signer → reading
for (const [name, serial, signer, kind] of [
  ["without a serial", null, alipayCertificate, "accepted"],
  ["naming the configured certificate", alipaySerial, alipayCertificate, "accepted"],
  ["naming another certificate", "0".repeat(32), alipayCertificate, "forged"],
  ["signed with another key", null, intermediate, "forged"],
] as const) {
  test(`a notification of certificate mode ${name} is ${kind}`, async () => {
    const fields = notificationFields({
      ...{ notifyId: "n1", notifiedAt: noon, createdAt: noon, paidAt: noon, tradeNo: "t1", refund: null },
      ...{ outTradeNo: "order1", tradeStatus: "TRADE_SUCCESS", subject: "咖啡", totalAmount: fen(100) },
      ...{ buyerId: "2088102146225135", buyerLogonId: "138****8000", fundBills: [] },
      appId: certificateAccount["appId"] ?? "",
      sellerId: certificateAccount["sellerId"] ?? "",
    });
    if (serial !== null) fields.set("alipay_cert_sn", serial);
    fields.set("sign", await signText(notificationSignText(fields, "dropped"), pemOf(signer)));
    assert.equal((await alipay.readCallback(certificateAccount, formCallback(fields))).kind, kind);
  });
}
