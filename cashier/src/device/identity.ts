// Who this device is: an Ed25519 key that is made here and never leaves, and the terminal it was activated as.
import { ed25519 } from "@noble/curves/ed25519.js";
import type { Terminal } from "@huiyin/contract/api/terminals.ts";
import { base64, type DeviceKey } from "@huiyin/contract/signature.ts";
import { putRecord, readRecords } from "./database.ts";

/** A key of the browser's own cryptography cannot be exported; without a secure context 32 bytes have to do. */
type Secret = CryptoKey | Uint8Array;

export type Identity = Readonly<{
  secret: Secret;
  /** 32 bytes, base64url without padding. */
  publicKey: string;
  /** Null until the device was activated. */
  terminal: Terminal | null;
}>;

const recordKey = "device";
const nonceBytes = 18;

/** The identity of this browser; made and kept the first time, before anybody is told of it. */
export async function openIdentity(database: IDBDatabase): Promise<Identity> {
  const [kept] = (await readRecords(database, "identity")) as Identity[];
  if (kept !== undefined) return kept;
  const made: Identity = { ...(await makeKey()), terminal: null };
  await keepIdentity(database, made);
  return made;
}

export function keepIdentity(database: IDBDatabase, identity: Identity): Promise<void> {
  return putRecord(database, "identity", { key: recordKey, value: identity });
}

/** A fresh key under the same browser: the old one may be bound to a terminal elsewhere. */
export async function renewIdentity(database: IDBDatabase): Promise<Identity> {
  const made: Identity = { ...(await makeKey()), terminal: null };
  await keepIdentity(database, made);
  return made;
}

/** The key as the signer of requests wants it. */
export function deviceKeyOf(terminalId: string, secret: Secret): DeviceKey {
  return {
    keyId: terminalId,
    sign: async (message) => {
      if (secret instanceof Uint8Array) return ed25519.sign(message, secret);
      return new Uint8Array(await crypto.subtle.sign("Ed25519", secret, new Uint8Array(message)));
    },
  };
}

/** A value never used before by this key. */
export function newNonce(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(nonceBytes)));
}

async function makeKey(): Promise<Readonly<{ secret: Secret; publicKey: string }>> {
  // Plain HTTP has no SubtleCrypto, older browsers have no Ed25519 in it.
  const subtle = (globalThis.crypto as Partial<Crypto>).subtle;
  try {
    if (subtle !== undefined) {
      const pair = await subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]);
      if ("privateKey" in pair) {
        const publicKey = base64url(new Uint8Array(await subtle.exportKey("raw", pair.publicKey)));
        return { secret: pair.privateKey, publicKey };
      }
    }
  } catch {
    // Not known here: the same algorithm in JavaScript.
  }
  const { secretKey, publicKey } = ed25519.keygen();
  return { secret: secretKey, publicKey: base64url(publicKey) };
}

const base64url = (bytes: Uint8Array): string =>
  base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
