// Lakeside’s signatures: HMAC-SHA256 with the shared key, over what it is for and the bytes as they are sent.
import { createHmac, timingSafeEqual } from "node:crypto";
import { headOf, type Purpose } from "./codec.ts";

/** HMAC-SHA256 with the shared key, 64 hexadecimal digits. @param keyHex 64 hexadecimal digits */
export function signatureOf(keyHex: string, purpose: Purpose, body: Uint8Array): string {
  const hmac = createHmac("sha256", Buffer.from(keyHex, "hex"));
  return hmac
    .update(`${headOf(purpose)}\n`)
    .update(body)
    .digest("hex");
}

/** Whether the signature is that of these bytes; takes the same time wherever they differ. */
export function isGenuine(
  keyHex: string,
  signed: Readonly<{ purpose: Purpose; body: Uint8Array; signature: string }>,
): boolean {
  const expected = Buffer.from(signatureOf(keyHex, signed.purpose, signed.body));
  const given = Buffer.from(signed.signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
