// Signatures of WeChat Pay v2: a digest over the sorted fields and the key that both sides hold.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { writeXml } from "../xml.ts";

export type SignType = "MD5" | "HMAC-SHA256";

type Fields = Iterable<readonly [name: string, value: string]>;

/** What is signed: all fields that are not empty, but `sign`, in ASCII order, and the key behind them. */
export function signText(fields: Fields, apiKey: string): string {
  const pairs = [...fields].filter(([name, value]) => name !== "sign" && value !== "");
  pairs.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
  return [...pairs, ["key", apiKey] as const].map(([name, value]) => `${name}=${value}`).join("&");
}

/** The signature in upper-case hex: 32 digits of MD5, or 64 of HMAC-SHA256. */
export function signatureOf(fields: Fields, apiKey: string, signType: SignType): string {
  const text = signText(fields, apiKey);
  const digest =
    signType === "MD5" ? createHash("md5").update(text) : createHmac("sha256", apiKey).update(text);
  return digest.digest("hex").toUpperCase();
}

/**
 * Whether `sign` among the fields is genuine. Answers carry no sign_type, so its length tells the kind; both need the key.
 * False without a signature, or with an empty key.
 */
export function isGenuine(fields: ReadonlyMap<string, string>, apiKey: string): boolean {
  const signature = fields.get("sign") ?? "";
  if (apiKey === "" || !/^(?:[0-9A-F]{32}|[0-9A-F]{64})$/.test(signature)) return false;
  const expected = signatureOf(fields, apiKey, signature.length === 32 ? "MD5" : "HMAC-SHA256");
  return timingSafeEqual(Buffer.from(expected), Buffer.from(signature));
}

/** The message with its signature, as it goes over the wire, from either side. */
export function signedXml(fields: Fields, apiKey: string, signType: SignType): string {
  const plain = [...fields].filter(([name]) => name !== "sign");
  return writeXml([...plain, ["sign", signatureOf(plain, apiKey, signType)]]);
}
