// A connection that sends bytes as they are, whatever they are, and reads the answer as strictly as HTTP wants.
import { connect, type Socket } from "node:net";

export type Answer = Readonly<{
  /** 0: the connection was closed without an answer. */
  status: number;
  headers: ReadonlyMap<string, string>;
  body: string;
}>;

export type Sending = Readonly<{
  bytes: Buffer;
  /** "head": the answer has no body, whatever its head says. */
  wants: "body" | "head";
  /** "end": nothing more will come, and the server is told. */
  after: "keep" | "end";
}>;

/** Sends requests one after the other and connects anew where the server closed. Dispose of it at the end. */
export type Line = Readonly<{ send(sending: Sending): Promise<Answer>; close(): void }>;

const answerMsMax = 20_000;
const closed: Answer = { status: 0, headers: new Map(), body: "" };

export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
}

export function createLine(url: string): Line {
  const { hostname, port } = new URL(url);
  let kept: Socket | null = null;
  return {
    send: async (sending) => {
      const socket = kept ?? (await connected(hostname, Number(port)));
      kept = null;
      const { answer, stays } = await exchange(socket, sending);
      if (stays === "yes" && sending.after === "keep") kept = socket;
      else socket.destroy();
      return answer;
    },
    close: () => kept?.destroy(),
  };
}

function connected(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
  });
}

type Exchanged = Readonly<{ answer: Answer; stays: "yes" | "no" }>;

function exchange(socket: Socket, { bytes, wants, after }: Sending): Promise<Exchanged> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const timer = setTimeout(() => {
      done();
      socket.destroy();
      reject(new NoAnswerError(`no answer within ${answerMsMax / 1_000} s`));
    }, answerMsMax);
    const done = (): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on("error", () => undefined);
    };
    const over = (): void => {
      done();
      resolve({ answer: answerIn(received, wants, "closed")?.answer ?? closed, stays: "no" });
    };
    socket.on("data", (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const read = answerIn(received, wants, "open");
      if (read === null) return;
      done();
      resolve(read);
    });
    socket.on("error", () => undefined);
    socket.on("close", over);
    if (after === "end") socket.end(bytes);
    else socket.write(bytes);
  });
}

const headEnd = "\r\n\r\n";

/** The answer where it has come whole; null before that. */
function answerIn(received: Buffer, wants: Sending["wants"], line: "open" | "closed"): Exchanged | null {
  const end = received.indexOf(headEnd);
  if (end < 0) return null;
  const [first = "", ...lines] = received.toString("latin1", 0, end).split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? "0");
  const rest = received.subarray(end + headEnd.length);
  if (status >= 100 && status < 200 && status !== 101) return answerIn(rest, wants, line);
  const headers = new Map(
    lines.map((text): [string, string] => {
      const colon = text.indexOf(":");
      return [text.slice(0, colon).toLowerCase(), text.slice(colon + 1).trim()];
    }),
  );
  const body = bodyIn(rest, { headers, status, wants, line });
  if (body === null) return null;
  const stays = headers.get("connection") === "close" || line === "closed" ? "no" : "yes";
  return { answer: { status, headers, body: body.toString("utf8") }, stays };
}

type Head = Pick<Answer, "headers" | "status"> &
  Readonly<{ wants: "body" | "head"; line: "open" | "closed" }>;

function bodyIn(rest: Buffer, { headers, status, wants, line }: Head): Buffer | null {
  if (wants === "head" || status === 204 || status === 304) return Buffer.alloc(0);
  const length = headers.get("content-length");
  if (length !== undefined) return rest.length < Number(length) ? null : rest.subarray(0, Number(length));
  if (headers.get("transfer-encoding") === "chunked") return chunksIn(rest);
  return line === "closed" || status === 101 ? rest : null;
}

function chunksIn(rest: Buffer): Buffer | null {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = rest.indexOf("\r\n", at);
    if (lineEnd < 0) return null;
    const size = parseInt(rest.toString("latin1", at, lineEnd), 16);
    const begin = lineEnd + 2;
    if (rest.length < begin + size + 2) return null;
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(rest.subarray(begin, begin + size));
    at = begin + size + 2;
  }
}
