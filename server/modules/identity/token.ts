// The secrets of this module: a prefix that says what it is, and 256 random bits that nobody guesses.
import { createHash, randomBytes } from "node:crypto";

/** sk_: key of a merchant's servers · ok_: key of the operator · sl_: sign-in link · st_: session cookie. */
export type TokenPrefix = "sk" | "ok" | "sl" | "st";

const randomBytesOfToken = 32;

export type Token = Readonly<{ text: string; hash: Buffer; lastFour: string }>;

/** A fresh token. The text is shown once and never stored. */
export function newToken(prefix: TokenPrefix): Token {
  const text = `${prefix}_${randomBytes(randomBytesOfToken).toString("base64url")}`;
  return { text, hash: hashOf(text), lastFour: text.slice(-4) };
}

/** Whether a text from outside has the form of a token, so that nothing else is looked up. */
export function isToken(prefixes: readonly TokenPrefix[], text: string): boolean {
  const match = /^([a-z]{2})_[A-Za-z0-9_-]{43}$/.exec(text);
  return match !== null && prefixes.some((prefix) => prefix === match[1]);
}

/** SHA-256. No salt and no stretching: 256 random bits are in no dictionary. */
export function hashOf(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}
