// Seals secrets before they are stored: a fresh key for each, itself sealed with the master key (AES-256-GCM both).
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { assert } from "../kernel/assert.ts";

export type Vault = Readonly<{
  /** Seals a text. `context` says where it will lie; opened with another context, the seal breaks. */
  seal(text: string, context: string): string;
  /** Opens what `seal` made with any of the master keys. Throws SealError; the message holds nothing of the secret. */
  open(sealed: string, context: string): string;
  /** Whether the text was sealed with an older master key and should be sealed again. */
  isStale(sealed: string): boolean;
}>;

/** A seal that does not open: broken, moved, or made with a master key that we do not have. */
export class SealError extends Error {
  override readonly name = "SealError";
}

const version = "v1";
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** `masterKeys`: 32 bytes each; the first seals, all open, so that keys can be replaced without a pause. */
export function createVault(masterKeys: readonly [Buffer, ...Buffer[]]): Vault {
  for (const key of masterKeys)
    assert(key.length === keyBytes, `a master key has ${keyBytes} bytes, not ${key.length}`);
  const byId = new Map(masterKeys.map((key) => [keyIdOf(key), key]));
  const current = masterKeys[0];
  const currentId = keyIdOf(current);

  return {
    seal: (text, context) => {
      const dataKey = randomBytes(keyBytes);
      const wrappedKey = encrypt(current, dataKey, `${version}.${currentId}`);
      const payload = encrypt(dataKey, Buffer.from(text, "utf8"), context);
      return [version, currentId, wrappedKey, payload].join(".");
    },
    open: (sealed, context) => {
      const [given, keyId = "", wrappedKey = "", payload = "", ...rest] = sealed.split(".");
      if (given !== version || rest.length > 0) throw new SealError("not a sealed text of this version");
      const masterKey = byId.get(keyId);
      if (masterKey === undefined)
        throw new SealError(`sealed with the unknown master key ${keyId.slice(0, 16)}`);
      const dataKey = decrypt(masterKey, wrappedKey, `${version}.${keyId}`);
      return decrypt(dataKey, payload, context).toString("utf8");
    },
    isStale: (sealed) => sealed.split(".")[1] !== currentId,
  };
}

/** Names a key without telling it: the start of a hash made for this purpose alone. */
export function keyIdOf(masterKey: Buffer): string {
  return createHash("sha256").update("huiyin master key id").update(masterKey).digest("hex").slice(0, 8);
}

function encrypt(key: Buffer, plain: Buffer, context: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes }).setAAD(
    Buffer.from(context),
  );
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString(
    "base64url",
  );
}

function decrypt(key: Buffer, text: string, context: string): Buffer {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length < nonceBytes + tagBytes) throw new SealError("the sealed text is cut off");
  const nonce = bytes.subarray(0, nonceBytes);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  } catch {
    throw new SealError("the sealed text was changed, or belongs elsewhere");
  }
}
