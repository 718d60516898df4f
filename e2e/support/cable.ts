// A network cable between a page and the platform, which can be pulled: every connection breaks, no new one is made.
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export type Cable = Readonly<{
  /** The platform's address at this end of the cable. */
  url: string;
  pull(): void;
  plugIn(): void;
  [Symbol.asyncDispose](): Promise<void>;
}>;

/** Scripts that a test adds at the platform’s address, by their path. */
export type AddedScripts = ReadonlyMap<string, string>;

/** Lays a cable to a platform. What a test adds is answered at this end of it. */
export async function layCable(platformUrl: string, added: AddedScripts = new Map()): Promise<Cable> {
  const { hostname, port } = new URL(platformUrl);
  const open = new Set<Socket>();
  let state: "plugged" | "pulled" = "plugged";
  const server = createServer((near) => {
    if (state === "pulled") return void near.destroy();
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    // A request without a body comes as one piece, and a browser sends the next one after the answer.
    near.on("data", (piece: Buffer) => {
      const script = added.get(/^GET (\S+) HTTP/.exec(piece.toString("latin1"))?.[1] ?? "");
      if (script !== undefined) near.write(answerOf(script));
      else if (!far.write(piece)) {
        near.pause();
        far.once("drain", () => near.resume());
      }
    });
    near.on("end", () => far.end());
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const breakAll = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pull: () => {
      state = "pulled";
      breakAll();
    },
    plugIn: () => void (state = "plugged"),
    async [Symbol.asyncDispose]() {
      breakAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answerOf(script: string): string {
  const head = [
    "HTTP/1.1 200 OK",
    "content-type: text/javascript",
    `content-length: ${Buffer.byteLength(script)}`,
  ];
  return `${head.join("\r\n")}\r\n\r\n${script}`;
}
