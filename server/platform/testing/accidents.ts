// What a channel may do instead of answering, for tests of the transport over both of its ways.
import type { IncomingMessage, ServerResponse } from "node:http";
import { limits } from "../limits.ts";
import { ReplyTooLargeError } from "../transport.ts";

export type Answer = (response: ServerResponse, incoming: IncomingMessage) => void;
type Accident = readonly [
  what: string,
  answer: Answer,
  expected: (error: Error) => boolean,
  timeoutMs: number,
];
/** Where nothing ends it, the wait does; where something else does, a busy machine has time for it. */
const waitedOutMs = 500;
const endedMs = 10_000;
/** What may befall a request on its way; each is an error, and the request was sent once. */
export const accidents: readonly Accident[] = [
  [
    "a redirect",
    (response) => response.writeHead(307, { location: "/elsewhere" }).end(),
    (error) => error instanceof TypeError,
    endedMs,
  ],
  ["no answer in time", () => undefined, (error) => error.name === "TimeoutError", waitedOutMs],
  [
    "an answer that stops in the middle",
    (response) => response.writeHead(200, { "content-length": "10" }).write("half"),
    (error) => error.name === "TimeoutError",
    waitedOutMs,
  ],
  [
    "a connection closed without an answer",
    (_, incoming) => incoming.socket.destroy(),
    (error) => error instanceof TypeError && (error.cause as { code?: string }).code === "ECONNRESET",
    endedMs,
  ],
  [
    "a wish for another protocol",
    (_, { socket }) => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n");
    },
    (error) => error instanceof TypeError,
    endedMs,
  ],
  [
    "an endless answer",
    (response) => response.end(Buffer.alloc(limits.channelReplyBytesMax + 1)),
    (error) => error instanceof ReplyTooLargeError,
    endedMs,
  ],
];
