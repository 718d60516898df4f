// Recognises keys in the Authorization header and sessions in the cookie. A session is read for every request; what was
// read of a key is believed for a second. Many requests are answered by one statement.
import type { Refusal } from "../../kernel/result.ts";
import { createBatcher } from "../../platform/batch.ts";
import type { AuthenticationRequest, Authenticator } from "../../platform/http/authentication.ts";
import type { Metrics } from "../../platform/metrics.ts";
import type { Principal } from "../../platform/principal.ts";
import type { Attempts } from "./attempts.ts";
import type { Subject } from "./model.ts";
import { keepSession, type IdentityDeps } from "./service.ts";
import { findSessions } from "./store.ts";
import { hashOf, isToken } from "./token.ts";

export const sessionCookie = "huiyin_session";

const readingMethods = new Set(["GET", "HEAD", "OPTIONS"]);

type AuthenticatorDeps = IdentityDeps & Readonly<{ metrics: Metrics; attempts: Attempts }>;

/** `Authorization: Bearer sk_…` or `ok_…`. */
export function keyAuthenticator(deps: AuthenticatorDeps): Authenticator {
  const failures = deps.metrics.counter({
    name: "huiyin_key_failures_total",
    help: "Requests with a key that is not in force",
  });
  return async (request) => {
    const { authorization } = request.headers;
    const key = typeof authorization === "string" ? /^bearer +(\S+)$/i.exec(authorization)?.[1] : undefined;
    if (key === undefined) return null;
    const credential = isToken(["sk", "ok"], key) ? await deps.keys.holderOf(hashOf(key)) : null;
    if (credential !== null) return principalFor(credential.subject, credential.id);
    failures.inc();
    const guesser = `key ${request.ip}`;
    const waitSeconds = deps.attempts.waitSeconds(guesser);
    deps.attempts.failed(guesser);
    if (waitSeconds !== null) return { code: "too_many_requests", facts: { retryAfterSeconds: waitSeconds } };
    return { code: "not_signed_in", facts: {} };
  };
}

/** The cookie of a signed-in browser. Writing requests must come from our own pages. */
export function sessionAuthenticator(deps: AuthenticatorDeps): Authenticator {
  const lookup = createBatcher({
    run: async (hashes: readonly Buffer[]) => {
      const found = await findSessions(deps.pg.batch, hashes, deps.world.now());
      return hashes.map((hash) => found.get(hash.toString("hex")) ?? null);
    },
  });

  return async (request) => {
    const token = cookieOf(request);
    if (token === null) return null;
    if (!readingMethods.has(request.method) && !comesFromOurPages(request))
      return refusal("origin_not_allowed");
    const session = isToken(["st"], token) ? await lookup.submit(hashOf(token)) : null;
    if (session === null) return refusal("session_expired");
    await keepSession(deps, session);
    return principalFor(session.subject, session.id);
  };
}

function principalFor(subject: Subject, credentialId: string): Principal {
  return subject.role === "operator"
    ? { role: "operator", credentialId }
    : { role: "merchant", merchantId: subject.merchantId, credentialId };
}

function refusal(code: Refusal["code"]): Refusal {
  return { code, facts: {} };
}

function cookieOf({ headers }: AuthenticationRequest): string | null {
  const { cookie } = headers;
  if (typeof cookie !== "string") return null;
  for (const pair of cookie.split(";")) {
    const equals = pair.indexOf("=");
    if (pair.slice(0, equals).trim() === sessionCookie) return pair.slice(equals + 1).trim();
  }
  return null;
}

/** Browsers send Origin with every writing request; a page of another port or site has another one. */
function comesFromOurPages({ headers }: AuthenticationRequest): boolean {
  const { origin, host } = headers;
  if (typeof origin !== "string" || typeof host !== "string") return false;
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
