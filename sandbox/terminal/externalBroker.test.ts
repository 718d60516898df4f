// The same way of an announcement over a broker of somebody else, which asks the platform who may do what.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { Aedes } from "aedes";
import { openShop, operatorToken, realTime, until, type Shop } from "./fixtures.ts";

let shop: Shop;
let outside: Awaited<ReturnType<typeof standAlone>>;

before(async () => {
  outside = await standAlone(() => shop.platform().url);
  const address = `127.0.0.1:${outside.port}`;
  shop = await openShop({
    mqttUrl: `mqtt://platform:secret@${address}`,
    terminalsMqttUrl: `mqtt://${address}`,
  });
  await until(() => outside.platformListens());
});
after(async () => {
  await shop.stop();
  await outside.stop();
});

/** Asks the platform as an operator’s broker would be configured to; the platform itself has an account of its own. */
async function standAlone(platformUrl: () => string) {
  const ask = async (path: string, body: Record<string, string>): Promise<boolean> => {
    const headers = { authorization: `Bearer ${operatorToken}`, "content-type": "application/json" };
    // A broker that cannot ask lets nobody in; the platform may be gone before its last client is.
    const reply = await fetch(`${platformUrl()}${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    }).catch(() => null);
    return reply !== null && reply.ok && ((await reply.json()) as { result: string }).result === "allow";
  };
  const own = new WeakSet<object>();
  const may = (client: { id: string } | null, topic: string, action: string): Promise<boolean> =>
    client === null || own.has(client)
      ? Promise.resolve(true)
      : ask("/v1/broker/authorizations", { clientid: client.id, topic, action });
  let listening = 0;
  const aedes = await Aedes.createBroker({
    maxClientsIdLength: 64,
    authenticate: (client, username, password, done) => {
      if (username === "platform" && String(password) === "secret") {
        own.add(client);
        return done(null, true);
      }
      const given = { clientid: client.id, username: username ?? "", password: String(password) };
      return void ask("/v1/broker/authentications", given).then((allowed) => done(null, allowed));
    },
    authorizePublish: (client, { topic }, done) =>
      void may(client, topic, "publish").then((allowed) =>
        done(allowed ? null : new Error("not authorised")),
      ),
    authorizeSubscribe: (client, subscription, done) =>
      void may(client, subscription.topic, "subscribe").then((allowed) =>
        done(null, allowed ? subscription : null),
      ),
  });
  aedes.on("subscribe", (_subscriptions, client) => void (own.has(client) && (listening += 1)));
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket.on("close", () => open.delete(socket)));
    aedes.handle(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    platformListens: () => listening > 0,
    async stop() {
      server.close();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      for (const socket of open) socket.destroy();
    },
  };
}

test("a terminal is let in by its signature, hears what it missed and what comes, each once", async () => {
  const bench = await shop.terminal();
  await shop.pay(bench.terminalId, 100n);
  await bench.terminal.connect();
  await until(() => bench.speaker.played.length === 1);
  await shop.pay(bench.terminalId, 200n);
  await until(() => bench.speaker.played.length === 2);
  await bench.terminal.goOffline();
  await until(() => !shop.platform().broker.sessions().has(bench.terminalId));
  await shop.pay(bench.terminalId, 300n);
  await bench.terminal.connect();
  await until(() => bench.speaker.played.length === 3);
  await bench.terminal.idle();
  await realTime.sleep(100);
  assert.deepEqual(
    bench.speaker.played.map(({ text }) => text),
    ["支付宝收款，一元", "支付宝收款，两元", "支付宝收款，三元"],
  );
});

test("a browser reaches the external broker through the platform's own port", async () => {
  const bench = await shop.terminal({ transport: "websocket" });
  await bench.terminal.connect();
  await shop.pay(bench.terminalId, 400n);
  await until(() => bench.speaker.played.length === 1);
});

test("a stranger's questions about the gate are refused without the operator's key", async () => {
  const body = JSON.stringify({ clientid: "a", topic: "b", action: "publish" });
  const headers = { "content-type": "application/json" };
  const reply = await fetch(`${shop.platform().url}/v1/broker/authorizations`, {
    method: "POST",
    headers,
    body,
  });
  assert.equal(reply.status, 401);
});
