// Stands where the channels send their callbacks, passes each on to the platform and keeps a copy: true callbacks, signed by
// their networks, to be spoilt and repeated afterwards.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Recorded = Readonly<{
  path: string;
  headers: ReadonlyArray<readonly [name: string, value: string]>;
  body: Buffer;
}>;

export type Recorder = AsyncDisposable &
  Readonly<{
    url: string;
    recorded: readonly Recorded[];
    passTo(platform: string): void;
  }>;

const kept = /^(content-type|wechatpay-|alipay-)/;

export async function startRecorder(): Promise<Recorder> {
  const recorded: Recorded[] = [];
  let platform = "";
  const server = createServer((request, response) => {
    void pass(request, response).catch(() => response.writeHead(502).end());
  });
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const headers = Object.entries(request.headers).flatMap(([name, value]): Array<[string, string]> =>
      typeof value === "string" && kept.test(name) ? [[name, value]] : [],
    );
    recorded.push({ path: request.url ?? "", headers, body });
    const answer = await fetch(`${platform}${request.url}`, { method: "POST", headers, body });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
    response.end(Buffer.from(await answer.arrayBuffer()));
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    recorded,
    passTo: (url) => void (platform = url),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
