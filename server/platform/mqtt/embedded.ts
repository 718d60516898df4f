// The broker inside this process: aedes on TCP and on WebSocket. It remembers nothing over a restart, and need not.
import { createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Aedes, type AuthenticateError, type Client } from "aedes";
import {
  BrokerUnavailableError,
  type Broker,
  type BrokerDeps,
  type CloseReason,
  type ConnectDecision,
  type PublishOptions,
  type Session,
} from "./port.ts";
import { GuardedStream } from "./guard.ts";
import { createHub, type Hub } from "./hub.ts";
import { mqttLimits } from "./limits.ts";
import { hasWildcard, keepRetainedByTopic, type RetainedStore } from "./retained.ts";
import { createWebSockets, type WebSockets } from "./websockets.ts";

type Verdict = Readonly<{ reason: CloseReason; detail: string }>;
type Connection = Readonly<{ transport: Session["transport"]; remoteAddress: string | null }>;

type State = Readonly<{
  deps: BrokerDeps;
  hub: Hub;
  /** The connection behind each aedes client, from accept on. */
  connections: Map<Duplex, Connection>;
  sessionOf: WeakMap<Client, Session>;
  clients: Map<string, Client>;
  /** Why a client is about to be disconnected, where that is known beforehand. */
  verdicts: WeakMap<Client, Verdict>;
}>;

/** MQTT 3.1.1 CONNACK return codes. */
const connackCodes = { unavailable: 3, credentials: 4, forbidden: 5 } as const;

/** Sessions are never resumed (every session is clean): queued messages would be lost on restart, rows are not. */
export function createEmbeddedBroker(
  deps: BrokerDeps,
  address: Readonly<{ host: string; port: number | null }>,
): Broker {
  const state: State = {
    deps,
    hub: createHub(deps),
    connections: new Map(),
    sessionOf: new WeakMap(),
    clients: new Map(),
    verdicts: new WeakMap(),
  };
  const aedes = createAedes(state);
  const accept = (raw: Duplex, connection: Connection): void => {
    const stream = new GuardedStream(raw, mqttLimits.packetBytesMax);
    state.connections.set(stream, connection);
    stream.on("close", () => state.connections.delete(stream));
    aedes.handle(stream);
  };
  const sockets = createWebSockets({
    isReady: () => !aedes.closed,
    accept: (stream, remoteAddress) => accept(stream, { transport: "websocket", remoteAddress }),
  });
  let server: Server | null = null;

  return {
    async start() {
      await aedes.listen();
      keepRetainedByTopic((aedes as unknown as { persistence: RetainedStore }).persistence);
      if (address.port === null) return;
      server = createServer({ noDelay: true }, (socket: Socket) =>
        accept(socket, { transport: "tcp", remoteAddress: socket.remoteAddress ?? null }),
      );
      await listen(server, { host: address.host, port: address.port });
    },
    publish: (topic, payload, options) => publish(aedes, { topic, payload, options }),
    sessions: () => state.hub.sessions,
    async closeSession(clientId, detail) {
      const client = state.clients.get(clientId);
      if (client !== undefined) await disconnect(state, client, { reason: "closedByUs", detail });
    },
    onMessage: state.hub.onMessage,
    onSession: state.hub.onSession,
    handleUpgrade: sockets.handleUpgrade,
    tcpPort() {
      const bound = server?.address();
      return bound !== null && typeof bound === "object" ? bound.port : null;
    },
    stop: () => stop(state, { aedes, sockets, server }),
  };
}

type Parts = Readonly<{ aedes: Aedes; sockets: WebSockets; server: Server | null }>;

/** Nothing new is accepted, sessions end with their reason, then connections that had not become sessions yet. */
async function stop(state: State, { aedes, sockets, server }: Parts): Promise<void> {
  const reason = { reason: "stopping", detail: "the platform is stopping" } as const;
  for (const client of state.clients.values()) state.verdicts.set(client, reason);
  const closing = new Promise<void>((resolve) =>
    server === null ? resolve() : server.close(() => resolve()),
  );
  await new Promise<void>((resolve) => aedes.close(() => resolve()));
  for (const stream of state.connections.keys()) stream.destroy();
  sockets.close();
  await closing;
  await state.hub.drained();
}

function createAedes(state: State): Aedes {
  const { gate, log } = state.deps;
  const aedes = new Aedes({
    concurrency: mqttLimits.deliveriesMax,
    connectTimeout: mqttLimits.connectMsMax,
    drainTimeout: mqttLimits.drainMsMax,
    keepaliveLimit: mqttLimits.keepAliveSecondsMax,
    queueLimit: mqttLimits.queuedBeforeConnectMax,
    maxClientsIdLength: mqttLimits.clientIdLengthMax,
    maxTopicLevels: mqttLimits.topicLevelsMax,
    preConnect(_client, packet, done) {
      // The types call it read-only; setting it is how a resumable session is turned into a clean one.
      packet.clean = true;
      const crowded = state.hub.sessions.size >= mqttLimits.sessionsMax;
      done(crowded ? new Error(`more than ${mqttLimits.sessionsMax} sessions`) : null, !crowded);
    },
    authenticate(client, username, password, done) {
      void authenticate(state, client, { username, password }).then((decision) => {
        if (decision.ok) return done(null, true);
        const { kind, reason } = decision;
        log.warn(
          { event: "mqtt_connect_refused", clientId: client.id, kind, reason },
          "a connection was refused",
        );
        const error: AuthenticateError = Object.assign(new Error(reason), { returnCode: connackCodes[kind] });
        return done(error, false);
      });
    },
    authorizePublish(client, packet, done) {
      if (client === null) return done(null);
      // Nobody but the platform leaves messages behind for later subscribers.
      packet.retain = false;
      const problem = publishProblem(state, client, packet);
      if (problem !== null) state.verdicts.set(client, { reason: "protocolError", detail: problem });
      return done(problem === null ? null : new Error(problem));
    },
    authorizeSubscribe(client, subscription, done) {
      const { topic } = subscription;
      if (!hasWildcard(topic) && gate.maySubscribe(client.id, topic)) return done(null, subscription);
      log.warn({ event: "mqtt_subscribe_refused", clientId: client.id, topic }, "not its own topic");
      return done(null, null);
    },
    published(packet, client, done) {
      // aedes calls this without a client for its own messages.
      const sender = client as Client | null;
      if (sender === null) return done(null);
      const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
      // The next bytes of this client are read once this is done: a fast sender waits for the handlers.
      void state.hub.enqueue(sender.id, { topic: packet.topic, payload }).then(() => done(null));
    },
  });
  listenToAedes(state, aedes);
  return aedes;
}

async function authenticate(
  state: State,
  client: Client,
  given: Readonly<{ username: string | undefined; password: Buffer | undefined }>,
): Promise<ConnectDecision> {
  const { username = null, password = null } = given;
  const longest = Math.max(username?.length ?? 0, password?.length ?? 0);
  if (client.id.length > mqttLimits.clientIdLengthMax || longest > mqttLimits.credentialLengthMax) {
    return { ok: false, kind: "credentials", reason: "client id, username or password is too long" };
  }
  try {
    return await state.deps.gate.authenticate({
      clientId: client.id,
      username,
      password: password === null ? null : password.toString("utf8"),
      remoteAddress: state.connections.get(client.conn)?.remoteAddress ?? null,
    });
  } catch (error) {
    return { ok: false, kind: "unavailable", reason: String(error) };
  }
}

function publishProblem(
  state: State,
  client: Client,
  packet: Readonly<{ topic: string; qos: number }>,
): string | null {
  if (packet.qos > 1) return `publish to ${packet.topic} with QoS 2, at most 1`;
  if (!state.deps.gate.mayPublish(client.id, packet.topic))
    return `publish to ${packet.topic}: not its own topic`;
  const waiting = state.hub.waiting(client.id);
  return waiting >= mqttLimits.inflightMessagesMax ? `${waiting} messages wait to be handled` : null;
}

function listenToAedes(state: State, aedes: Aedes): void {
  const { deps, hub, clients, verdicts, sessionOf } = state;
  let opened = 0;
  const end = (client: Client, reason: CloseReason, detail: string): void => {
    const session = sessionOf.get(client);
    if (session === undefined) return;
    if (clients.get(client.id) === client) clients.delete(client.id);
    hub.close(session, reason, detail);
  };
  aedes.on("clientReady", (client) => {
    if (client.closed) return;
    // aedes may announce the new client before the old one of the same id is gone.
    const before = clients.get(client.id);
    if (before !== undefined) end(before, "takenOver", "the same client connected again");
    opened += 1;
    const connection = state.connections.get(client.conn) ?? { transport: "tcp", remoteAddress: null };
    const session = {
      key: `${client.id}#${opened}`,
      clientId: client.id,
      openedAt: deps.now(),
      ...connection,
    } as const;
    sessionOf.set(client, session);
    clients.set(client.id, client);
    hub.open(session);
  });
  aedes.on("keepaliveTimeout", (client) => {
    verdicts.set(client, {
      reason: "keepAliveTimeout",
      detail: "nothing was heard within the promised time",
    });
  });
  aedes.on("clientError", (client, error) => {
    const silent = /ECONNRESET|EPIPE|premature close/i.test(error.message);
    if (!verdicts.has(client)) {
      verdicts.set(client, { reason: silent ? "connectionLost" : "protocolError", detail: error.message });
    }
  });
  aedes.on("connectionError", (client, error) => {
    const remoteAddress = state.connections.get(client.conn)?.remoteAddress ?? null;
    deps.log.warn(
      { event: "mqtt_connection_failed", remoteAddress, error: error.message },
      "no session came of it",
    );
  });
  aedes.on("clientDisconnect", (client) => {
    const { reason, detail } = verdicts.get(client) ?? ordinaryEnd(client);
    end(client, reason, detail);
  });
  // Without a listener an error event would end the process.
  (aedes as NodeJS.EventEmitter).on("error", (error: Error) => {
    deps.log.error({ event: "mqtt_broker_error", error: error.message }, "the broker reported an error");
  });
}

/** aedes notes a DISCONNECT packet in a field that it does not publish; without one the connection just broke. */
function ordinaryEnd(client: Client): Verdict {
  const saidGoodbye = (client as unknown as { _disconnected?: unknown })._disconnected === true;
  return saidGoodbye
    ? { reason: "disconnected", detail: "the client said goodbye" }
    : { reason: "connectionLost", detail: "the connection ended without a goodbye" };
}

async function disconnect(state: State, client: Client, verdict: Verdict): Promise<void> {
  state.verdicts.set(client, verdict);
  await new Promise<void>((resolve) => client.close(() => resolve()));
}

function publish(
  aedes: Aedes,
  message: Readonly<{ topic: string; payload: string; options: PublishOptions }>,
): Promise<void> {
  const { topic, payload, options } = message;
  return new Promise((resolve, reject) => {
    if (aedes.closed) return reject(new BrokerUnavailableError("the broker is not running"));
    const packet = {
      cmd: "publish",
      topic,
      payload,
      qos: options.qos,
      retain: options.retain === "yes",
      dup: false,
    } as const;
    return aedes.publish(packet, (error) => (error ? reject(error) : resolve()));
  });
}

function listen(server: Server, address: Readonly<{ host: string; port: number }>): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.port, address.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
