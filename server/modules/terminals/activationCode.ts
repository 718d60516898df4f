// Activation codes: short enough to type, random enough for fifteen minutes, stored only as a hash.
import { createHash } from "node:crypto";
import { assert } from "../../kernel/assert.ts";

/** Crockford base32: no I, L, O or U, which are misread or misheard. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The code of five random bytes, "7K2M-Q9XD": 40 bits. */
export function activationCodeOf(randomBytes: Uint8Array): string {
  assert(randomBytes.length === 5, `an activation code needs 5 random bytes, got ${randomBytes.length}`);
  const bits = randomBytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const characters = Array.from(
    { length: 8 },
    (_, index) => alphabet[Number((bits >> BigInt(35 - index * 5)) & 31n)],
  );
  return `${characters.slice(0, 4).join("")}-${characters.slice(4).join("")}`;
}

/** SHA-256 of the code; the hyphen is for the eye alone. */
export function hashOfActivationCode(code: string): Uint8Array {
  return createHash("sha256")
    .update(`huiyin activation ${code.replace("-", "")}`)
    .digest();
}
