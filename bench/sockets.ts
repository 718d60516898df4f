// A server of bare TCP connections: what one costs in Node before anybody speaks a protocol over it.
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { answerQuestions } from "./processes.ts";

export type SocketsQuestions = {
  /** Listens on a free port; every chunk that comes is answered by four bytes. */
  listen: (none: null) => Promise<number>;
  /** Resident memory after what is not needed any more was given back; needs --expose-gc. */
  residentBytes: (none: null) => number;
};

const acknowledgement = Buffer.alloc(4);
const server = createServer({ noDelay: true }, (socket) => {
  socket.on("data", () => void socket.write(acknowledgement));
  socket.on("error", () => undefined);
});

const answers: SocketsQuestions = {
  listen: async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  },
  residentBytes: () => {
    globalThis.gc?.();
    globalThis.gc?.();
    return process.memoryUsage.rss();
  },
};

answerQuestions(answers, async () => void server.close());
