// Where a request for much work is refused early: before its body is read, and again as soon as it is known whose it is.
import type { FastifyRequest } from "fastify";
import type { Admission, Ticket } from "../admission.ts";
import type { HttpApp } from "./typeProvider.ts";

/** Adds the hooks to routes that say `admission: "bounded"`. Before the hook that asks who is calling, which waits for the database. */
export function registerAdmission(app: HttpApp, admission: Admission): void {
  app.decorateRequest("ticket", null);

  app.addHook("onRequest", (request, _reply, done) => {
    if (isBounded(request)) admission.look();
    done();
  });
  // Not earlier: a caller who sends slowly would look like a database that is slow.
  app.addHook("preValidation", (request, _reply, done) => {
    if (isBounded(request)) request.ticket = admission.arrive();
    done();
  });
  app.addHook("preHandler", (request, _reply, done) => {
    const { ticket } = request;
    if (ticket === null) return void done();
    admission.admit(ticket, ownerOf(request));
    admission.carry(ticket, done);
  });
  // Called for every answer, also where nobody is there to read it any more.
  app.addHook("onSend", (request, _reply, _payload, done) => {
    if (request.ticket !== null) admission.end(request.ticket);
    done();
  });
}

function isBounded({ routeOptions, is404 }: FastifyRequest): boolean {
  return !is404 && routeOptions.config.admission === "bounded";
}

/**
 * Whose share it is: the merchant’s, also where an operator asks for it. Of strangers, whoever has the same token in the
 * address, a printed code’s say; otherwise they share one of their route.
 */
function ownerOf({ principal, body, params, routeOptions }: FastifyRequest): string {
  if (principal !== null && principal.role !== "operator") return principal.merchantId;
  const { merchantId } = (body ?? {}) as Readonly<{ merchantId?: unknown }>;
  if (typeof merchantId === "string") return merchantId;
  const { token } = (params ?? {}) as Readonly<{ token?: unknown }>;
  return typeof token === "string" ? token : (routeOptions.url ?? "");
}

declare module "fastify" {
  interface FastifyRequest {
    /** Of a request whose work is bounded, from the moment at which it was read. */
    ticket: Ticket | null;
  }
}
