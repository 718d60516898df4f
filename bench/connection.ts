// One keep-alive connection to an HTTP server, as lean as possible: what the client burns, the server does not get.
import { connect, type Socket } from "node:net";

export type Reply = Readonly<{
  status: number;
  body: string;
  /** Status line and headers as they came. */
  head: string;
}>;

export type Connection = Readonly<{
  /** Sends one request and waits for its answer. Rejects where the connection ends before it. */
  exchange(head: string, body: string): Promise<Reply>;
  close(): void;
}>;

const headEnd = Buffer.from("\r\n\r\n");

/** Connects to `http://host:port`. One exchange at a time. */
export async function openConnection(url: string): Promise<Connection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  return serve(socket);
}

function serve(socket: Socket): Connection {
  let waiting: PromiseWithResolvers<Reply> | null = null;
  let received: Buffer = Buffer.alloc(0);
  const fail = (problem: string): void => {
    waiting?.reject(new Error(problem));
    waiting = null;
  };
  socket.on("data", (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const reply = replyIn(received);
    if (reply === null) return;
    received = Buffer.alloc(0);
    const answered = waiting;
    waiting = null;
    answered?.resolve(reply);
  });
  socket.on("error", (error) => fail(error.message));
  socket.on("close", () => fail("the connection was closed"));
  return {
    exchange: (head, body) => {
      if (!socket.writable) return Promise.reject(new Error("the connection was closed"));
      waiting = Promise.withResolvers<Reply>();
      socket.write(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      return waiting.promise;
    },
    close: () => socket.destroy(),
  };
}

/** The answer, where it has come whole. The server says how long its body is. */
function replyIn(bytes: Buffer): Reply | null {
  const end = bytes.indexOf(headEnd);
  if (end < 0) return null;
  const head = bytes.toString("latin1", 0, end);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`an answer without a length: ${head}`);
  const bodyStart = end + headEnd.length;
  if (bytes.length < bodyStart + Number(length)) return null;
  return {
    head,
    status: Number(head.slice(9, 12)),
    body: bytes.toString("utf8", bodyStart, bodyStart + Number(length)),
  };
}
