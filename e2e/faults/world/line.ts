// A line to somewhere that may move, and that may swallow everything: no answer, no end, as behind a broken router.
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export type Line = Readonly<{
  /** Port at this end. */
  port: number;
  /** “swallows”: what is sent arrives nowhere, and nobody is told. */
  become(state: "carries" | "swallows"): void;
  [Symbol.asyncDispose](): Promise<void>;
}>;

/** Lays a line to a port of this machine: for each connection to the one that is named then. */
export async function layLine(farPort: () => number): Promise<Line> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let state: "carries" | "swallows" = "carries";
  const server = createServer((near) => {
    const far = connect(farPort(), "127.0.0.1");
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on("data", (bytes: Buffer) => {
        if (state === "carries") to.write(bytes);
      });
      from.on("error", () => undefined);
      from.on("close", () => {
        pairs.delete(pair);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    become: (wanted) => {
      // Half a message is in there from before: a connection that lost bytes is of no use any more.
      if (state === "swallows") for (const pair of pairs) for (const socket of pair) socket.destroy();
      state = wanted;
    },
    async [Symbol.asyncDispose]() {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
