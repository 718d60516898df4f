// What of an answer is kept: its start, without what looks like a secret or a person’s number.

const secrets = /\b(whsec_|sk_|ok_)[A-Za-z0-9+/=_-]{4,}/g;
const longNumbers = /\d{9,}/g;
// Everything that is not text on a line.
const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** The start of an answer as a line of text; null where nothing came. */
export function excerptOf(bytes: Uint8Array): string | null {
  const text = new TextDecoder()
    .decode(bytes)
    .replaceAll(controls, " ")
    .replaceAll(secrets, "$1…")
    .replaceAll(longNumbers, (digits) => `${digits.slice(0, 2)}…${digits.slice(-2)}`)
    .trim();
  return text === "" ? null : text.slice(0, bytes.length);
}
