// A network cable between a page and the platform, which can be pulled: every connection breaks, no new one is made.
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export type Cable = Readonly<{
  /** The platform's address at this end of the cable. */
  url: string;
  pull(): void;
  plugIn(): void;
  [Symbol.asyncDispose](): Promise<void>;
}>;

/** Lays a cable to a platform. */
export async function layCable(platformUrl: string): Promise<Cable> {
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
    near.pipe(far).pipe(near);
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
