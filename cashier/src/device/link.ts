// The connection over which the platform speaks to this terminal: MQTT over WebSocket on the same address.
// A lost connection is dialled again for ever, with longer and longer pauses; each dial is signed anew.
import type { IClientOptions, MqttClient } from "mqtt";
import {
  terminalTopic,
  topicsToTerminal,
  type TopicFromTerminal,
  type TopicToTerminal,
} from "@huiyin/contract/events/topics.ts";
import { mqttPassword, type DeviceKey } from "@huiyin/contract/signature.ts";
import { createStore, type Store } from "../store.ts";
import type { PlatformClock } from "./clock.ts";
import { newNonce } from "./identity.ts";

export type Connection = "connecting" | "online" | "offline";

export type LinkDeps = Readonly<{
  clock: PlatformClock;
  key: DeviceKey;
  onMessage(topic: TopicToTerminal, payload: unknown): void;
  /** After each connection, once the topics are subscribed. `connection` is new each time. */
  onOnline(connection: string): void;
  /** The broker refused us: the key may be gone, or the clock off. */
  onRefused(): Promise<void>;
  /** The last will for a connection. */
  lastWill(connection: string): unknown;
}>;

export type Link = Readonly<{
  state: Store<Connection>;
  /** Sends and waits for the broker's acknowledgement; false where none came. */
  publish(topic: TopicFromTerminal, payload: unknown): Promise<boolean>;
  /** Dials now instead of later. */
  hurry(): void;
}>;

const redialMsMin = 500;
const redialMsMax = 8_000;
const connectMsMax = 8_000;
const acknowledgeMsMax = 5_000;
const keepAliveSeconds = 20;
/** CONNACK of MQTT 3.1.1: bad user name or password, not authorised. */
const refusedCodes = [4, 5];

/** One connection and all that follow it. */
type Line = LinkDeps & {
  readonly state: Store<Connection>;
  client: MqttClient | null;
  redialMs: number;
  redial: ReturnType<typeof setTimeout> | null;
  dialling: boolean;
};

export function createLink(deps: LinkDeps): Link {
  const line: Line = {
    ...deps,
    state: createStore<Connection>("connecting"),
    client: null,
    redialMs: redialMsMin,
    redial: null,
    dialling: false,
  };
  void dial(line);
  return {
    state: line.state,
    hurry: () => {
      line.redialMs = redialMsMin;
      if (line.redial !== null) clearTimeout(line.redial);
      void dial(line);
    },
    publish: (topic, payload) => publish(line, topic, payload),
  };
}

async function dial(line: Line): Promise<void> {
  if (line.dialling || line.state.get() === "online") return;
  line.dialling = true;
  line.redial = null;
  try {
    const { default: mqtt } = await import("mqtt");
    const connection = newNonce();
    const client = mqtt.connect(brokerUrl(), await optionsOf(line, connection));
    line.client = client;
    attend(line, client, connection);
  } catch {
    // The program of the connection itself could not be loaded: the network is gone.
    line.dialling = false;
    lost(line);
  }
}

async function optionsOf({ clock, key, lastWill }: Line, connection: string): Promise<IClientOptions> {
  const moment = { createdSeconds: Math.floor(clock.now().getTime() / 1000), nonce: newNonce() };
  return {
    clientId: key.keyId,
    username: key.keyId,
    password: await mqttPassword(key, moment),
    protocolVersion: 4,
    clean: true,
    keepalive: keepAliveSeconds,
    connectTimeout: connectMsMax,
    // Each dial needs a fresh password, so we dial ourselves.
    reconnectPeriod: 0,
    // Workers made from blobs add nothing while the page is visible.
    timerVariant: "native",
    will: {
      topic: terminalTopic(key.keyId, "telemetry"),
      payload: new TextEncoder().encode(JSON.stringify(lastWill(connection))) as unknown as Buffer,
      qos: 1,
      retain: false,
    },
  };
}

function attend(line: Line, client: MqttClient, connection: string): void {
  const { keyId } = line.key;
  const topics = topicsToTerminal.map((name) => terminalTopic(keyId, name));
  client.on("connect", () => {
    client.subscribe(topics, { qos: 1 }, (problem) => {
      if (problem) return void client.end(true);
      line.dialling = false;
      line.redialMs = redialMsMin;
      line.state.set("online");
      line.onOnline(connection);
    });
  });
  client.on("message", (topic, payload) => {
    const name = topicsToTerminal.find((each) => topic === terminalTopic(keyId, each));
    const parsed = parsedOrNull(new TextDecoder().decode(payload));
    if (name !== undefined && parsed !== null) line.onMessage(name, parsed);
  });
  client.on("error", (problem) => {
    const code = (problem as { code?: unknown }).code;
    if (refusedCodes.some((refused) => refused === code)) void line.onRefused();
    client.end(true);
  });
  client.on("close", () => {
    if (line.client !== client) return;
    line.client = null;
    line.dialling = false;
    lost(line);
  });
}

function lost(line: Line): void {
  line.state.set("offline");
  if (line.redial !== null) clearTimeout(line.redial);
  // A little chance keeps a whole street from dialling at the same moment.
  line.redial = setTimeout(() => void dial(line), line.redialMs * (0.75 + Math.random() / 2));
  line.redialMs = Math.min(redialMsMax, line.redialMs * 2);
}

function publish({ client, state, key }: Line, topic: TopicFromTerminal, payload: unknown): Promise<boolean> {
  return new Promise((resolve) => {
    if (client === null || state.get() !== "online") return resolve(false);
    const timer = setTimeout(() => resolve(false), acknowledgeMsMax);
    client.publish(terminalTopic(key.keyId, topic), JSON.stringify(payload), { qos: 1 }, (problem) => {
      clearTimeout(timer);
      resolve(!problem);
    });
  });
}

const brokerUrl = (): string => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/mqtt`;

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
