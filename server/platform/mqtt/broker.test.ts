// One conformance test over both brokers: the one inside the process, and a stand-alone one reached by URL.
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { connect as connectTcp, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { after, before, describe, test } from "node:test";
import { Aedes } from "aedes";
import mqtt, { type MqttClient } from "mqtt";
import pino from "pino";
import { attachToHttp, createBroker } from "./broker.ts";
import { mqttLimits } from "./limits.ts";
import { BrokerUnavailableError, type Broker, type Gate, type Message, type SessionEvent } from "./port.ts";

const log = pino({ level: "silent" });

/** Clients own the topics `clients/{clientId}/up` (theirs) and `clients/{clientId}/down` (ours). */
const gate: Gate = {
  authenticate: async ({ clientId, username, password }) => {
    if (password === "unavailable") return { ok: false, kind: "unavailable", reason: "no database" };
    if (password === "thrown") throw new Error("a bug in the gate");
    return username === clientId && password === "right"
      ? { ok: true }
      : { ok: false, kind: "credentials", reason: "wrong password" };
  },
  mayPublish: (clientId, topic) => topic === `clients/${clientId}/up`,
  maySubscribe: (clientId, filter) => filter === `clients/${clientId}/down`,
};

/** The next event; the clients' type is not that of Node's emitters. */
const next = (emitter: unknown, event: string): Promise<unknown[]> =>
  once(emitter as EventEmitter, event, { signal: AbortSignal.timeout(10_000) });

type Rig = {
  broker: Broker;
  clientUrl: string;
  http: HttpServer;
  events: SessionEvent[];
  heard: Message[];
  signal: EventEmitter;
};

function wire(broker: Broker): Pick<Rig, "events" | "heard" | "signal"> {
  const rig = { events: [] as SessionEvent[], heard: [] as Message[], signal: new EventEmitter() };
  rig.signal.setMaxListeners(100);
  broker.onMessage(async (message) => {
    rig.heard.push(message);
    rig.signal.emit("change");
    if (message.payload.toString().includes("explode")) throw new Error("a bug in a handler");
  });
  broker.onSession((event) => {
    rig.events.push(event);
    rig.signal.emit("change");
  });
  return rig;
}

async function until(rig: Rig, condition: () => boolean): Promise<void> {
  while (!condition()) await once(rig.signal, "change", { signal: AbortSignal.timeout(10_000) });
}

function brokerWith(url: string | null): Broker {
  const presenceOf = ({ topic, payload }: Message) => {
    const said = JSON.parse(payload.toString()) as { hello?: string; gone?: string };
    const connection = said.hello ?? said.gone;
    if (connection === undefined) return null;
    const state = said.hello === undefined ? ("gone" as const) : ("present" as const);
    return { clientId: topic.split("/")[1] ?? "", connection, state, detail: "test" };
  };
  const deps = { gate, log, now: () => new Date(), filters: ["clients/+/up"], presenceOf };
  return createBroker(deps, { url, host: "127.0.0.1", port: 0 });
}

async function httpServer(broker: Broker): Promise<HttpServer> {
  const http = createHttpServer();
  attachToHttp(broker, http);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return http;
}

async function embeddedRig(): Promise<Rig> {
  const broker = brokerWith(null);
  const rig = wire(broker);
  await broker.start();
  return {
    ...rig,
    broker,
    clientUrl: `mqtt://127.0.0.1:${broker.tcpPort()}`,
    http: await httpServer(broker),
  };
}

type StandAlone = { aedes: Aedes; server: Server; port: number; open: Set<Socket> };

/** A broker of its own, as an operator would run it: it lets the platform do everything and asks the gate about others. */
async function standAlone(port = 0): Promise<StandAlone> {
  const aedes = await Aedes.createBroker({
    authenticate: (client, username, password, done) => {
      if (username === "platform") return done(null, true);
      void gate
        .authenticate({
          clientId: client.id,
          username: username ?? null,
          password: String(password),
          remoteAddress: null,
        })
        .then(
          (decision) => done(null, decision.ok),
          () => done(null, false),
        );
    },
    authorizePublish: (client, packet, done) => {
      const allowed =
        client === null || client.id.startsWith("mqttjs") || gate.mayPublish(client.id, packet.topic);
      done(allowed ? null : new Error("not authorised"));
    },
    authorizeSubscribe: (client, subscription, done) => {
      const allowed = client.id.startsWith("mqttjs") || gate.maySubscribe(client.id, subscription.topic);
      done(null, allowed ? subscription : null);
    },
  });
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket.on("close", () => open.delete(socket)));
    aedes.handle(socket);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return { aedes, server, open, port: (server.address() as AddressInfo).port };
}

async function stopStandAlone({ aedes, server, open }: StandAlone): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await new Promise<void>((resolve) => aedes.close(() => resolve()));
  for (const socket of open) socket.destroy();
  await closed;
}

async function externalRig(outside: StandAlone): Promise<Rig> {
  const broker = brokerWith(`mqtt://platform:secret@127.0.0.1:${outside.port}`);
  const rig = wire(broker);
  const subscribed = next(outside.aedes, "subscribe");
  await broker.start();
  await subscribed;
  return { ...rig, broker, clientUrl: `mqtt://127.0.0.1:${outside.port}`, http: await httpServer(broker) };
}

let connections = 0;
/** Connects as terminals do: a last will, then hello. */
async function connect(rig: Rig, clientId: string, url = rig.clientUrl): Promise<MqttClient> {
  connections += 1;
  const connection = String(connections);
  const client = mqtt.connect(url, {
    clientId,
    username: clientId,
    password: "right",
    reconnectPeriod: 0,
    keepalive: 60,
    will: {
      topic: `clients/${clientId}/up`,
      payload: Buffer.from(JSON.stringify({ gone: connection })),
      qos: 0,
      retain: false,
    },
  });
  client.on("error", () => undefined);
  await next(client, "connect");
  await client.publishAsync(`clients/${clientId}/up`, JSON.stringify({ hello: connection }), { qos: 1 });
  return client;
}

async function refusal(rig: Rig, options: mqtt.IClientOptions): Promise<Error> {
  const client = mqtt.connect(rig.clientUrl, { reconnectPeriod: 0, keepalive: 60, ...options });
  const [error] = (await next(client, "error")) as [Error];
  client.end(true);
  return error;
}

const kinds = (rig: Rig, clientId: string): string[] =>
  rig.events
    .filter(({ session }) => session.clientId === clientId)
    .map((event) => (event.kind === "open" ? "open" : event.reason));
const texts = (rig: Rig, clientId: string): string[] =>
  rig.heard
    .filter(({ topic }) => topic === `clients/${clientId}/up`)
    .map(({ payload }) => payload.toString());

function conformance(rig: () => Rig): void {
  test("a client with the right password has a session, is heard and is reached", async () => {
    const client = await connect(rig(), "c1");
    await until(rig(), () => rig().broker.sessions().has("c1"));
    await client.subscribeAsync("clients/c1/down", { qos: 1 });
    const arrived = next(client, "message");
    await rig().broker.publish("clients/c1/down", '{"n":1}', { qos: 1, retain: "no" });
    const [topic, payload] = (await arrived) as [string, Buffer];
    assert.deepEqual([topic, payload.toString()], ["clients/c1/down", '{"n":1}']);
    await client.publishAsync("clients/c1/up", '{"n":2}', { qos: 1 });
    await until(rig(), () => texts(rig(), "c1").includes('{"n":2}'));
    client.end(true);
    await until(rig(), () => !rig().broker.sessions().has("c1"));
    assert.deepEqual(kinds(rig(), "c1"), ["open", "connectionLost"]);
  });

  test("a wrong password, another's name and a failing gate are all refused without a session", async () => {
    for (const [clientId, username, password] of [
      ["c2", "c2", "wrong"],
      ["c2", "someone", "right"],
      ["c2", "c2", "unavailable"],
      ["c2", "c2", "thrown"],
    ] as const) {
      assert.match((await refusal(rig(), { clientId, username, password })).message, /refused/i);
    }
    assert.deepEqual(kinds(rig(), "c2"), []);
  });

  test("messages of one client are handled in their order, whatever a handler throws", async () => {
    const client = await connect(rig(), "c3");
    const sent = Array.from({ length: 40 }, (_, n) =>
      JSON.stringify(n % 7 === 0 ? { n, explode: true } : { n }),
    );
    await Promise.all(sent.map((text) => client.publishAsync("clients/c3/up", text, { qos: 1 })));
    await until(rig(), () => texts(rig(), "c3").length === sent.length + 1);
    assert.deepEqual(texts(rig(), "c3").slice(1), sent);
    client.end(true);
  });

  test("a client cannot subscribe to another's topics, not even by wildcard", async () => {
    const client = await connect(rig(), "c4");
    for (const filter of ["clients/c3/down", "clients/+/down", "clients/#", "#", "$SYS/#", "clients/c4/up"]) {
      const [granted] = await client.subscribeAsync(filter, { qos: 1 }).catch(() => [{ qos: 128 }]);
      assert.equal(granted?.qos ?? 128, 128, filter);
    }
    client.end(true);
  });

  test("a client that publishes to another's topic is not heard and loses its session", async () => {
    const client = await connect(rig(), "c5");
    const closed = next(client, "close");
    client.publish("clients/c3/up", '{"forged":1}', { qos: 0 });
    await closed;
    await until(rig(), () => !rig().broker.sessions().has("c5"));
    assert.ok(!texts(rig(), "c3").includes('{"forged":1}'));
  });

  test("the second connection of a client takes the session over, in this order", async () => {
    const first = await connect(rig(), "c6");
    await until(rig(), () => kinds(rig(), "c6").length === 1);
    const firstClosed = next(first, "close");
    const second = await connect(rig(), "c6");
    await firstClosed;
    await until(rig(), () => kinds(rig(), "c6").length >= 3);
    assert.equal(kinds(rig(), "c6")[0], "open");
    assert.equal(kinds(rig(), "c6").at(-1), "open");
    const [opened, closed] = rig().events.filter(({ session }) => session.clientId === "c6");
    assert.equal(closed?.session.key, opened?.session.key);
    assert.ok(rig().broker.sessions().has("c6"));
    second.end(true);
  });

  test("a message of a session that was closed by us opens no hole: the client is gone from the table", async () => {
    const client = await connect(rig(), "c7");
    await until(rig(), () => rig().broker.sessions().has("c7"));
    await rig().broker.closeSession("c7", "suspended");
    assert.equal(rig().broker.sessions().has("c7"), false);
    assert.deepEqual(kinds(rig(), "c7"), ["open", "closedByUs"]);
    client.end(true);
  });

  test("a retained message reaches whoever subscribes later; a client's own retain flag does not", async () => {
    await rig().broker.publish("clients/c8/down", '{"kept":1}', { qos: 1, retain: "yes" });
    const client = await connect(rig(), "c8");
    const arrived = next(client, "message");
    await client.subscribeAsync("clients/c8/down", { qos: 1 });
    assert.equal(String((await arrived)[1]), '{"kept":1}');
    client.end(true);
  });

  test("a browser reaches the broker over WebSocket under /mqtt, and nothing else is upgraded", async () => {
    const { port } = rig().http.address() as AddressInfo;
    const client = await connect(rig(), "c9", `ws://127.0.0.1:${port}/mqtt`);
    await until(rig(), () => rig().broker.sessions().has("c9"));
    await client.subscribeAsync("clients/c9/down", { qos: 1 });
    const arrived = next(client, "message");
    await rig().broker.publish("clients/c9/down", '{"n":9}', { qos: 1, retain: "no" });
    assert.equal(String((await arrived)[1]), '{"n":9}');
    client.end(true);
    const stray = connectTcp(port, "127.0.0.1");
    stray.write("GET /other HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    const [answer] = (await once(stray, "data")) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 404 /);
    stray.destroy();
  });
}

describe("embedded broker", () => {
  let rig: Rig;
  before(async () => {
    rig = await embeddedRig();
  });
  after(async () => {
    await rig.broker.stop();
    rig.http.close();
    rig.http.closeAllConnections();
  });
  conformance(() => rig);

  test("a packet larger than allowed ends the connection before it is read", async () => {
    const client = await connect(rig, "e1");
    const closed = next(client, "close");
    client.publish("clients/e1/up", "x".repeat(mqttLimits.packetBytesMax), { qos: 0 });
    await closed;
    await until(rig, () => kinds(rig, "e1").length === 2);
    assert.deepEqual(kinds(rig, "e1"), ["open", "protocolError"]);
    assert.deepEqual(
      texts(rig, "e1").filter((text) => text.includes("xxx")),
      [],
    );
  });

  test("garbage, a lying length and half a handshake end nothing but their own connection", async () => {
    for (const bytes of [
      Buffer.from("GET / HTTP/1.1\r\n\r\n"),
      Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0x7f]),
      Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]),
      Buffer.from([0x00, 0x00]),
      Buffer.from([0x10, 0x02, 0x00, 0x04]),
      Buffer.alloc(65_536, 0xf0),
    ]) {
      const socket = connectTcp(rig.broker.tcpPort()!, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.end(bytes);
      await once(socket, "close");
    }
    const client = await connect(rig, "e2");
    await until(rig, () => rig.broker.sessions().has("e2"));
    client.end(true);
  });

  test("a goodbye, a kept session and an endless keepalive: noted, made clean, refused", async () => {
    const client = mqtt.connect(rig.clientUrl, {
      clientId: "e3",
      username: "e3",
      password: "right",
      clean: false,
      reconnectPeriod: 0,
    });
    const [connack] = (await next(client, "connect")) as [{ sessionPresent: boolean }];
    assert.equal(connack.sessionPresent, false);
    await client.subscribeAsync("clients/e3/down", { qos: 1 });
    await client.endAsync();
    await until(rig, () => kinds(rig, "e3").length === 2);
    assert.deepEqual(kinds(rig, "e3"), ["open", "disconnected"]);
    await rig.broker.publish("clients/e3/down", "{}", { qos: 1, retain: "no" });
    const again = mqtt.connect(rig.clientUrl, {
      clientId: "e3",
      username: "e3",
      password: "right",
      clean: false,
      reconnectPeriod: 0,
    });
    const [second] = (await next(again, "connect")) as [{ sessionPresent: boolean }];
    assert.equal(second.sessionPresent, false);
    again.end(true);
    await refusal(rig, { clientId: "e4", username: "e4", password: "right", keepalive: 0 });
    assert.deepEqual(kinds(rig, "e4"), []);
  });

  test("QoS 2 is refused: one hop, at least once, idempotent above", async () => {
    const client = await connect(rig, "e5");
    const closed = next(client, "close");
    client.publish("clients/e5/up", "{}", { qos: 2 });
    await closed;
    await until(rig, () => kinds(rig, "e5").length === 2);
    assert.deepEqual(kinds(rig, "e5"), ["open", "protocolError"]);
  });

  test("a WebSocket before the start and after the stop is answered 503", async () => {
    const broker = brokerWith(null);
    const http = await httpServer(broker);
    const answer = async (): Promise<string> => {
      const socket = connectTcp((http.address() as AddressInfo).port, "127.0.0.1");
      socket.write("GET /mqtt HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
      const [bytes] = (await once(socket, "data")) as [Buffer];
      socket.destroy();
      return bytes.toString();
    };
    assert.match(await answer(), /^HTTP\/1\.1 503 /);
    await broker.start();
    await broker.stop();
    assert.match(await answer(), /^HTTP\/1\.1 503 /);
    http.close();
  });

  test("a stranger who asks for an upgrade and resets the connection ends nothing but that connection", async () => {
    const { port } = rig.http.address() as AddressInfo;
    for (const path of ["/", "/mqtt", "/mqtt/", "/v1/payments"])
      for (const protocol of ["websocket", "h2c"]) {
        const closed = new Promise<void>((resolve) => {
          rig.http.once("connection", (arrived: Socket) => arrived.once("close", () => resolve()));
        });
        const socket = connectTcp(port, "127.0.0.1").on("error", () => undefined);
        await once(socket, "connect");
        socket.write(
          `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`,
        );
        socket.resetAndDestroy();
        await closed;
      }
    const client = await connect(rig, "e7", `ws://127.0.0.1:${port}/mqtt`);
    await client.endAsync();
  });

  test("stopping closes every session with its reason, and nothing can be published afterwards", async () => {
    const own = await embeddedRig();
    const client = await connect(own, "e6");
    await until(own, () => own.broker.sessions().has("e6"));
    await own.broker.stop();
    own.http.close();
    assert.deepEqual(kinds(own, "e6"), ["open", "stopping"]);
    await assert.rejects(
      own.broker.publish("clients/e6/down", "{}", { qos: 1, retain: "no" }),
      BrokerUnavailableError,
    );
    client.end(true);
  });
});

describe("external broker", () => {
  let outside: StandAlone;
  let rig: Rig;
  before(async () => {
    outside = await standAlone();
    rig = await externalRig(outside);
  });
  after(async () => {
    await rig.broker.stop();
    rig.http.close();
    rig.http.closeAllConnections();
    await stopStandAlone(outside);
  });
  conformance(() => rig);

  test("a broker that goes away and comes back is used again, and says so meanwhile", async () => {
    await stopStandAlone(outside);
    await assert.rejects(
      rig.broker.publish("clients/x/down", "{}", { qos: 1, retain: "no" }),
      BrokerUnavailableError,
    );
    outside = await standAlone(outside.port);
    await next(outside.aedes, "subscribe");
    const client = await connect(rig, "x1");
    await until(rig, () => rig.broker.sessions().has("x1"));
    client.end(true);
    await until(rig, () => kinds(rig, "x1").length === 2);
    assert.deepEqual(kinds(rig, "x1"), ["open", "connectionLost"]);
  });
});
