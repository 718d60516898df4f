// Signing in and out, keys and links over HTTP.
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import { Id } from "@huiyin/contract/api/common.ts";
import {
  CreateCredential,
  CreatedCredential,
  CreateSession,
  CreateSignInLink,
  CredentialPage,
  CredentialQuery,
  Identity,
  Session as SessionSchema,
  SessionPage,
  SessionQuery,
  SignInLink,
} from "@huiyin/contract/api/identity.ts";
import { isId } from "../../kernel/ids.ts";
import { RefusalError, unwrap } from "../../kernel/result.ts";
import { rfc3339 } from "../../kernel/time.ts";
import { principalOf } from "../../platform/http/authentication.ts";
import type { HttpApp } from "../../platform/http/typeProvider.ts";
import { limits } from "../../platform/limits.ts";
import type { Attempts } from "./attempts.ts";
import { sessionCookie } from "./authenticators.ts";
import type { ListPosition } from "./model.ts";
import * as service from "./service.ts";
import { credentialView, identityView, sessionView } from "./views.ts";

type RouteDeps = service.IdentityDeps & Readonly<{ attempts: Attempts }>;

const tags = ["identity"];
const person = { roles: ["operator", "merchant"] as const };
const operatorOnly = { roles: ["operator"] as const };
const SessionParams = Type.Object({ id: Id("ses") }, { additionalProperties: false });
const CredentialParams = Type.Object({ id: Id("key") }, { additionalProperties: false });

export function identityRoutes(app: HttpApp, deps: RouteDeps): void {
  sessionRoutes(app, deps);
  linkRoutes(app, deps);
  credentialRoutes(app, deps);
}

function sessionRoutes(app: HttpApp, deps: RouteDeps): void {
  const postSchema = {
    tags,
    summary: "Sign in with a one-time link",
    body: CreateSession,
    response: { 201: SessionSchema },
  };
  app.post("/v1/sessions", { schema: postSchema, config: { roles: "public" } }, async (request, reply) => {
    // Counted apart from wrong keys: a server with an old key must not lock people of the same network out.
    const guesser = `link ${request.ip}`;
    const waitSeconds = deps.attempts.waitSeconds(guesser);
    if (waitSeconds !== null) throw tooMany(waitSeconds);
    const opened = await service.openSession(deps, request.body.token);
    if (!opened.ok) deps.attempts.failed(guesser);
    const { session, cookie } = unwrap(opened);
    setCookie(deps, reply, { value: cookie, seconds: limits.sessionHoursMax * 3_600 });
    return reply.code(201).send(sessionView(session));
  });

  const currentSchema = { tags, summary: "Who am I", response: { 200: Identity } };
  app.get("/v1/sessions/current", { schema: currentSchema, config: person }, async (request) =>
    identityView(await service.whoAmI(deps, principalOf(request))),
  );

  const leaveSchema = { tags, summary: "Sign out", response: { 204: Type.Null() } };
  app.delete("/v1/sessions/current", { schema: leaveSchema, config: person }, async (request, reply) => {
    unwrap(await service.closeOwnSession(deps, principalOf(request)));
    setCookie(deps, reply, { value: "", seconds: 0 });
    return reply.code(204).send(null);
  });

  const listSchema = {
    tags,
    summary: "Sessions in force",
    querystring: SessionQuery,
    response: { 200: SessionPage },
  };
  app.get("/v1/sessions", { schema: listSchema, config: person }, async (request) => {
    const position = positionOf("ses", request.query);
    return pageOf(await service.listSessions(deps, principalOf(request), position), position, sessionView);
  });

  const revokeSchema = {
    tags,
    summary: "End a session at once",
    params: SessionParams,
    response: { 204: Type.Null() },
  };
  app.delete("/v1/sessions/:id", { schema: revokeSchema, config: person }, async (request, reply) => {
    unwrap(await service.revokeSession(deps, principalOf(request), request.params.id));
    return reply.code(204).send(null);
  });
}

function linkRoutes(app: HttpApp, deps: RouteDeps): void {
  const schema = {
    tags,
    summary: "Make a one-time sign-in link",
    body: CreateSignInLink,
    response: { 201: SignInLink },
  };
  app.post("/v1/sign-in-links", { schema, config: operatorOnly }, async (request, reply) => {
    const actor = actorOf(request);
    const { url, expiresAt } = unwrap(
      await service.createSignInLink(deps, request.body.merchantId ?? null, actor),
    );
    return reply.code(201).send({ url, expiresAt: rfc3339(expiresAt) });
  });
}

function credentialRoutes(app: HttpApp, deps: RouteDeps): void {
  const postSchema = {
    tags,
    summary: "Make a key",
    body: CreateCredential,
    response: { 201: CreatedCredential },
  };
  app.post("/v1/credentials", { schema: postSchema, config: operatorOnly }, async (request, reply) => {
    const { name, merchantId = null } = request.body;
    const { credential, key } = unwrap(
      await service.createCredential(deps, { name, merchantId }, actorOf(request)),
    );
    return reply.code(201).send({ ...credentialView(credential), key });
  });

  const listSchema = {
    tags,
    summary: "Keys, newest first",
    querystring: CredentialQuery,
    response: { 200: CredentialPage },
  };
  app.get("/v1/credentials", { schema: listSchema, config: person }, async (request) => {
    const position = { ...positionOf("key", request.query), merchantId: request.query.merchantId ?? null };
    return pageOf(
      await service.listCredentials(deps, principalOf(request), position),
      position,
      credentialView,
    );
  });

  const revokeSchema = {
    tags,
    summary: "Revoke a key: refused here at once, by other processes within a second",
    params: CredentialParams,
    response: { 204: Type.Null() },
  };
  app.delete("/v1/credentials/:id", { schema: revokeSchema, config: person }, async (request, reply) => {
    unwrap(await service.revokeCredential(deps, principalOf(request), request.params.id));
    return reply.code(204).send(null);
  });
}

function setCookie(deps: RouteDeps, reply: FastifyReply, cookie: { value: string; seconds: number }): void {
  void reply.setCookie(sessionCookie, cookie.value, {
    path: "/",
    httpOnly: true,
    sameSite: "strict",
    // A browser sends no Secure cookie over http, which is how a terminal on the shop's own network works.
    secure: deps.publicUrl().startsWith("https:"),
    maxAge: cookie.seconds,
  });
}

function tooMany(retryAfterSeconds: number): RefusalError {
  return new RefusalError({ code: "too_many_requests", facts: { retryAfterSeconds } });
}

function actorOf(request: Parameters<typeof principalOf>[0]): string {
  const principal = principalOf(request);
  return principal.role === "terminal" ? principal.terminalId : principal.credentialId;
}

function positionOf(
  prefix: "key" | "ses",
  query: { limit?: number | undefined; after?: string | undefined; before?: string | undefined },
): ListPosition {
  const cursor = (id: string | undefined): string | null =>
    id !== undefined && isId(prefix, id) ? id : null;
  return { limit: query.limit ?? 10, after: cursor(query.after), before: cursor(query.before) };
}

function pageOf<Row, View>(rows: readonly Row[], { limit }: ListPosition, view: (row: Row) => View) {
  return { items: rows.slice(0, limit).map(view), hasMore: rows.length > limit };
}
