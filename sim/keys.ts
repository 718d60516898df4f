// RSA keys of the simulated world.
import { generateKeyPairSync } from "node:crypto";

export type KeyPair = Readonly<{ privateKeyPem: string; publicKeyPem: string }>;

// 512 bits, the least that holds a SHA-256: signatures would be most of a run, and nobody attacks it.
const keyBits = 512;

export function keyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: keyBits });
  return {
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}
