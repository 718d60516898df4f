// Headers that tell browsers what our answers may do. The screens are bundled: nothing is loaded from elsewhere.
import type { HttpApp } from "./typeProvider.ts";

const contentSecurityPolicy = [
  "default-src 'none'",
  // The code reader of the cashier is WebAssembly.
  "script-src 'self' 'wasm-unsafe-eval'",
  // Ant Design writes its styles into the page.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "media-src 'self' data: blob:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** On every answer. */
export const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(self), microphone=(), geolocation=(), payment=()",
};

/** Puts the headers on every answer; answers of the API are stored by no cache unless the route says otherwise. */
export function addSecurityHeaders(app: HttpApp): void {
  app.addHook("onRequest", (request, reply, done) => {
    void reply.headers(securityHeaders);
    // Only a trusted proxy can say that the browser came over TLS; over plain http the header means nothing.
    if (request.protocol === "https") void reply.header("strict-transport-security", "max-age=31536000");
    if (request.url.startsWith("/v1/")) void reply.header("cache-control", "no-store");
    done();
  });
}
