// How UnionPay’s messages are signed. Version 5.1.0 signs the lower-case hexadecimal text of a SHA-256, once more with
// SHA256withRSA; 5.0.0 does the same with SHA-1; signMethod 11 hashes with a key that both sides know.
// The asynchronous calls of node:crypto run on its thread pool, so signatures never hold up the event loop.
import { createHash, sign, timingSafeEqual, verify, type KeyObject } from "node:crypto";

/** One way of signing; what it is called on the wire. */
export const signingProfiles = {
  rsa: { version: "5.1.0", signMethod: "01" },
  sharedKey: { version: "5.1.0", signMethod: "11" },
  /** The version before, which UnionPay still answers for old contracts. */
  rsaSha1: { version: "5.0.0", signMethod: "01" },
} as const;
export type SigningProfile = keyof typeof signingProfiles;
type RsaProfile = Exclude<SigningProfile, "sharedKey">;

const digests = { rsa: "sha256", rsaSha1: "sha1" } as const;
const algorithms = { rsa: "RSA-SHA256", rsaSha1: "RSA-SHA1" } as const;

/** Base64 signature over `signText` of a message. Rejects when the key cannot sign. */
export async function rsaSignature(text: string, key: KeyObject, profile: RsaProfile): Promise<string> {
  const covered = Buffer.from(hex(text, digests[profile]), "ascii");
  return new Promise((resolve, reject) => {
    sign(algorithms[profile], covered, key, (error, signature) => {
      if (error) reject(error);
      else resolve(signature.toString("base64"));
    });
  });
}

/** Whether the signature is genuine. False for anything that is not base64. */
export async function isRsaGenuine(
  text: string,
  signature: string,
  key: KeyObject,
  profile: RsaProfile,
): Promise<boolean> {
  // Buffer.from skips foreign characters silently; a signature with any is not the one that was sent.
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(signature)) return false;
  const covered = Buffer.from(hex(text, digests[profile]), "ascii");
  return new Promise((resolve, reject) => {
    verify(algorithms[profile], covered, key, Buffer.from(signature, "base64"), (error, genuine) => {
      if (error) reject(error);
      else resolve(genuine);
    });
  });
}

/** The signature of signMethod 11: SHA-256 of the text, "&" and the SHA-256 of the key, all in lower-case hexadecimal. */
export function sharedKeySignature(text: string, sharedKey: string): string {
  return hex(`${text}&${hex(sharedKey, "sha256")}`, "sha256");
}

/** Whether a signature of signMethod 11 is genuine; compared in constant time. */
export function isSharedKeyGenuine(text: string, signature: string, sharedKey: string): boolean {
  const expected = Buffer.from(sharedKeySignature(text, sharedKey), "ascii");
  const given = Buffer.from(signature, "utf8");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function hex(text: string, digest: "sha256" | "sha1"): string {
  return createHash(digest).update(text, "utf8").digest("hex");
}
