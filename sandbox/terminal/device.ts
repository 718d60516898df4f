// The key of a virtual device, with the same library that a browser without WebCrypto uses.
import { randomBytes } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import type { DeviceKey, SignatureMoment } from "@huiyin/contract/signature.ts";

export type Device = Readonly<{
  /** 32 bytes in base64url, as activation wants it. */
  publicKey: string;
  secretKey: Uint8Array;
  /** The signing key once the platform has told the device which terminal it is. */
  keyFor(terminalId: string): DeviceKey;
}>;

/** A fresh device, or the one with this secret. */
export function createDevice(secretKey: Uint8Array = randomBytes(32)): Device {
  return {
    publicKey: Buffer.from(ed25519.getPublicKey(secretKey)).toString("base64url"),
    secretKey,
    keyFor: (terminalId) => ({ keyId: terminalId, sign: (message) => ed25519.sign(message, secretKey) }),
  };
}

/** The moment of a signature with a nonce that was never used. */
export function signatureMoment(now: Date): SignatureMoment {
  return { createdSeconds: Math.floor(now.getTime() / 1_000), nonce: randomBytes(16).toString("base64url") };
}
