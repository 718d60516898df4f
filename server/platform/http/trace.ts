// One id per request, shared with the caller and with every log line: the trace id of W3C Trace Context.
import { randomFillSync } from "node:crypto";
import type { IncomingMessage } from "node:http";

const traceparentPattern = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/;

/** The trace id that the caller sent in `traceparent`, where it is a valid one, else a fresh one of 32 hex digits. */
export function newTraceId(request: Pick<IncomingMessage, "headers">): string {
  const { traceparent } = request.headers;
  const given = typeof traceparent === "string" ? traceparentPattern.exec(traceparent)?.[1] : undefined;
  return given !== undefined && !/^0+$/.test(given) ? given : freshTraceId();
}

const idBytes = 16;
const drawn = Buffer.alloc(idBytes * 256);
let used = drawn.length;

/** Drawn for many requests at once: a draw costs more than all the rest of an id. */
function freshTraceId(): string {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += idBytes;
  return drawn.toString("hex", used - idBytes, used);
}
