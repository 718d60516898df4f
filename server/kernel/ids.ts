// Ids: a prefix for people, a UUIDv7 for machines. The database stores the UUID alone.
import { assert } from "./assert.ts";
import type { IdPrefix } from "./world.ts";

const hexPattern = /^[0-9a-f]{32}$/;

/**
 * Builds a UUIDv7 (RFC 9562) from a moment and 74 random bits given as ten bytes.
 * Ids made at different milliseconds sort by time.
 */
export function uuidV7(at: Date, randomBytes: Uint8Array): string {
  assert(randomBytes.length === 10, `uuidV7 needs 10 random bytes, got ${randomBytes.length}`);
  const time = at.getTime().toString(16).padStart(12, "0");
  const noise = Buffer.from(randomBytes.buffer, randomBytes.byteOffset, randomBytes.length).toString("hex");
  const version = "7" + noise.slice(0, 3);
  const variant = ((parseInt(noise.slice(3, 4), 16) & 0x3) | 0x8).toString(16) + noise.slice(4, 7);
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${variant}-${noise.slice(7, 19)}`;
}

/** The public form of a UUID: "pay" + "019a…-…" → "pay_019a…" (32 hex digits, no dashes). */
export function idOf(prefix: IdPrefix, uuid: string): string {
  return `${prefix}_${uuid.replaceAll("-", "")}`;
}

/** The UUID inside a public id, with dashes, as PostgreSQL prints it. The id must have been checked by `isId`. */
export function uuidOf(id: string): string {
  const hex = id.slice(id.indexOf("_") + 1);
  // Called some dozens of times for every payment: the digits are looked at before they are put together.
  if (!hexPattern.test(hex)) assert(false, `not an id: ${id}`);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Whether a text from outside is an id of this kind. */
export function isId(prefix: IdPrefix, text: string): boolean {
  return text.startsWith(`${prefix}_`) && /^[0-9a-f]{32}$/.test(text.slice(prefix.length + 1));
}

/** The moment at which a UUIDv7 id was made. */
export function timeOfId(id: string): Date {
  return new Date(parseInt(uuidOf(id).replaceAll("-", "").slice(0, 12), 16));
}

/** The lowest UUID of ids made at this moment or later: a bound for ranges of ids by time. */
export function uuidFloor(at: Date): string {
  const time = at.getTime().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}
