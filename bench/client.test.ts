import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import type { ClientQuestions } from "./client.ts";
import { startPart } from "./processes.ts";

test("in an open loop every connection has its turn: a server closes one that says nothing", async () => {
  const byConnection = new Map<number | undefined, number>();
  const server = createServer((request, response) => {
    const { remotePort } = request.socket;
    byConnection.set(remotePort, (byConnection.get(remotePort) ?? 0) + 1);
    const text = JSON.stringify({ id: `pay_${remotePort}`, state: "succeeded", amount: 1 });
    request.resume().on("end", () => response.end(text));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = startPart<ClientQuestions>("client.ts");
  try {
    const { port } = server.address() as AddressInfo;
    const shop = { merchantId: "mer_1", merchantKey: "sk_1", terminals: [{ terminalId: "", deviceKey: "" }] };
    await client.ask("run", {
      ...{ url: `http://127.0.0.1:${port}`, shops: [shop], proof: "bearer" },
      ...{ connections: 4, perSecond: 20, durationMs: 1_000 },
    });
    const turns = [...byConnection.values()];
    assert.equal(turns.length, 4);
    // Five each, but for a moment in which the machine was busy.
    assert.ok(Math.min(...turns) >= 2, turns.join());
  } finally {
    await client.end();
    server.close();
  }
});
