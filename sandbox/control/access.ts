// Who may use the control calls: whoever knows the token printed at start, the wallet page opened on this machine or by
// the printed link (an httpOnly cookie that other sites cannot use), and each merchant for its own products.
import { createHmac, timingSafeEqual } from "node:crypto";
import type { AuthenticationRequest, Authenticator } from "@huiyin/server/platform/http/authentication.ts";
import type { Principal } from "@huiyin/server/platform/principal.ts";

export const walletCookie = "huiyin_wallet";
/** Sent by the wallet page with every call: a page of another origin cannot send it without asking first. */
export const pageHeader = "x-huiyin-wallet";

const operator: Principal = { role: "operator", credentialId: "sandbox_control" };

/** What the wallet page’s cookie holds: derived from the token, so that it changes with it and does not give it away. */
export function walletPass(controlToken: string): string {
  return derived(controlToken, "wallet page");
}

/** The token with which one merchant asks about and opens its own products. */
export function officeToken(controlToken: string, appId: string): string {
  return derived(controlToken, `products of ${appId}`);
}

function derived(controlToken: string, purpose: string): string {
  return createHmac("sha256", controlToken).update(purpose).digest("base64url");
}

/** Recognises the control token, the wallet page and the merchants. */
export function createAuthenticator(controlToken: string, appIds: () => Iterable<string>): Authenticator {
  const pass = walletPass(controlToken);
  return async (request) => {
    const bearer = /^Bearer (\S+)$/.exec(one(request, "authorization"))?.[1];
    if (bearer !== undefined) {
      if (same(bearer, controlToken)) return operator;
      for (const appId of appIds()) {
        if (same(bearer, officeToken(controlToken, appId))) {
          return { role: "merchant", merchantId: appId, credentialId: "sandbox_office" };
        }
      }
      return { code: "not_signed_in", facts: {} };
    }
    const cookie = cookieIn(one(request, "cookie"), walletCookie);
    if (cookie === null) return null;
    return same(cookie, pass) && fromOwnPage(request) ? operator : { code: "not_signed_in", facts: {} };
  };
}

/** A cookie alone proves the browser, not the page: the page adds a header, and the browser tells where it comes from. */
function fromOwnPage(request: AuthenticationRequest): boolean {
  const site = one(request, "sec-fetch-site");
  if (site !== "" && site !== "same-origin") return false;
  const origin = one(request, "origin");
  if (
    origin !== "" &&
    origin !== `http://${one(request, "host")}` &&
    origin !== `https://${one(request, "host")}`
  ) {
    return false;
  }
  return one(request, pageHeader) === "1";
}

/** What proxies add: behind one of them, on this very machine, may be anybody. */
const proxyHeaders = [
  "forwarded",
  "via",
  "x-real-ip",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
];

/** Whether a page request comes from this machine and names it: a foreign name that points here is not let in. */
export function isLocal(
  request: Readonly<{ ip: string; headers: AuthenticationRequest["headers"] }>,
): boolean {
  if (proxyHeaders.some((header) => request.headers[header] !== undefined)) return false;
  const host = typeof request.headers.host === "string" ? request.headers.host : "";
  const name = host.replace(/:\d+$/, "");
  const callers = ["127.0.0.1", "::1", "::ffff:127.0.0.1"];
  return callers.includes(request.ip) && ["127.0.0.1", "localhost", "[::1]"].includes(name);
}

/** Whether two secrets are the same, in time that does not depend on where they differ. */
export function same(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHmac("sha256", "compare").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

function cookieIn(header: string, name: string): string | null {
  for (const part of header.split(";")) {
    const [key, value] = part.trim().split("=", 2);
    if (key === name) return value ?? null;
  }
  return null;
}

function one(request: AuthenticationRequest, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}
