// Lets Fastify read its types from TypeBox schemas, and knows what our own hooks put on a request.
import type { FastifyInstance, FastifyTypeProvider, RawServerDefault, FastifyBaseLogger } from "fastify";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Static, TSchema } from "typebox";
import type { Principal } from "../principal.ts";
import type { RouteRoles } from "./authentication.ts";

export interface TypeBoxTypeProvider extends FastifyTypeProvider {
  validator: this["schema"] extends TSchema ? Static<this["schema"]> : unknown;
  serializer: this["schema"] extends TSchema ? Static<this["schema"]> : unknown;
}

/** The application that modules register their routes on. */
export type HttpApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

declare module "fastify" {
  interface FastifyRequest {
    /** Who is asking; null on public routes. Use `principalOf(request)` elsewhere. */
    principal: Principal | null;
    /** The body as it came. */
    rawBody: Buffer;
    /** The fields of a form, decoded once; empty unless the route says `body: "form"`. */
    form: ReadonlyMap<string, string>;
  }
  interface FastifyContextConfig {
    /** Who may call the route. Mandatory: a route without it cannot be registered. */
    roles: RouteRoles;
    /** What the route reads: JSON unless said otherwise; "raw" leaves the body as it came, whatever it is. */
    body?: "json" | "form" | "raw";
    /** "bounded": may be refused because too much is waiting already; for routes that make much work. */
    admission?: "bounded";
  }
}
