import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { askJson, testHttp } from "./fixtures.ts";
import type { HttpApp } from "./typeProvider.ts";

function routes(app: HttpApp): void {
  app.post("/v1/orders", { config: { roles: ["operator"] } }, async () => ({ ok: true }));
}

test("a method that no route has is told so, with a body and without a content type", async () => {
  await using server = await testHttp(routes);
  for (const headers of [{}, { "content-type": "application/json" }] as const) {
    const answer = await askJson(server.url, "/v1/orders", { method: "QUERY", headers });
    assert.deepEqual([answer.status, answer.json["code"]], [404, "route_not_found"]);
  }
});

test("whoever hangs up in the middle of a body is no accident of ours", async () => {
  await using server = await testHttp(routes);
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  await once(socket, "connect");
  socket.write("POST /v1/orders HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 100\r\n\r\n");
  // “100 Continue”: the request has been begun.
  await once(socket, "data");
  socket.destroy();
  while (!server.logLines.some((line) => line["event"] === "request_hung_up"))
    await new Promise((resolve) => setTimeout(resolve, 5));
  const levels = server.logLines.map((line) => line["level"]);
  assert.ok(!levels.some((level) => level === 50 || level === "error"), JSON.stringify(server.logLines));
});

/** What the server says to these bytes, until it closes or has sent a whole problem document. */
async function said(url: string, head: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  await once(socket, "connect");
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  let text = "";
  for await (const part of socket) {
    text += String(part);
    if (text.includes('"traceId"') && text.endsWith("}")) break;
  }
  socket.destroy();
  return text;
}

const wrongHeads: ReadonlyArray<readonly [string, readonly string[], number, string]> = [
  ["no Host", ["GET /livez HTTP/1.1"], 400, "http_malformed"],
  [
    "an expectation that nobody knows",
    ["POST /v1/orders HTTP/1.1", "host: x", "expect: 200-ok", "content-length: 2"],
    417,
    "expectation_unsupported",
  ],
];
for (const [what, head, status, code] of wrongHeads) {
  test(`a request with ${what} is answered with a problem document`, async () => {
    await using server = await testHttp(routes);
    const text = await said(server.url, head);
    assert.match(text, new RegExp(`^HTTP/1.1 ${status} `));
    assert.match(text, /content-type: application\/problem\+json/i);
    assert.match(text, /connection: close/i);
    assert.equal((JSON.parse(text.slice(text.indexOf("{"))) as { code: string }).code, code);
  });
}

test("HTTP/1.0 needs no Host, and whoever asks to continue is told to", async () => {
  await using server = await testHttp(routes);
  assert.match(await said(server.url, ["GET /v1/nothing HTTP/1.0"]), /"route_not_found"/);
  const asked = ["POST /v1/nothing HTTP/1.1", "host: x", "expect: 100-continue", "content-length: 0"];
  const text = await said(server.url, asked);
  assert.match(text, /^HTTP\/1.1 100 Continue/);
  assert.match(text, /"route_not_found"/);
});

test("connections beyond the limit are told to come later, and health is answered all the same", async () => {
  await using server = await testHttp(routes, { connectionsMax: 2 });
  const held = [1, 2].map(() => connect(Number(new URL(server.url).port), "127.0.0.1"));
  await Promise.all(held.map((socket) => once(socket, "connect")));
  const get = (path: string): Promise<string> => said(server.url, [`GET ${path} HTTP/1.1`, "host: x"]);
  const refused = await get("/v1/nothing");
  assert.match(refused, /^HTTP\/1.1 503 /);
  assert.match(refused, /retry-after: \d+/i);
  assert.match(refused, /connection: close/i);
  assert.match(refused, /"code":"overloaded"/);
  assert.match(
    await said(server.url, ["GET /livez HTTP/1.1", "host: x", "connection: close"]),
    /^HTTP\/1.1 200 /,
  );
  const [first] = held;
  first?.destroy();
  let answer = refused;
  // The server sees the end of that connection a moment later.
  for (let tries = 0; tries < 100 && answer.includes("overloaded"); tries += 1)
    answer = await get("/v1/nothing");
  assert.match(answer, /"route_not_found"/);
  for (const socket of held) socket.destroy();
});
