import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { test } from "node:test";
import { ed25519 } from "@noble/curves/ed25519.js";
import {
  base64,
  componentValues,
  contentDigest,
  mqttPassword,
  mqttPasswordBase,
  parseMqttPassword,
  parseSignature,
  signatureBase,
  signRequest,
  type DeviceKey,
} from "./signature.ts";

const secret = new Uint8Array(32).fill(7);
const key: DeviceKey = {
  keyId: "trm_019a2b3c4d5e7f8091a2b3c4d5e6f708",
  sign: (message) => ed25519.sign(message, secret),
};
const moment = { createdSeconds: 1_795_320_000, nonce: "n0nce-n0nce-n0nce_" };
const body = new TextEncoder().encode('{"amount":1250}');
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Verifies with Node's own Ed25519, which shares no code with the signer. */
function verifies(message: Uint8Array, signature: Uint8Array): boolean {
  const publicKey = createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(ed25519.getPublicKey(secret)).toString("base64url") },
    format: "jwk",
  });
  return verify(null, message, publicKey, signature);
}

test("the signature base is written as RFC 9421 section 2.5 writes it", async () => {
  const headers = await signRequest(
    key,
    { method: "post", url: "/v1/payments?wait=5", body, idempotencyKey: "k-1" },
    moment,
  );
  const parsed = parseSignature(headers["signature-input"]!, headers["signature"]!);
  assert.ok(!("zh" in parsed));
  const values = componentValues({
    method: "POST",
    url: "/v1/payments?wait=5",
    contentDigest: contentDigest(body),
    idempotencyKey: "k-1",
  });
  const base = signatureBase(parsed.components, values, parsed.parameters);
  assert.equal(
    text(base),
    [
      '"@method": POST',
      '"@path": /v1/payments',
      '"@query": ?wait=5',
      '"content-digest": sha-256=:n7QBBcVicaydao2gpvWE3ZAdZuTVUIFoQWClvGCMewg=:',
      '"idempotency-key": k-1',
      '"@signature-params": ("@method" "@path" "@query" "content-digest" "idempotency-key");created=1795320000;keyid="trm_019a2b3c4d5e7f8091a2b3c4d5e6f708";nonce="n0nce-n0nce-n0nce_";alg="ed25519"',
    ].join("\n"),
  );
  assert.ok(verifies(base, parsed.signature));
  assert.deepEqual(
    [parsed.keyId, parsed.createdSeconds, parsed.nonce],
    [key.keyId, moment.createdSeconds, moment.nonce],
  );
});

test("a request without body and key covers method, path and an empty query", async () => {
  const headers = await signRequest(
    key,
    { method: "GET", url: "/v1/terminals", body: null, idempotencyKey: null },
    moment,
  );
  assert.equal(headers["content-digest"], undefined);
  const parsed = parseSignature(headers["signature-input"]!, headers["signature"]!);
  assert.ok(!("zh" in parsed));
  assert.deepEqual(parsed.components, ["@method", "@path", "@query"]);
  const values = componentValues({
    method: "GET",
    url: "/v1/terminals",
    contentDigest: null,
    idempotencyKey: null,
  });
  assert.match(text(signatureBase(parsed.components, values, parsed.parameters)), /^"@query": \?$/m);
});

test("Ed25519 of RFC 9421 appendix B.2.6 verifies over the base that the appendix prints", () => {
  const base = [
    '"date": Tue, 20 Apr 2021 02:07:55 GMT',
    '"@method": POST',
    '"@path": /foo',
    '"@authority": example.com',
    '"content-type": application/json',
    '"content-length": 18',
    '"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
  ].join("\n");
  const signature =
    "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==";
  const publicKey = createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs" },
    format: "jwk",
  });
  assert.ok(verify(null, Buffer.from(base), publicKey, Buffer.from(signature, "base64")));
});

test("headers that are not exactly one such signature are named, not guessed", async () => {
  const good = await signRequest(key, { method: "GET", url: "/", body: null, idempotencyKey: null }, moment);
  const input = good["signature-input"]!;
  const signature = good["signature"]!;
  for (const [badInput, badSignature, problem] of [
    ["", signature, /Signature-Input/],
    [input, "", /^Signature is not/],
    [input, "sig1=:AAAA:", /^Signature is not/],
    [input.replace("sig1", "sig2"), signature, /labels/],
    [`${input}, ${input}`, signature, /Signature-Input/],
    [input.replace('"@method"', '"@target-uri"'), signature, /@target-uri/],
    [input.replace('"@method"', '"@path"'), signature, /doubled/],
    [input.replace(/;created=\d+/, ""), signature, /created/],
    [input.replace(/;created=\d+/, ";created=1;created=2"), signature, /doubled/],
    [input.replace(/nonce="[^"]*"/, 'nonce="short"'), signature, /nonce/],
    [input.replace("ed25519", "hmac-sha256"), signature, /alg/],
  ] as const) {
    const parsed = parseSignature(badInput, badSignature);
    assert.ok("zh" in parsed, badInput);
    assert.match(parsed.en, problem, badInput);
  }
});

test("an MQTT password signs who, when and a nonce, and is read back", async () => {
  const password = await mqttPassword(key, moment);
  const parsed = parseMqttPassword(password);
  assert.ok(parsed !== null);
  assert.ok(verifies(mqttPasswordBase(key.keyId, parsed), parsed.signature));
  assert.ok(!verifies(mqttPasswordBase("trm_0", parsed), parsed.signature));
  for (const bad of [
    "",
    "v1",
    password.slice(1),
    `${password}x`,
    password.replace("v1.", "v2."),
    base64(secret),
  ]) {
    assert.equal(parseMqttPassword(bad), null, bad);
  }
});
