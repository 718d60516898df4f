// The three ways of signing, each held against its own rule and against the others.
import assert from "node:assert/strict";
import { createHash, createPublicKey, createPrivateKey, verify } from "node:crypto";
import { test } from "node:test";
import { isRsaGenuine, isSharedKeyGenuine, rsaSignature, sharedKeySignature } from "./signing.ts";
import { gatewayCertificate, merchantCertificate } from "./testing/authority.ts";

const key = createPrivateKey(merchantCertificate.privateKeyPem);
const publicKey = createPublicKey(merchantCertificate.pem);
const text = "merId=777290058110048&orderId=订单1";

for (const [profile, digest, algorithm] of [
  ["rsa", "sha256", "RSA-SHA256"],
  ["rsaSha1", "sha1", "RSA-SHA1"],
] as const) {
  test(`${profile}: the signature covers the lower-case text of the ${digest}`, async () => {
    const signature = await rsaSignature(text, key, profile);
    const covered = Buffer.from(createHash(digest).update(text, "utf8").digest("hex"));
    assert.equal(verify(algorithm, covered, publicKey, Buffer.from(signature, "base64")), true);
    assert.equal(await isRsaGenuine(text, signature, publicKey, profile), true);
    assert.equal(await isRsaGenuine(`${text} `, signature, publicKey, profile), false);
    const stranger = createPublicKey(gatewayCertificate.pem);
    assert.equal(await isRsaGenuine(text, signature, stranger, profile), false);
    const other = profile === "rsa" ? "rsaSha1" : "rsa";
    assert.equal(await isRsaGenuine(text, signature, publicKey, other), false);
    for (const bad of ["", "x", `${signature}!`, `${signature} `, "AAAA"])
      assert.equal(await isRsaGenuine(text, bad, publicKey, profile), false, bad);
  });
}

test("sharedKey: SHA-256 over the text and the SHA-256 of the key", () => {
  // echo -n 'a=1&' + sha256("key") | sha256sum
  const hashed = createHash("sha256").update("key").digest("hex");
  const expected = createHash("sha256").update(`a=1&${hashed}`).digest("hex");
  assert.equal(sharedKeySignature("a=1", "key"), expected);
  assert.equal(isSharedKeyGenuine("a=1", expected, "key"), true);
  for (const [otherText, signature, otherKey] of [
    ["a=2", expected, "key"],
    ["a=1", expected, "other"],
    ["a=1", expected.toUpperCase(), "key"],
    ["a=1", "", "key"],
  ] as const)
    assert.equal(isSharedKeyGenuine(otherText, signature, otherKey), false);
});
