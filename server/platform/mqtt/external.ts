// Any MQTT 3.1.1 broker at a URL. It authenticates clients itself (by asking us, see modules/terminals), so that
// sessions are known here only from what clients say: a first message, a goodbye, a last will, or silence.
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Duplex } from "node:stream";
import mqtt, { type MqttClient } from "mqtt";
import { BrokerUnavailableError, type Broker, type BrokerDeps, type Presence, type Session } from "./port.ts";
import { GuardedStream } from "./guard.ts";
import { createHub, type Hub } from "./hub.ts";
import { mqttLimits } from "./limits.ts";
import { createWebSockets } from "./websockets.ts";

type Known = Readonly<{ session: Session; connection: string; heardAtMs: number }>;

/** Connects to `url` (mqtt:// or mqtts://, credentials included) as an ordinary client with rights on all topics. */
export function createExternalBroker(deps: BrokerDeps, address: Readonly<{ url: string }>): Broker {
  const hub = createHub(deps);
  const known = new Map<string, Known>();
  const sockets = createWebSockets({
    isReady: () => client !== null,
    accept: (stream) => bridge(deps, stream, address.url),
  });
  const unanswered = new Set<() => void>();
  let client: MqttClient | null = null;
  let silenceTimer: NodeJS.Timeout | null = null;

  return {
    async start() {
      client = connect(deps, address.url);
      client.on("close", () => {
        for (const giveUp of unanswered) giveUp();
      });
      client.on("message", (topic, payload) => {
        const message = { topic, payload };
        const presence = deps.presenceOf(message);
        if (presence !== null) observe({ deps, hub, known }, presence);
        // Topics are per client, so one queue a topic keeps a client's messages of one kind in order.
        if (hub.waiting(topic) < mqttLimits.inflightMessagesMax) void hub.enqueue(topic, message);
        else deps.log.warn({ event: "mqtt_message_dropped", topic }, "too many messages wait to be handled");
      });
      silenceTimer = setInterval(() => endSilent({ hub, known }), mqttLimits.sessionSilenceCheckMs);
    },
    async publish(topic, payload, { qos, retain }) {
      // Not queued for later: rows are the truth, and whoever reconnects asks.
      if (client?.connected !== true)
        throw new BrokerUnavailableError("the external broker is not connected");
      await publish({ client, unanswered }, { topic, payload, qos, retain: retain === "yes" });
    },
    sessions: () => hub.sessions,
    async closeSession(clientId, detail) {
      const present = known.get(clientId);
      known.delete(clientId);
      if (present !== undefined) hub.close(present.session, "closedByUs", detail);
    },
    onMessage: hub.onMessage,
    onSession: hub.onSession,
    handleUpgrade: sockets.handleUpgrade,
    tcpPort: () => null,
    async stop() {
      if (silenceTimer !== null) clearInterval(silenceTimer);
      await client?.endAsync(true);
      client = null;
      sockets.close();
      for (const { session } of known.values()) hub.close(session, "stopping", "the platform is stopping");
      known.clear();
      await hub.drained();
    },
  };
}

/** Connects and keeps connecting; subscribes again after every connection. */
function connect(deps: BrokerDeps, url: string): MqttClient {
  const client = mqtt.connect(url, {
    clean: true,
    reconnectPeriod: mqttLimits.externalReconnectMs,
    connectTimeout: mqttLimits.externalConnectMsMax,
    keepalive: mqttLimits.externalKeepAliveSeconds,
    protocolVersion: 4,
    queueQoSZero: false,
    resubscribe: false,
  });
  client.on("connect", () => {
    client.subscribe([...deps.filters], { qos: 1 }, (error, granted) => {
      const refused = (granted ?? []).filter(({ qos }) => Number(qos) > 2).map(({ topic }) => topic);
      if (error || refused.length > 0) {
        deps.log.error(
          { event: "mqtt_external_subscribe_failed", refused, error: error?.message },
          "the external broker refused a subscription: nothing from clients will be heard",
        );
        return;
      }
      deps.log.info({ event: "mqtt_external_connected" }, "connected to the external broker");
    });
  });
  client.on("error", (error) => {
    deps.log.warn(
      { event: "mqtt_external_error", error: error.message },
      "the external broker cannot be used",
    );
  });
  client.on("close", () => {
    deps.log.info({ event: "mqtt_external_closed" }, "not connected to the external broker");
  });
  return client;
}

type Outgoing = Readonly<{ topic: string; payload: string; qos: 0 | 1; retain: boolean }>;

/** Publishes, and gives up as soon as the connection is lost: the library would wait for the next one. */
function publish(
  deps: Readonly<{ client: MqttClient; unanswered: Set<() => void> }>,
  { topic, payload, qos, retain }: Outgoing,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      deps.unanswered.delete(giveUp);
      reject(new BrokerUnavailableError("the connection to the external broker was lost"));
    };
    deps.unanswered.add(giveUp);
    deps.client.publish(topic, payload, { qos, retain }, (error) => {
      deps.unanswered.delete(giveUp);
      if (error) reject(error);
      else resolve();
    });
  });
}

type Observed = Readonly<{ deps: BrokerDeps; hub: Hub; known: Map<string, Known> }>;

function observe({ deps, hub, known }: Observed, presence: Presence): void {
  const { clientId, connection } = presence;
  const before = known.get(clientId);
  if (presence.state === "gone") {
    // The will of a connection that was replaced meanwhile says nothing about its successor.
    if (before?.connection !== connection) return;
    known.delete(clientId);
    hub.close(before.session, presence.detail === "bye" ? "disconnected" : "connectionLost", presence.detail);
    return;
  }
  const heardAtMs = performance.now();
  if (before?.connection === connection) {
    known.set(clientId, { ...before, heardAtMs });
    return;
  }
  if (before !== undefined) hub.close(before.session, "takenOver", "the same client connected again");
  const session: Session = {
    key: `${clientId}#${connection}`,
    clientId,
    transport: "external",
    remoteAddress: null,
    openedAt: deps.now(),
  };
  known.set(clientId, { session, connection, heardAtMs });
  hub.open(session);
}

function endSilent({ hub, known }: Readonly<{ hub: Hub; known: Map<string, Known> }>): void {
  const heardAfterMs = performance.now() - mqttLimits.sessionSilenceMsMax;
  for (const [clientId, { session, heardAtMs }] of known) {
    if (heardAtMs >= heardAfterMs) continue;
    known.delete(clientId);
    hub.close(session, "keepAliveTimeout", "nothing was heard within the allowed time");
  }
}

/** Carries the bytes of a browser's WebSocket to the broker and back: it speaks MQTT with the broker itself. */
function bridge(deps: BrokerDeps, browser: Duplex, url: string): void {
  const { protocol, hostname, port } = new URL(url);
  const secure = protocol === "mqtts:";
  const options = { host: hostname, port: Number(port || (secure ? 8883 : 1883)) };
  const broker = secure ? connectTls({ ...options, servername: hostname }) : connectTcp(options);
  const guarded = new GuardedStream(browser, mqttLimits.packetBytesMax);
  const end = (error?: Error): void => {
    if (error)
      deps.log.warn({ event: "mqtt_bridge_closed", error: error.message }, "a bridged connection broke");
    guarded.destroy();
    broker.destroy();
  };
  guarded.on("error", end).on("close", () => end());
  broker.on("error", end).on("close", () => end());
  guarded.pipe(broker).pipe(guarded);
}
