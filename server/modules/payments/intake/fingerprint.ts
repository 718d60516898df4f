// What makes two requests the same, and by what a payer code is remembered: keyed hashes, so that nobody who reads the
// tables can try out codes.
import { createHmac, createSecretKey, type KeyObject } from "node:crypto";

const keyObjects = new WeakMap<Uint8Array, KeyObject>();

/** The key as the library holds it: making that of its bytes takes five times as long as a hash. */
function keyObjectOf(key: Uint8Array): KeyObject {
  const known = keyObjects.get(key);
  if (known !== undefined) return known;
  const made = createSecretKey(key);
  keyObjects.set(key, made);
  return made;
}

/** HMAC-SHA256 over the canonical form of a request: keys sorted at every level, so that their order does not matter. */
export function fingerprintOf(key: Uint8Array, request: unknown): Buffer {
  return createHmac("sha256", keyObjectOf(key))
    .update(`request\n${canonicalJson(request)}`, "utf8")
    .digest();
}

/** HMAC-SHA256 of a payer code, different for every merchant. */
export function payerCodeHash(key: Uint8Array, merchantId: string, payerCode: string): Buffer {
  return createHmac("sha256", keyObjectOf(key))
    .update(`payer code\n${merchantId}\n${payerCode}`, "utf8")
    .digest();
}

/** JSON with sorted keys. Fields that are undefined do not exist. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`).join(",")}}`;
}
