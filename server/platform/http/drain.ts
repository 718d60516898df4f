// Stopping without cutting anybody off: no new requests, those in flight end, seven seconds at most.
import { setTimeout as sleep } from "node:timers/promises";
import type { Duplex } from "node:stream";
import { RefusalError } from "../../kernel/result.ts";
import { limits } from "../limits.ts";
import type { HttpApp } from "./typeProvider.ts";

/** Answered whatever else is refused: whoever looks after us has to know. */
export const healthRoutes: ReadonlySet<string> = new Set(["/livez", "/readyz"]);

export type Drain = Readonly<{ run(): Promise<void> }>;

/** Adds the hook that turns late requests away; `run` may be called once. */
export function createDrain(app: HttpApp): Drain {
  let draining = false;
  const upgraded = new Set<Duplex>();
  app.server.on("upgrade", (_request, socket) => {
    // Nobody else is there to take it: without an answer the socket would stay open.
    if (app.server.listenerCount("upgrade") === 1) return void socket.destroy();
    upgraded.add(socket);
    socket.once("close", () => upgraded.delete(socket));
  });
  app.addHook("onRequest", (request, _reply, done) => {
    // Whoever looks after us is told that we are going.
    if (!draining || healthRoutes.has(request.routeOptions.url ?? "")) return void done();
    // It arrived on a connection that was kept alive.
    done(new RefusalError({ code: "unavailable", facts: {} }));
  });
  app.addHook("onSend", (_request, reply, _payload, done) => {
    // A connection that is kept alive after its last answer would hold up the end.
    if (draining) void reply.header("connection", "close");
    done();
  });
  return {
    run: async () => {
      draining = true;
      const timeout = new AbortController();
      const cut = sleep(limits.drainMsMax, undefined, { signal: timeout.signal }).then(
        () => app.server.closeAllConnections(),
        () => undefined,
      );
      // WebSockets are no requests in flight, and the server would wait for them for ever.
      for (const socket of upgraded) socket.destroy();
      await app.close();
      timeout.abort();
      await cut;
    },
  };
}
