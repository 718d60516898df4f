// What Node would refuse by itself, without a reason or by hanging up, is told as a problem document instead.
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { RefusalError, type Refusal } from "../../kernel/result.ts";
import { limits } from "../limits.ts";
import { healthRoutes } from "./drain.ts";
import type { HttpApp } from "./typeProvider.ts";

/** For the options of the HTTP server: what has no Host comes as far as our own hook. */
export const wireOptions = { requireHostHeader: false } as const;

/**
 * Refuses requests without a Host, those that expect more than 100-continue, and those on connections beyond
 * `connectionsMax`, of which only health is answered. As many as `limits.connectionsToldMax` are told so, the rest is
 * hung up on.
 */
export function registerWire(app: HttpApp, { connectionsMax }: Readonly<{ connectionsMax: number }>): void {
  const beyond = connectionsBeyond(app, connectionsMax);
  const unexpected = new WeakSet<IncomingMessage>();
  app.server.on("checkExpectation", (request: IncomingMessage, response) => {
    unexpected.add(request);
    app.server.emit("request", request, response);
  });
  const refusalOf = (raw: IncomingMessage, route: string): Refusal["code"] | null => {
    if (unexpected.has(raw)) return "expectation_unsupported";
    if (raw.headers.host === undefined && raw.httpVersion === "1.1") return "http_malformed";
    return beyond.has(raw.socket) && !healthRoutes.has(route) ? "overloaded" : null;
  };
  app.addHook("onRequest", (request, reply, done) => {
    const code = refusalOf(request.raw, request.routeOptions.url ?? "");
    if (code === null) return void done();
    // A body may follow that nobody is to read; and a place that somebody else may have.
    void reply.header("connection", "close");
    done(new RefusalError({ code, facts: {} }));
  });
}

/** The connections that were opened while there were so many already. */
function connectionsBeyond(app: HttpApp, connectionsMax: number): WeakSet<Socket> {
  const beyond = new WeakSet<Socket>();
  let open = 0;
  app.server.maxConnections = connectionsMax + limits.connectionsToldMax;
  app.server.on("connection", (socket: Socket) => {
    open += 1;
    if (open > connectionsMax) beyond.add(socket);
    socket.once("close", () => (open -= 1));
  });
  return beyond;
}
