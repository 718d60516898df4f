// Signatures of messages by Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 over id, time and body.
import { createHmac } from "node:crypto";
import { assert } from "../../../kernel/assert.ts";

const secretPrefix = "whsec_";
export const secretBytes = 32;

/** A secret as its owner keeps it, from 32 bytes of chance. */
export function secretOf(bytes: Uint8Array): string {
  assert(bytes.length === secretBytes, `a webhook secret has ${secretBytes} bytes, not ${bytes.length}`);
  return `${secretPrefix}${Buffer.from(bytes).toString("base64")}`;
}

/**
 * The headers that prove a message. With two secrets, while one replaces the other, there are two signatures: whoever
 * knows either accepts.
 */
export function signatureHeaders(
  message: Readonly<{ id: string; at: Date; body: string }>,
  secrets: readonly string[],
): Readonly<Record<"webhook-id" | "webhook-timestamp" | "webhook-signature", string>> {
  const timestamp = Math.floor(message.at.getTime() / 1_000).toString();
  const signed = `${message.id}.${timestamp}.${message.body}`;
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(secretPrefix.length), "base64");
    return `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
  });
  return {
    "webhook-id": message.id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
}
