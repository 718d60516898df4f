// MQTT over WebSocket on the HTTP server: the handshake, and the bytes inside as a stream.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { createWebSocketStream, WebSocketServer } from "ws";
import { mqttLimits } from "./limits.ts";

export type WebSockets = Readonly<{
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends every connection and refuses new ones. */
  close(): void;
}>;

/** Calls `accept` with the bytes of each WebSocket once `isReady`; before that and after the end it answers 503. */
export function createWebSockets(
  deps: Readonly<{
    isReady: () => boolean;
    accept: (stream: Duplex, remoteAddress: string | null) => void;
  }>,
): WebSockets {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: mqttLimits.packetBytesMax,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has("mqtt") ? "mqtt" : false),
  });
  let closed = false;
  return {
    handleUpgrade(request, socket, head) {
      if (closed || !deps.isReady()) {
        socket.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      const remoteAddress = request.socket.remoteAddress ?? null;
      server.handleUpgrade(request, socket, head, (webSocket) =>
        deps.accept(createWebSocketStream(webSocket), remoteAddress),
      );
    },
    close() {
      closed = true;
      for (const webSocket of server.clients) webSocket.terminate();
      server.close();
    },
  };
}
