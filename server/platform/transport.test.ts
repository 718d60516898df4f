import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import type { Transport } from "../channels/port.ts";
import { limits } from "./limits.ts";
import { accidents } from "./testing/accidents.ts";
import { ReplyTooLargeError, sendOnce } from "./transport.ts";

type Seen = { method: string; body: string; headers: IncomingMessage["headers"] };

async function peer(
  answer: (response: ServerResponse, request: IncomingMessage) => void,
): Promise<AsyncDisposable & { url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      seen.push({ method: request.method ?? "", body, headers: request.headers });
      answer(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const dispose = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}/gateway`, seen, [Symbol.asyncDispose]: dispose };
}
const request = {
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: "a=你",
  timeoutMs: 5_000,
};

test("it is what the channel port asks for", () => {
  const transport: Transport = sendOnce;
  assert.equal(typeof transport, "function");
});

test("a request is sent as given, and any status is an answer", async () => {
  await using channel = await peer((response) => response.writeHead(502, { "x-trace": "1" }).end("down"));
  const reply = await sendOnce({ ...request, url: channel.url });
  assert.deepEqual(
    [reply.status, Buffer.from(reply.body).toString(), reply.headers["x-trace"]],
    [502, "down", "1"],
  );
  assert.deepEqual(
    [channel.seen.length, channel.seen[0]?.method, channel.seen[0]?.body],
    [1, "POST", "a=你"],
  );
  await sendOnce({ ...request, method: "GET", url: channel.url });
  assert.deepEqual([channel.seen[1]?.method, channel.seen[1]?.body], ["GET", ""]);
});

test("bytes are asked for as they are, and a reply that somebody packed on the way is an error that says so", async () => {
  await using channel = await peer((response, { url }) =>
    response.writeHead(200, { "content-encoding": url === "/packed" ? "gzip" : "identity" }).end("ok"),
  );
  assert.equal(Buffer.from((await sendOnce({ ...request, url: channel.url })).body).toString(), "ok");
  const { accept, "accept-encoding": encoding } = channel.seen[0]?.headers ?? {};
  assert.deepEqual([accept, encoding], ["*/*", "identity"]);
  const packed = sendOnce({ ...request, url: new URL("/packed", channel.url).href });
  await assert.rejects(packed, { name: "TypeError", message: /encoded as gzip/ });
});

test("a reply that came whole leaves its connection to the next request; a broken one takes it along", async () => {
  const ports = new Set<number | undefined>();
  await using channel = await peer((response, { url, socket }) => {
    ports.add(socket.remotePort);
    response.end(url === "/long" ? Buffer.alloc(2 * limits.channelReplyBytesMax) : "ok");
  });
  const { origin } = new URL(channel.url);
  for (const path of ["/1", "/2", "/3"]) await sendOnce({ ...request, url: origin + path });
  assert.equal(ports.size, 1);
  await assert.rejects(sendOnce({ ...request, url: `${origin}/long` }), ReplyTooLargeError);
  await sendOnce({ ...request, url: `${origin}/4` });
  assert.equal(ports.size, 2);
});

test("the body of a reply is handed on byte by byte, whatever charset it names", async () => {
  await using channel = await peer((response) =>
    response.writeHead(200, { "content-type": "text/html; charset=GBK" }).end(Buffer.from("c4e3bac3", "hex")),
  );
  assert.equal(
    Buffer.from((await sendOnce({ ...request, url: channel.url })).body).toString("hex"),
    "c4e3bac3",
  );
});

for (const [what, answer, expected, timeoutMs] of accidents) {
  test(`${what} is an error, and the request was sent once`, async () => {
    await using channel = await peer((response, incoming) => void answer(response, incoming));
    await assert.rejects(sendOnce({ ...request, url: channel.url, timeoutMs }), expected);
    assert.equal(channel.seen.length, 1);
  });
}

test("a simulated channel on this machine has no TLS: the certificate stays unshown, the request is sent", async () => {
  await using channel = await peer((response) => response.end("ok"));
  const clientCertificate = { certificatePem: "none", privateKeyPem: "none" };
  const reply = await sendOnce({ ...request, url: channel.url, clientCertificate });
  assert.equal(Buffer.from(reply.body).toString(), "ok");
  assert.equal(channel.seen.length, 1);
});

test("a caller may wait for more than is usual, and for no more than it says", async () => {
  const bytes = limits.channelReplyBytesMax + 1;
  await using channel = await peer((response) => response.end(Buffer.alloc(bytes)));
  const sent = { ...request, url: channel.url };
  assert.equal((await sendOnce({ ...sent, replyBytesMax: bytes })).body.length, bytes);
  await assert.rejects(sendOnce({ ...sent, replyBytesMax: bytes - 1 }), ReplyTooLargeError);
});
