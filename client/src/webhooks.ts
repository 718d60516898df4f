// Verifies webhooks by Standard Webhooks: HMAC-SHA256 over id, time and body, compared in constant time.
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Operations } from "./generated/operations.ts";

type Payment = Operations["getPaymentsId"]["response"];
type Refund = Operations["getRefundsId"]["response"];

type Message<Type extends string, Data> = Readonly<{
  type: Type;
  timestamp: string;
  merchantId: string;
  /** Grows with every event about the same payment, its refunds included: keep the highest. */
  version: number;
  data: Data;
}>;

/** What the platform tells. Later releases may add types. */
export type WebhookMessage =
  | Message<
      "payment.succeeded" | "payment.failed" | "payment.closed" | "payment.reversed" | "payment.lateSuccess",
      Payment
    >
  | Message<"refund.succeeded" | "refund.failed", Refund>
  | Message<"webhook.test", Readonly<{ endpointId: string }>>;

export type Verified =
  | Readonly<{ ok: true; id: string; message: WebhookMessage }>
  | Readonly<{ ok: false; reason: "headersMissing" | "timestampTooFar" | "signatureWrong" | "bodyNotJson" }>;

export type WebhookHeaders =
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | Readonly<{ get(name: string): string | null }>;

export type VerifyOptions = Readonly<{
  /** `whsec_…`; several while one replaces another. */
  secret: string | readonly string[];
  /** How far the sender’s clock and ours may be apart, and how late a message may be replayed. */
  toleranceSeconds?: number;
  now?: () => Date;
}>;

const toleranceSecondsDefault = 300;

/**
 * Verifies one message. `body` is the request’s body to the byte, before anything parsed it. The same message may come
 * more than once: its `id` stays the same.
 */
export function verifyWebhook(
  headers: WebhookHeaders,
  body: string | Uint8Array,
  { secret, toleranceSeconds = toleranceSecondsDefault, now = () => new Date() }: VerifyOptions,
): Verified {
  const id = headerOf(headers, "webhook-id");
  const timestamp = headerOf(headers, "webhook-timestamp");
  const signatures = headerOf(headers, "webhook-signature");
  if (id === null || timestamp === null || signatures === null || !/^\d{1,12}$/.test(timestamp))
    return { ok: false, reason: "headersMissing" };
  const apartSeconds = Math.abs(now().getTime() / 1_000 - Number(timestamp));
  if (apartSeconds > toleranceSeconds) return { ok: false, reason: "timestampTooFar" };
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const secrets = typeof secret === "string" ? [secret] : secret;
  const expected = secrets.map((one) => signatureOf(one, `${id}.${timestamp}.${text}`));
  const given = signatures.split(" ").flatMap((one) => {
    const [version, value] = one.split(",");
    return version === "v1" && value !== undefined ? [Buffer.from(value, "base64")] : [];
  });
  const matching = expected.filter((own) => given.some((one) => same(own, one)));
  if (matching.length === 0) return { ok: false, reason: "signatureWrong" };
  try {
    return { ok: true, id, message: JSON.parse(text) as WebhookMessage };
  } catch {
    return { ok: false, reason: "bodyNotJson" };
  }
}

function signatureOf(secret: string, signed: string): Buffer {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  if (key.length === 0) throw new TypeError("a webhook secret is whsec_ and its Base64");
  return createHmac("sha256", key).update(signed).digest();
}

function same(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

function headerOf(headers: WebhookHeaders, name: string): string | null {
  if (typeof headers.get === "function")
    return (headers as Readonly<{ get(name: string): string | null }>).get(name);
  const found = Object.entries(headers).find(([own]) => own.toLowerCase() === name)?.[1];
  return typeof found === "string" ? found : null;
}
