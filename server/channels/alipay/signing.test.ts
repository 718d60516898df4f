// Signatures: genuine or not, never an exception for what a stranger sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import { alipayKeys } from "./fixtures.ts";
import { signText, verifyText } from "./signing.ts";

test("a signature verifies only its own text, and damage is never an exception", async () => {
  const signature = await signText("咖啡", alipayKeys.privateKeyPem);
  assert.equal(await verifyText("咖啡", signature, alipayKeys.publicKeyPem), true);
  for (const bad of ["", "x", `${signature} `, `${signature}A`, signature.slice(4), "🎈"]) {
    assert.equal(await verifyText("咖啡", bad, alipayKeys.publicKeyPem), false, bad);
  }
  assert.equal(await verifyText("茶", signature, alipayKeys.publicKeyPem), false);
  await assert.rejects(verifyText("咖啡", signature, "not a key"));
  await assert.rejects(verifyText("咖啡", signature, alipayKeys.privateKeyPem), /private key stands where/);
  await assert.rejects(signText("咖啡", "not a key"));
});

test("keys are read as PEM and as the bare line of Alipay’s tool", async () => {
  const bare = (pem: string): string => pem.replaceAll(/-----[^-]+-----|\s/g, "");
  const signature = await signText("x", bare(alipayKeys.privateKeyPem));
  assert.equal(await verifyText("x", signature, bare(alipayKeys.publicKeyPem)), true);
});
