// RSA2 (SHA256withRSA) over bytes; over text where that is UTF-8. The asynchronous calls of node:crypto run on its thread pool,
// so signatures use every core and never hold up the event loop.
import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import { remembering } from "../remembered.ts";

const algorithm = "RSA-SHA256";

/** `signBytes` over UTF-8 text. */
export function signText(text: string, privateKey: string): Promise<string> {
  return signBytes(Buffer.from(text, "utf8"), privateKey);
}

/** Base64 RSA2 signature. Rejects when the key cannot be read. @param privateKey PEM, or the bare base64 of Alipay’s key tool */
export async function signBytes(bytes: Uint8Array, privateKey: string): Promise<string> {
  const key = privateKeyOf(privateKey);
  return new Promise((resolve, reject) => {
    sign(algorithm, bytes, key, (error, signature) => {
      if (error) reject(error);
      else resolve(signature.toString("base64"));
    });
  });
}

/** `verifyBytes` over UTF-8 text. */
export function verifyText(text: string, signature: string, publicKey: string | KeyObject): Promise<boolean> {
  return verifyBytes(Buffer.from(text, "utf8"), signature, publicKey);
}

/** Whether the signature is genuine. False for anything that is not base64. Rejects only when the key cannot be read. */
export async function verifyBytes(
  bytes: Uint8Array,
  signature: string,
  publicKey: string | KeyObject,
): Promise<boolean> {
  const key = typeof publicKey === "string" ? publicKeyOf(publicKey) : rsaOnly(publicKey);
  // Buffer.from skips foreign characters silently; a signature with any is not the one that was sent.
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(signature)) return false;
  return new Promise((resolve, reject) => {
    verify(algorithm, bytes, key, Buffer.from(signature, "base64"), (error, genuine) => {
      if (error) reject(error);
      else resolve(genuine);
    });
  });
}

/** Reads a private RSA key: PEM (PKCS#8 or PKCS#1) or bare base64 of either. Throws when it is none. */
export const privateKeyOf = remembering((text: string): KeyObject => {
  if (text.includes("-----BEGIN")) return rsaOnly(createPrivateKey(text));
  const der = Buffer.from(text, "base64");
  try {
    return rsaOnly(createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
  } catch {
    return rsaOnly(createPrivateKey({ key: der, format: "der", type: "pkcs1" }));
  }
});

/** Reads a public RSA key: PEM or the bare base64 of a SubjectPublicKeyInfo. Throws when it is neither, or is a private key. */
export const publicKeyOf = remembering((text: string): KeyObject => {
  // createPublicKey would derive a public key from a private one: a mix-up of the two fields must show, not work.
  if (text.includes("PRIVATE KEY"))
    throw new TypeError("a private key stands where Alipay’s public key belongs");
  if (text.includes("-----BEGIN")) return rsaOnly(createPublicKey(text));
  return rsaOnly(createPublicKey({ key: Buffer.from(text, "base64"), format: "der", type: "spki" }));
});

function rsaOnly(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== "rsa")
    throw new TypeError(`expected an RSA key, got ${key.asymmetricKeyType}`);
  return key;
}
