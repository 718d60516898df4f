// The published vectors of WeChat Pay. They stay outside the repository; without them this file says so and skips.
import assert from "node:assert/strict";
import { createPublicKey, X509Certificate } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { reqInfoKey, sealed, sealedReqInfo, unsealed, unsealedReqInfo } from "./crypto/aead.ts";
import { certificatesIn, publicKeyOf, serialOf, verifyRsa } from "./crypto/rsa.ts";
import { fenIn } from "./json.ts";
import { parseDigitsTime } from "./time.ts";
import { openReqInfo } from "./v2/notices.ts";
import { isGenuine, signatureOf, signedXml } from "./v2/signing.ts";
import { certificatesAnswer, certificatesOf } from "./v3/certificates.ts";
import { requestSignText } from "./v3/signing.ts";
import { readXml, writeXml } from "./xml.ts";

const vectors = new URL("../../../../shared/vectors/wechat/", import.meta.url);
const skip = existsSync(vectors) ? false : "the published vectors are not at hand";
const vector = (name: string): string => readFileSync(new URL(name, vectors), "utf8");
const json = <T>(name: string): T => JSON.parse(vector(name)) as T;

type Crypto = Readonly<{
  apiV3Key: string;
  aead: ReadonlyArray<
    Readonly<Record<"key" | "nonce" | "associated_data" | "plaintext" | "ciphertext", string>>
  >;
  rsa: Readonly<Record<"serial" | "message" | "signature", string>>;
  wechatPaySerial: string;
  requestSignString: Readonly<Record<"method" | "url" | "nonce" | "body" | "expected", string>> & {
    timestamp: number;
  };
}>;

test("published: the v2 example is signed as printed, in both types, and verifies", { skip }, () => {
  type Example = Readonly<{
    params: Record<string, string>;
    key: string;
    MD5: string;
    "HMAC-SHA256": string;
  }>;
  const example = json<Example>("v2-sign.json");
  for (const signType of ["MD5", "HMAC-SHA256"] as const) {
    const fields = Object.entries(example.params);
    assert.equal(signatureOf(fields, example.key, signType), example[signType]);
    const reading = readXml(signedXml(fields, example.key, signType));
    assert.ok(reading.kind === "read");
    assert.equal(reading.fields.get("sign"), example[signType]);
    assert.equal(isGenuine(reading.fields, example.key), true);
    assert.equal(isGenuine(new Map(reading.fields).set("body", "test1"), example.key), false);
    assert.equal(isGenuine(reading.fields, `${example.key}1`), false);
  }
});

test(
  "published: the refund notice opens under the digest of the key, and is sealed the same again",
  { skip },
  () => {
    type Notice = Readonly<{ aesKey: string; req_info: string; expected: Record<string, string> }>;
    const { aesKey, req_info, expected } = json<Notice>("v2-refund-notify-req-info.json");
    const fields = openReqInfo(req_info, aesKey);
    assert.ok(fields !== null);
    for (const [name, value] of Object.entries(expected)) assert.equal(fields.get(name), value, name);
    const text = unsealedReqInfo(req_info, aesKey);
    assert.ok(text !== null);
    assert.equal(sealedReqInfo(text, aesKey), req_info);
    assert.equal(openReqInfo(req_info, reqInfoKey("another key")), null);
  },
);

for (const file of ["v2-notify-order-with-coupons.xml", "v2-orderquery-micropay.xml", "v2-refundquery.xml"])
  test(`published: ${file} is read whole, and written and read again`, { skip }, () => {
    const reading = readXml(vector(file));
    assert.ok(reading.kind === "read");
    const elements = vector(file).match(/<(?!xml|\/|!)[a-z]/g) ?? [];
    assert.equal(reading.fields.size, elements.length);
    assert.deepEqual(readXml(writeXml(reading.fields)), reading);
    assert.equal(reading.fields.get("return_code"), "SUCCESS");
    assert.match(reading.fields.get("sign") ?? "", /^[0-9A-F]{32}$/);
    assert.equal(isGenuine(reading.fields, "not the key of the example"), false);
    if (file.includes("order")) assert.deepEqual(fenIn(reading.fields, "total_fee")?.minor, 1n);
    if (file.includes("order")) assert.ok(parseDigitsTime(reading.fields.get("time_end") ?? "") !== null);
  });

test(
  "published: every sealed text opens, is sealed the same again, and does not open when altered",
  { skip },
  () => {
    const { aead } = json<Crypto>("v3-crypto.json");
    assert.equal(aead.length, 3);
    for (const { key, nonce, associated_data: associatedData, plaintext, ciphertext } of aead) {
      assert.equal(unsealed({ nonce, associatedData, ciphertext }, key), plaintext);
      assert.equal(sealed(plaintext, key, { nonce, associatedData }).ciphertext, ciphertext);
      const bytes = Buffer.from(ciphertext, "base64");
      for (let at = 0; at < bytes.length; at += 1) {
        const altered = Buffer.from(bytes);
        altered[at] = (altered[at] ?? 0) ^ 1;
        assert.equal(unsealed({ nonce, associatedData, ciphertext: altered.toString("base64") }, key), null);
      }
      assert.equal(unsealed({ nonce, associatedData: `${associatedData}1`, ciphertext }, key), null);
    }
  },
);

test(
  "published: the certificates answer opens to a certificate under its own serial, and not when altered",
  { skip },
  () => {
    const { apiV3Key } = json<Crypto>("v3-crypto.json");
    const body = vector("v3-certificates-response.json");
    const [certificate] = certificatesOf(body, apiV3Key) ?? [];
    assert.ok(certificate !== undefined);
    assert.equal(serialOf(certificate), "5DEA10EF55877E3CF6C33255C2E7DEFFF7E427EC");
    assert.match(certificate.subject, /Tenpay\.com/);
    assert.equal(certificatesOf(body.replace("5DEA10EF", "5DEA10EE"), apiV3Key), null);
    assert.equal(certificatesOf(body.replace("14b16c03dc1b", "14b16c03dc1c"), apiV3Key), null);
    assert.equal(certificatesOf(body, apiV3Key.toLowerCase()), null);
    const made = certificatesAnswer(
      [{ certificatePem: certificate.toString(), nonce: "0123456789ab" }],
      apiV3Key,
    );
    assert.deepEqual(certificatesOf(made, apiV3Key)?.map(serialOf), [serialOf(certificate)]);
    const expires = (text: string) =>
      (JSON.parse(text) as { data: Array<{ expire_time: string }> }).data[0]?.expire_time;
    assert.equal(expires(made), expires(body));
  },
);

test("published: the text of a request to sign is five lines, each ended", { skip }, () => {
  const { method, url, timestamp, nonce, body, expected } = json<Crypto>("v3-crypto.json").requestSignString;
  const { pathname, search } = new URL(url);
  const request = {
    method,
    pathAndQuery: pathname + search,
    timestampSeconds: String(timestamp),
    nonce,
    body,
  };
  assert.equal(requestSignText(request), expected);
});

test(
  "published: the RSA signature verifies under the merchant’s certificate and under no other",
  { skip },
  async () => {
    const { rsa, wechatPaySerial } = json<Crypto>("v3-crypto.json");
    const [merchant] = certificatesIn(vector("v3-merchant_certificate.pem"));
    const [platform] = certificatesIn(vector("v3-wechat_pay_certificate.pem"));
    assert.ok(merchant !== undefined && platform !== undefined);
    assert.equal(serialOf(merchant), rsa.serial);
    assert.equal(serialOf(platform), wechatPaySerial);
    assert.equal(await verifyRsa(rsa.message, rsa.signature, merchant.publicKey), true);
    assert.equal(await verifyRsa(`${rsa.message} `, rsa.signature, merchant.publicKey), false);
    assert.equal(await verifyRsa(rsa.message, rsa.signature, platform.publicKey), false);
    const published = publicKeyOf(vector("v3-wechat_pay_public_key.pem"));
    assert.equal(
      published.equals(
        createPublicKey(new X509Certificate(platform.raw).publicKey.export({ type: "spki", format: "pem" })),
      ),
      true,
    );
    assert.throws(() => publicKeyOf(vector("v3-wechat_pay_certificate.pem")), /no public key/);
  },
);

/** Files that a test of this folder reads: none may be left out. */
const read = new Set([
  "v2-sign.json",
  "v2-refund-notify-req-info.json",
  "v2-notify-order-with-coupons.xml",
  "v2-orderquery-micropay.xml",
  "v2-refundquery.xml",
  "v3-crypto.json",
  "v3-certificates-response.json",
  "v3-merchant_certificate.pem",
  "v3-wechat_pay_certificate.pem",
  "v3-wechat_pay_public_key.pem",
  // bills.vectors.test.ts
  "bill-ALL-24col-legacy.csv",
  "bill-ALL-27col.csv",
  "bill-ALL-45rows.bom.csv",
  "bill-REFUND-29col.csv",
  "bill-SUCCESS-20col.csv",
]);

test("published: every file of the folder is read by a test", { skip }, () => {
  assert.deepEqual(new Set(readdirSync(vectors)), read);
});
