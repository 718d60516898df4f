// RSA-SHA256 over UTF-8 text, and keys by serial. The asynchronous calls of node:crypto run on its thread pool,
// so signatures use every core and never hold up the event loop.
import {
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
  X509Certificate,
  type KeyObject,
} from "node:crypto";
import { remembering } from "../../remembered.ts";
import { base64Bytes } from "./aead.ts";

const algorithm = "RSA-SHA256";

/** Base64 signature. Rejects when the key cannot be read. */
export async function signRsa(text: string, privateKeyPem: string): Promise<string> {
  const key = privateKeyOf(privateKeyPem);
  return new Promise((resolve, reject) => {
    sign(algorithm, Buffer.from(text, "utf8"), key, (error, signature) => {
      if (error) reject(error);
      else resolve(signature.toString("base64"));
    });
  });
}

/** Whether the signature is genuine. False for anything that is not base64. */
export async function verifyRsa(
  message: Uint8Array | string,
  signature: string,
  key: KeyObject,
): Promise<boolean> {
  const bytes = base64Bytes(signature);
  if (bytes === null || bytes.length === 0) return false;
  return new Promise((resolve, reject) => {
    verify(algorithm, Buffer.from(message), key, bytes, (error, genuine) => {
      if (error) reject(error);
      else resolve(genuine);
    });
  });
}

/** Reads a private RSA key in PEM. Throws when it is none. */
export const privateKeyOf = remembering((pem: string): KeyObject => rsaOnly(createPrivateKey(pem)));

/** Reads a public RSA key in PEM. Throws when it is none, or is a private key or a certificate. */
export const publicKeyOf = remembering((pem: string): KeyObject => {
  // createPublicKey would take a private key or a certificate too: a mix-up of the fields must show, not work.
  if (!pem.includes("BEGIN PUBLIC KEY")) throw new TypeError("no public key in PEM");
  return rsaOnly(createPublicKey(pem));
});

/** Every certificate of a PEM text, in order. Throws when it holds none, or one cannot be read. */
export const certificatesIn = remembering((pem: string): readonly X509Certificate[] => {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  if (found.length === 0) throw new TypeError("no certificate in PEM");
  return found.map((text) => new X509Certificate(text));
});

/** A serial as WeChat Pay writes it: upper-case hex without colons. */
export function serialOf(certificate: X509Certificate): string {
  return certificate.serialNumber.toUpperCase();
}

function rsaOnly(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== "rsa")
    throw new TypeError(`expected an RSA key, got ${key.asymmetricKeyType}`);
  return key;
}
