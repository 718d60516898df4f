// Every way in which a request can fail ends here, as a declared error. Nothing of our insides is told.
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { RefusalError, type Refusal } from "../../kernel/result.ts";
import { CommitUnknownError } from "../pg/errors.ts";
import { localeOf } from "./language.ts";
import { problemContentType, problemOf, retryAfterOf, type ErrorTable } from "./problem.ts";
import { securityHeaders } from "./securityHeaders.ts";
import { newTraceId } from "./trace.ts";
import type { HttpApp } from "./typeProvider.ts";
import { invalidRequest } from "./validation.ts";

/** Error codes of Fastify that are the caller's doing. Whatever is not here is ours. */
const frameworkRefusals = new Map<string, (request: FastifyRequest) => Refusal>([
  ["FST_ERR_CTP_BODY_TOO_LARGE", (request) => bodyTooLarge(request)],
  ["FST_ERR_CTP_INVALID_MEDIA_TYPE", () => ({ code: "content_type_unsupported", facts: {} })],
  ["FST_ERR_CTP_INVALID_CONTENT_LENGTH", () => ({ code: "http_malformed", facts: {} })],
  ["FST_ERR_CTP_INVALID_TYPE", () => ({ code: "content_type_unsupported", facts: {} })],
  // Only QUERY must have one, and no route of ours takes that method.
  ["FST_ERR_ROUTE_MISSING_CONTENT_TYPE", () => ({ code: "route_not_found", facts: {} })],
  ["FST_ERR_BAD_URL", () => ({ code: "route_not_found", facts: {} })],
  ["FST_ERR_MAX_PARAM_LENGTH", () => ({ code: "route_not_found", facts: {} })],
]);

/** Answers refusals, validation errors and accidents alike as problem details; logs what is our fault. */
export function registerErrorHandling(app: HttpApp, deps: { errors: ErrorTable }): void {
  app.setErrorHandler((error: FastifyError, request, reply) => answerFailure(deps, error, request, reply));
  app.setNotFoundHandler((_request, reply) =>
    answerRefusal(deps, { code: "route_not_found", facts: {} }, reply),
  );
}

/** Answers anything that was thrown. */
export function answerFailure(
  deps: { errors: ErrorTable },
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const refusal = refusalOf(error, request);
  if (error === request.raw.errored) {
    request.log.debug({ event: "request_hung_up" }, "the caller was gone before the body had come");
  } else if (refusal.code === "internal_error") {
    request.log.error({ event: "request_failed", err: error }, "a request failed");
  } else if (refusal.code === "unavailable") {
    request.log.warn({ event: "request_unavailable", err: error }, "a request could not be served");
  }
  return answerRefusal(deps, refusal, reply);
}

/** Sends the problem document of a refusal. */
export function answerRefusal(
  deps: { errors: ErrorTable },
  refusal: Refusal,
  reply: FastifyReply,
): FastifyReply {
  const { request } = reply;
  const locale = localeOf(request.headers["accept-language"]);
  const path = request.url.split("?", 1)[0] ?? "";
  const problem = problemOf(deps.errors, refusal, { locale, path, traceId: request.id });
  const retryAfter = retryAfterOf(problem, refusal);
  if (retryAfter !== null) void reply.header("retry-after", String(retryAfter));
  if (problem.status === 401) void reply.header("www-authenticate", 'Bearer realm="huiyin"');
  return (
    reply
      .code(problem.status)
      // Repeated here for requests that fail before any hook: an address that cannot be decoded.
      .headers(securityHeaders)
      .header("content-type", problemContentType)
      .header("content-language", locale)
      .header("cache-control", "no-store")
      .send(JSON.stringify(problem))
  );
}

/** Answers what was never a request: bytes that are no HTTP, headers too long, a body that did not come. */
export function answerClientError(
  deps: { errors: ErrorTable },
  error: Error & { code?: string },
  socket: Duplex,
): void {
  if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable) return void socket.destroy();
  const codes = new Map<string, Refusal["code"]>([
    ["ERR_HTTP_REQUEST_TIMEOUT", "request_timeout"],
    ["HPE_HEADER_OVERFLOW", "headers_too_large"],
  ]);
  const refusal: Refusal = { code: codes.get(error.code ?? "") ?? "http_malformed", facts: {} };
  const problem = problemOf(deps.errors, refusal, {
    locale: "zh",
    path: "/",
    traceId: newTraceId({ headers: {} }),
  });
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ""}`,
    `Content-Type: ${problemContentType}`,
    "Content-Language: zh",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

function refusalOf(error: FastifyError, request: FastifyRequest): Refusal {
  if (error instanceof RefusalError) return error.refusal;
  // The outcome is not known, so the caller has to query, as internal_error says.
  if (error instanceof CommitUnknownError) return { code: "internal_error", facts: {} };
  if (Array.isArray(error.validation)) {
    return invalidRequest(
      error.validation,
      error.validationContext,
      localeOf(request.headers["accept-language"]),
    );
  }
  return frameworkRefusals.get(error.code)?.(request) ?? { code: "internal_error", facts: {} };
}

function bodyTooLarge(request: FastifyRequest): Refusal {
  return { code: "body_too_large", facts: { limitBytes: request.routeOptions.bodyLimit } };
}
