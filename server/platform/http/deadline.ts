// Every request is answered in time: after its deadline with “unavailable”, whatever its handler still waits for. The
// timer of Fastify ends as soon as the body of a request has been read, so that only requests without one had it.
import { RefusalError } from "../../kernel/result.ts";
import { limits } from "../limits.ts";
import type { FastifyReply } from "fastify";
import type { HttpApp } from "./typeProvider.ts";

/** Gives every route that is registered afterwards its `handlerTimeout` (milliseconds), or that of all requests. */
export function registerDeadline(app: HttpApp): void {
  app.addHook("onRoute", (route) => {
    const { handlerTimeout, config } = route;
    route.config = { roles: [], ...config, deadlineMs: handlerTimeout ?? limits.requestMsMax };
    delete route.handlerTimeout;
  });
  app.addHook("onRequest", (request, reply, done) => {
    const { deadlineMs = limits.requestMsMax } = request.routeOptions.config;
    const timer = setTimeout(answerLate, deadlineMs, reply);
    // Not when it was answered: who leaves before that is answered by nobody, and the timer would stay.
    reply.raw.once("close", () => clearTimeout(timer));
    done();
  });
}

function answerLate(reply: FastifyReply): void {
  if (reply.sent) return;
  const late = new RefusalError({ code: "unavailable", facts: {} });
  // Half an answer cannot be taken back.
  if (reply.raw.headersSent) reply.raw.destroy(late);
  else void reply.send(late);
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** From the head of a request to its answer; taken from `handlerTimeout`. */
    deadlineMs?: number;
  }
}
