// Who sent a request: authenticators are asked in order, the first that recognises its kind of proof decides.
import type { FastifyRequest } from "fastify";
import { roleWords, type Role } from "@huiyin/contract/words.ts";
import { assert } from "../../kernel/assert.ts";
import { RefusalError, type Refusal } from "../../kernel/result.ts";
import type { Principal } from "../principal.ts";

/** What an authenticator may look at. */
export type AuthenticationRequest = Readonly<{
  method: string;
  /** Path and query exactly as sent. */
  url: string;
  /** Names in lower case; a header sent twice is an array or joined by commas, as Node does. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body as it came, empty where there was none. */
  rawBody: Buffer;
  /** Address of the caller, or of the proxy in front where none is trusted. */
  ip: string;
}>;

/**
 * Null: this request carries none of my proofs, ask the next one. A refusal ends the request: the proof was there and
 * was not good. Throws only for our own bugs, and `unavailable` where it cannot look.
 */
export type Authenticator = (request: AuthenticationRequest) => Promise<Principal | Refusal | null>;

/** Which roles may call a route; "public" asks nobody who they are. */
export type RouteRoles = readonly Role[] | "public";

/** Finds out who is asking and whether this role may. Throws RefusalError with not_signed_in, not_allowed or the authenticator's own. */
export async function authenticate(
  authenticators: readonly Authenticator[],
  request: AuthenticationRequest,
  roles: readonly Role[],
): Promise<Principal> {
  for (const authenticator of authenticators) {
    const answer = await authenticator(request);
    if (answer === null) continue;
    if ("code" in answer) throw new RefusalError(answer);
    if (!roles.includes(answer.role))
      throw new RefusalError({ code: "not_allowed", facts: roleNames(roles) });
    return answer;
  }
  throw new RefusalError({ code: "not_signed_in", facts: {} });
}

/** Whoever sent this request. For routes that are not public: there it is never null. */
export function principalOf(request: FastifyRequest): Principal {
  assert(
    request.principal !== null,
    `${request.method} ${request.routeOptions.url}: a public route asked who is calling`,
  );
  return request.principal;
}

function roleNames(roles: readonly Role[]): Refusal["facts"] {
  return {
    rolesZh: roles.map((role) => roleWords[role].zh).join("、"),
    rolesEn: roles.map((role) => roleWords[role].en).join(", "),
  };
}
