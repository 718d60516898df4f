// Makes the event of a scan: the code with a fresh idempotency key and a fresh merchant order number.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { FlowEvent } from "./flowModel.ts";

const keyBytes = 16;
const orderBytes = 4;

/** A scan as an attempt of its own. Works without a secure context, where randomUUID is missing. */
export function newScan(code: string): FlowEvent & Readonly<{ kind: "scan" }> {
  return {
    kind: "scan",
    code,
    key: randomHex(keyBytes),
    merchantOrderNo: newOrderNo(),
  };
}

/** A code to show as an attempt of its own. */
export function newCode(wallet: ChannelCode): FlowEvent & Readonly<{ kind: "show" }> {
  return { kind: "show", wallet, key: randomHex(keyBytes), merchantOrderNo: newOrderNo() };
}

/** A refund as an attempt of its own: a fresh idempotency key and a fresh refund number. */
export function newRefund(): Readonly<{ kind: "send"; key: string; merchantRefundNo: string }> {
  return { kind: "send", key: randomHex(keyBytes), merchantRefundNo: `R${newOrderNo().slice(1)}` };
}

/** Short enough to be read out: the moment and 32 random bits. */
const newOrderNo = (): string => `C${Date.now().toString(36)}${randomHex(orderBytes)}`.toUpperCase();

function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
