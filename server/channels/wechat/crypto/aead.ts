// AES as WeChat Pay uses it: AEAD_AES_256_GCM of v3 notices and certificates, and AES-256-ECB of v2 refund notices.
import { createCipheriv, createDecipheriv, createHash } from "node:crypto";

/** A sealed text as it stands in v3 messages. The last 16 bytes of the ciphertext are the tag. */
export type Sealed = Readonly<{ nonce: string; associatedData: string; ciphertext: string }>;

export const aeadAlgorithm = "AEAD_AES_256_GCM";

/** Length of an API v3 key. */
export const apiV3KeyBytes = 32;

const tagBytes = 16;

/** The API v3 key is 32 characters of ASCII, used as they are. */
function keyOf(apiV3Key: string): Buffer {
  const key = Buffer.from(apiV3Key, "utf8");
  if (key.length !== apiV3KeyBytes) throw new RangeError("the API v3 key is not 32 bytes long");
  return key;
}

/** @param nonce 12 characters on WeChat Pay’s wire. Throws when the key is not 32 bytes long. */
export function sealed(
  plaintext: string,
  apiV3Key: string,
  { nonce, associatedData }: Pick<Sealed, "nonce" | "associatedData">,
): Sealed {
  const cipher = createCipheriv("aes-256-gcm", keyOf(apiV3Key), Buffer.from(nonce, "utf8"));
  cipher.setAAD(Buffer.from(associatedData, "utf8"));
  const parts = [cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()];
  return { nonce, associatedData, ciphertext: Buffer.concat(parts).toString("base64") };
}

/** The text, its tag checked; null where anything of it was altered, or the key is another. Throws when the key is not 32 bytes long. */
export function unsealed({ nonce, associatedData, ciphertext }: Sealed, apiV3Key: string): string | null {
  const key = keyOf(apiV3Key);
  const bytes = base64Bytes(ciphertext);
  if (bytes === null || bytes.length < tagBytes || nonce === "") return null;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "utf8"), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(Buffer.from(associatedData, "utf8"));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    const parts = [decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()];
    return strictText(Buffer.concat(parts));
  } catch {
    return null;
  }
}

/** The key of v2 refund notices: the lower-case MD5 hex of the API key, its 32 characters. */
export function reqInfoKey(apiKey: string): string {
  return createHash("md5").update(apiKey).digest("hex");
}

/** The gateway’s side of `req_info`. @param aesKey of `reqInfoKey` */
export function sealedReqInfo(plaintext: string, aesKey: string): string {
  const cipher = createCipheriv("aes-256-ecb", Buffer.from(aesKey, "utf8"), null);
  return Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final()]).toString("base64");
}

/** What `req_info` holds; null under another key or when damaged. ECB proves nothing of its sender: only a hint to ask. */
export function unsealedReqInfo(reqInfo: string, aesKey: string): string | null {
  const bytes = base64Bytes(reqInfo);
  if (bytes === null || bytes.length === 0) return null;
  try {
    const decipher = createDecipheriv("aes-256-ecb", Buffer.from(aesKey, "utf8"), null);
    return strictText(Buffer.concat([decipher.update(bytes), decipher.final()]));
  } catch {
    return null;
  }
}

/** Buffer.from skips foreign characters silently, and spare bits at the end: a text with any is not the one that was sent. */
export function base64Bytes(text: string): Buffer | null {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : null;
}

function strictText(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}
