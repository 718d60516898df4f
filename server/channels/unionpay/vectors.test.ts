// The published vectors: a real notification of UnionPay’s test gateway with its certificates. They stay outside the
// repository; without them this file says so and skips. Everything in them expired in 2017: the clock is that of the day.
import assert from "node:assert/strict";
import { createPublicKey, X509Certificate } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { readForm } from "../../kernel/form.ts";
import {
  certificateIdOf,
  holderOf,
  isIssuedBy,
  judgeCertificate,
  productionHolder,
  testHolder,
} from "./certificates.ts";
import { answerBody, formBody, readAnswer, signText, type WireFields } from "./codec.ts";
import { isRsaGenuine } from "./signing.ts";

const vectors = new URL("../../../../shared/vectors/unionpay-acp/", import.meta.url);
const skip = existsSync(vectors) ? false : "the published vectors are not at hand";
const vector = (name: string): string => readFileSync(new URL(name, vectors), "utf8");

/** The evening on which it was sent, in Beijing. */
const thatDay = new Date("2017-10-30T22:36:40+08:00");
const authorities = () => ({
  middlePem: vector("acp_test_middle.cer"),
  rootPem: vector("acp_test_root.cer"),
  holders: [productionHolder, testHolder],
});

function notification(): WireFields {
  return readForm(Buffer.from(vector("notify-5.1.0.form.txt").trim()), "utf-8", 100);
}

async function isGenuine(fields: WireFields): Promise<boolean> {
  const { publicKey } = new X509Certificate(notification().get("signPubKeyCert") ?? "");
  return isRsaGenuine(signText(fields), fields.get("signature") ?? "", publicKey, "rsa");
}

test("published: every file is used here", { skip }, () => {
  assert.deepEqual(readdirSync(vectors).toSorted(), [
    "acp_test_enc.cer",
    "acp_test_middle.cer",
    "acp_test_root.cer",
    "notify-5.1.0.form.txt",
    "verify_sign_acp.cer",
  ]);
});

test(
  "published: the real notification is genuine, and no more with any field altered",
  { skip },
  async () => {
    const fields = notification();
    assert.equal(fields.size, 18);
    assert.equal(await isGenuine(fields), true);
    for (const [name, value] of fields) {
      const altered = new Map(fields).set(name, `${value}1`);
      assert.equal(await isGenuine(altered), false, name);
      if (name === "signature") continue;
      const without = new Map(fields);
      without.delete(name);
      assert.equal(await isGenuine(without), false, name);
    }
    assert.equal(await isGenuine(new Map(fields).set("respCode", "01").set("added", "1")), false);
    assert.equal(await isGenuine(new Map(fields).set("added", "")), true);
  },
);

test("published: it is the SHA-256 text that is signed, not the older SHA-1", { skip }, async () => {
  const fields = notification();
  const { publicKey } = new X509Certificate(fields.get("signPubKeyCert") ?? "");
  const signature = fields.get("signature") ?? "";
  assert.equal(await isRsaGenuine(signText(fields), signature, publicKey, "rsaSha1"), false);
});

test("published: read and written again it is the same form, byte for byte", { skip }, () => {
  assert.equal(formBody(notification()), vector("notify-5.1.0.form.txt").trim());
});

test(
  "published: the same fields as a synchronous answer, not encoded, come out whole",
  { skip },
  async () => {
    const fields = notification();
    // With its structure of “&” and “=”, its certificate of many lines, and base64 throughout.
    assert.match(fields.get("tokenPayData") ?? "", /^\{token=\d+&trId=\d+&tokenType=01&/);
    for (const order of [[...fields], [...fields].toReversed()]) {
      const reading = readAnswer(answerBody(new Map(order)));
      assert.ok(reading.kind === "fields");
      assert.deepEqual(new Map(reading.fields), new Map(order));
      assert.equal(await isGenuine(reading.fields), true);
    }
  },
);

test("published: its certificate leads to the root on that day, and is refused today", { skip }, () => {
  const pem = notification().get("signPubKeyCert") ?? "";
  const verdictAt = (at: Date) => judgeCertificate(pem, authorities(), at);
  const verdict = verdictAt(thatDay);
  assert.ok(verdict.kind === "trusted");
  const own = new X509Certificate(vector("verify_sign_acp.cer"));
  assert.ok(verdict.publicKey.equals(own.publicKey));
  assert.deepEqual(verdictAt(new Date("2026-11-22T12:00:00Z")), { kind: "refused", problem: "expired" });
  assert.deepEqual(verdictAt(new Date("2015-01-01T00:00:00Z")), { kind: "refused", problem: "notYetValid" });
});

test("published: neither another authority nor the name of production alone makes it count", { skip }, () => {
  const pem = notification().get("signPubKeyCert") ?? "";
  const { middlePem, rootPem, holders } = authorities();
  // changed → problem
  for (const [changed, problem] of [
    [{ holders: [productionHolder] }, "holderWrong"],
    [{ middlePem: rootPem }, "notOfMiddle"],
    [{ rootPem: middlePem }, "middleNotOfRoot"],
    [{ middlePem: vector("acp_test_enc.cer") }, "middleNotOfRoot"],
    [{ middlePem: "x" }, "middleUnreadable"],
    [{ rootPem: "" }, "rootUnreadable"],
  ] as const) {
    const verdict = judgeCertificate(pem, { middlePem, rootPem, holders, ...changed }, thatDay);
    assert.deepEqual(verdict, { kind: "refused", problem }, JSON.stringify(changed));
  }
  const altered = pem.replace("MIIEOj", "MIIEOk");
  assert.equal(judgeCertificate(altered, authorities(), thatDay).kind, "refused");
});

test(
  "published: names, numbers and issuers of the certificates are read as UnionPay writes them",
  { skip },
  () => {
    const middle = new X509Certificate(vector("acp_test_middle.cer"));
    const root = new X509Certificate(vector("acp_test_root.cer"));
    for (const [file, id] of [
      ["verify_sign_acp.cer", "68759585097"],
      ["acp_test_enc.cer", "68759622183"],
    ] as const) {
      const certificate = new X509Certificate(vector(file));
      assert.equal(holderOf(certificate), testHolder);
      assert.equal(certificateIdOf(certificate), id);
      assert.equal(isIssuedBy(certificate, middle), true);
      assert.equal(isIssuedBy(certificate, root), false);
    }
    assert.equal(isIssuedBy(middle, root), true);
    assert.equal(isIssuedBy(root, root), true);
    assert.ok(createPublicKey(vector("acp_test_enc.cer")).asymmetricKeyType === "rsa");
  },
);
