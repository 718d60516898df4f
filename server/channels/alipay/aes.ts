// Content that is encrypted: AES-128-CBC with PKCS7 and an initialisation vector of zeros, as Alipay prescribes. A signature
// is made over what was encrypted, so nothing is decrypted that was not verified first.
import { createCipheriv, createDecipheriv } from "node:crypto";

const algorithm = "aes-128-cbc";
const zeros = Buffer.alloc(16);

/** Base64 of the encrypted bytes. Throws where the key is not the base64 of 16 bytes. */
export function encryptedContent(content: Uint8Array, aesKey: string): string {
  const cipher = createCipheriv(algorithm, Buffer.from(aesKey, "base64"), zeros);
  return Buffer.concat([cipher.update(content), cipher.final()]).toString("base64");
}

/** The bytes behind `encryptedContent`. Throws where they were not encrypted with this key. */
export function decryptedContent(encrypted: string, aesKey: string): Buffer {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encrypted)) throw new TypeError("encrypted content is not base64");
  const decipher = createDecipheriv(algorithm, Buffer.from(aesKey, "base64"), zeros);
  return Buffer.concat([decipher.update(Buffer.from(encrypted, "base64")), decipher.final()]);
}
