// What the routes of payments and refunds share: the idempotency key of a request, and answers as stored bytes.
import type { FastifyReply, FastifyRequest } from "fastify";
import { RefusalError, refuse, unwrap } from "../../kernel/result.ts";
import { localeOf } from "../../platform/http/language.ts";
import { invalidField } from "../../platform/http/validation.ts";

/** The key of a request that has an effect. Throws `idempotency_key_missing` or `request_invalid`. */
export function idempotencyKeyOf(request: FastifyRequest): string {
  const key = request.headers["idempotency-key"];
  if (key === undefined || key === "") return unwrap(refuse("idempotency_key_missing"));
  if (typeof key === "string" && /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  const words = {
    zh: "应为 1 至 255 个可打印的 ASCII 字符，且只出现一次。",
    en: "must be 1 to 255 printable ASCII characters, given once.",
  };
  throw new RefusalError(
    invalidField("Idempotency-Key", words, localeOf(request.headers["accept-language"])),
  );
}

/** Bytes as they are: no serializer may touch them. */
export function sendText(reply: FastifyReply, contentType: string, text: string): FastifyReply {
  return reply.header("content-type", contentType).send(Buffer.from(text, "utf8"));
}

/** The stored bytes of an answer themselves, so that a repetition gets the very same. */
export function sendAnswer(
  reply: FastifyReply,
  answer: Readonly<{ status: number; body: string }>,
  location: string,
): FastifyReply {
  reply.code(answer.status).header("location", location);
  return sendText(reply, "application/json; charset=utf-8", answer.body);
}
