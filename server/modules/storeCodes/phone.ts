// What a page of a printed code and the phone that has it open say to each other: the sealed cookie, and pages as answers.
import type { FastifyReply, FastifyRequest } from "fastify";
import { assert } from "../../kernel/assert.ts";
import { RefusalError, type Refusal, type Result } from "../../kernel/result.ts";
import { localeOf } from "../../platform/http/language.ts";
import { walletOf } from "./model.ts";
import { problemPage } from "./page.ts";
import { payerProblem, type PayerProblem } from "./payerWords.ts";
import type { StoreCodeDeps } from "./service.ts";
import { openedSession, sealedSession, sessionSecondsMax, type Session } from "./session.ts";

const sessionCookie = "huiyin_page";

export type Known = Extract<Session, { kind: "known" }>;

export function sessionIn(deps: StoreCodeDeps, request: FastifyRequest, token: string): Session | null {
  const sealed = request.cookies[sessionCookie];
  return sealed === undefined ? null : openedSession(deps, token, sealed);
}

export function knownIn(deps: StoreCodeDeps, request: FastifyRequest, token: string): Known | null {
  const session = sessionIn(deps, request, token);
  return session?.kind === "known" ? session : null;
}

export function remember(deps: StoreCodeDeps, reply: FastifyReply, token: string, session: Session): void {
  setCookie(deps, reply, { token, value: sealedSession(deps, token, session), seconds: sessionSecondsMax });
}

export function forget(deps: StoreCodeDeps, reply: FastifyReply, token: string): void {
  setCookie(deps, reply, { token, value: "", seconds: 0 });
}

function setCookie(
  deps: StoreCodeDeps,
  reply: FastifyReply,
  { token, value, seconds }: Readonly<{ token: string; value: string; seconds: number }>,
): void {
  void reply.setCookie(sessionCookie, value, {
    path: `/c/${token}`,
    httpOnly: true,
    // “lax”: the wallet’s network sends the browser back to us with it.
    sameSite: "lax",
    secure: deps.publicUrl().startsWith("https://"),
    maxAge: seconds,
  });
}

export function problemIn(request: FastifyRequest, refusal: Refusal): PayerProblem {
  const locale = localeOf(request.headers["accept-language"]);
  const wallet = walletOf(request.headers["user-agent"] ?? "");
  return payerProblem(refusal, { locale, wallet, traceId: request.id });
}

export function refusedPage(
  request: FastifyRequest,
  reply: FastifyReply,
  refused: Result<unknown>,
): FastifyReply {
  assert(!refused.ok, "there is nothing to refuse");
  const problem = problemIn(request, refused.refusal);
  const page = problemPage(problem, localeOf(request.headers["accept-language"]));
  return sendProblem(reply, problem, page);
}

/** A page about a problem, with what the API answers such a refusal with. */
export function sendProblem(
  reply: FastifyReply,
  { status, retryAfterSeconds }: PayerProblem,
  html: string,
): FastifyReply {
  if (retryAfterSeconds !== null) void reply.header("retry-after", retryAfterSeconds);
  return sendPage(reply, status, html);
}

export function sendPage(reply: FastifyReply, status: number, html: string): FastifyReply {
  return reply
    .code(status)
    .header("cache-control", "no-store")
    .type("text/html; charset=utf-8")
    .send(Buffer.from(html, "utf8"));
}

/** What is refused before we are asked is told on a page too; what is no refusal is everybody’s to answer. */
export function answerOnPage(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  if (!(error instanceof RefusalError)) throw error;
  void refusedPage(request, reply, { ok: false, refusal: error.refusal });
}
