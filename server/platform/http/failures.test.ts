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
