import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openConnection } from "./connection.ts";

test("a request on a connection that was closed meanwhile is refused, rather than waited for", async (context) => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  const line = await openConnection(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  context.after(() => line.close());
  const head = "GET / HTTP/1.1\r\nhost: test\r\n";
  assert.equal((await line.exchange(head, "")).body, "ok");
  const [socket] = sockets;
  assert.ok(socket);
  socket.destroy();
  await once(socket, "close");
  // This side hears of it a little later.
  await sleep(100);
  const waited = sleep(2_000, "nothing was told", { ref: false });
  const said = await Promise.race([line.exchange(head, "").catch(String), waited]);
  assert.equal(said, "Error: the connection was closed");
});
