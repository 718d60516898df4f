// What the composition root and other modules may use of identity.
export { createAttempts, type Attempts } from "./attempts.ts";
export { keyAuthenticator, sessionAuthenticator } from "./authenticators.ts";
export { openKeyRing } from "./keyRing.ts";
export { identityRoutes } from "./routes.ts";
export { createCredential, createSignInLink, type IdentityDeps } from "./service.ts";
