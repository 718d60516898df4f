// The broker that the configuration asks for, and its place on the HTTP server.
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { createEmbeddedBroker } from "./embedded.ts";
import { createExternalBroker } from "./external.ts";
import type { Broker, BrokerConfig, BrokerDeps } from "./port.ts";

/** The broker that the configuration asks for. Nothing listens before `start`. */
export function createBroker(deps: BrokerDeps, config: BrokerConfig): Broker {
  return config.url === null
    ? createEmbeddedBroker(deps, { host: config.host, port: config.port })
    : createExternalBroker(deps, { url: config.url });
}

/** Serves MQTT over WebSocket under /mqtt of an HTTP server; every other upgrade is refused. */
export function attachToHttp(broker: Broker, server: Server): void {
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node takes its own listener off an upgraded socket: without this one a stranger's reset would end the process.
    socket.on("error", () => socket.destroy());
    const path = (request.url ?? "").split("?", 1)[0];
    if (path === "/mqtt") {
      broker.handleUpgrade(request, socket, head);
    } else {
      socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    }
  });
}
