// The numbers that a channel knows: merchant number and id of a payment or refund in one, so that a callback finds its shard
// without asking any index. 8 digits + 24 digits of base 36 (lower case) = 32 characters.
import { assert } from "../../kernel/assert.ts";
import { idOf, uuidOf } from "../../kernel/ids.ts";

const base = 36n;
const idDigits = 24;
const variantBits = 0b10n;

/** The channel order number of a payment (pay_…) of the merchant with this 8-digit number. */
export function channelOrderNoOf(merchantNumber: string, paymentId: string): string {
  return numberOf(merchantNumber, paymentId);
}

/** The number under which a channel knows a refund (ref_…) of the merchant with this 8-digit number. */
export function channelRefundNoOf(merchantNumber: string, refundId: string): string {
  return numberOf(merchantNumber, refundId);
}

/** What a channel order number names, or null where it is not one of ours. */
export function readChannelOrderNo(text: string): { merchantNumber: string; paymentId: string } | null {
  const read = readNumber("pay", text);
  return read && { merchantNumber: read.merchantNumber, paymentId: read.id };
}

/** What a channel refund number names, or null where it is not one of ours. */
export function readChannelRefundNo(text: string): { merchantNumber: string; refundId: string } | null {
  const read = readNumber("ref", text);
  return read && { merchantNumber: read.merchantNumber, refundId: read.id };
}

function numberOf(merchantNumber: string, id: string): string {
  assert(/^[0-9]{8}$/.test(merchantNumber), `merchant number ${merchantNumber}`);
  const uuid = BigInt(`0x${uuidOf(id).replaceAll("-", "")}`);
  // A UUIDv7 says nothing with its version (bits 76–79) and variant (62–63): 122 bits remain, and 36²⁴ > 2¹²².
  const significant =
    ((uuid >> 80n) << 74n) | (((uuid >> 64n) & 0xfffn) << 62n) | (uuid & ((1n << 62n) - 1n));
  return merchantNumber + significant.toString(36).padStart(idDigits, "0");
}

function readNumber(prefix: "pay" | "ref", text: string): { merchantNumber: string; id: string } | null {
  if (!/^[0-9]{8}[0-9a-z]{24}$/.test(text)) return null;
  const significant = fromBase36(text.slice(8));
  if (significant >= 1n << 122n) return null;
  const time = significant >> 74n;
  const high = (significant >> 62n) & 0xfffn;
  const low = significant & ((1n << 62n) - 1n);
  const uuid = (time << 80n) | (0x7n << 76n) | (high << 64n) | (variantBits << 62n) | low;
  const hex = uuid.toString(16).padStart(32, "0");
  return { merchantNumber: text.slice(0, 8), id: idOf(prefix, hex) };
}

function fromBase36(digits: string): bigint {
  let value = 0n;
  for (const digit of digits) value = value * base + BigInt(parseInt(digit, 36));
  return value;
}
