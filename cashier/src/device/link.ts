// The connection over which the platform speaks to this terminal: MQTT over WebSocket on the same address.
// A lost connection is dialled again for ever, with longer and longer pauses; each dial is signed anew.
import type { MqttClient } from "mqtt";
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

export function createLink(deps: LinkDeps): Link {
  const state = createStore<Connection>("connecting");
  let client: MqttClient | null = null;
  let redialMs = redialMsMin;
  let redial: ReturnType<typeof setTimeout> | null = null;
  let dialling = false;

  async function dial(): Promise<void> {
    if (dialling || state.get() === "online") return;
    dialling = true;
    redial = null;
    try {
      const { default: mqtt } = await import("mqtt");
      const connection = newNonce();
      client = mqtt.connect(brokerUrl(), await optionsOf(connection));
      attend(client, connection);
    } catch {
      // The program of the connection itself could not be loaded: the network is gone.
      dialling = false;
      lost();
    }
  }

  async function optionsOf(
    connection: string,
  ): Promise<Parameters<typeof import("mqtt").connect>[1] & object> {
    const moment = { createdSeconds: Math.floor(deps.clock.now().getTime() / 1000), nonce: newNonce() };
    return {
      clientId: deps.key.keyId,
      username: deps.key.keyId,
      password: await mqttPassword(deps.key, moment),
      protocolVersion: 4,
      clean: true,
      keepalive: keepAliveSeconds,
      connectTimeout: connectMsMax,
      // Each dial needs a fresh password, so we dial ourselves.
      reconnectPeriod: 0,
      // Workers made from blobs add nothing while the page is visible.
      timerVariant: "native",
      will: {
        topic: terminalTopic(deps.key.keyId, "telemetry"),
        payload: new TextEncoder().encode(JSON.stringify(deps.lastWill(connection))) as unknown as Buffer,
        qos: 1,
        retain: false,
      },
    };
  }

  function attend(dialled: MqttClient, connection: string): void {
    const topics = topicsToTerminal.map((name) => terminalTopic(deps.key.keyId, name));
    dialled.on("connect", () => {
      dialled.subscribe(topics, { qos: 1 }, (problem) => {
        if (problem) return void dialled.end(true);
        dialling = false;
        redialMs = redialMsMin;
        state.set("online");
        deps.onOnline(connection);
      });
    });
    dialled.on("message", (topic, payload) => {
      const name = topicsToTerminal.find((each) => topic === terminalTopic(deps.key.keyId, each));
      const parsed = parsedOrNull(new TextDecoder().decode(payload));
      if (name !== undefined && parsed !== null) deps.onMessage(name, parsed);
    });
    dialled.on("error", (problem) => {
      const code = (problem as { code?: unknown }).code;
      if (refusedCodes.some((refused) => refused === code)) void deps.onRefused();
      dialled.end(true);
    });
    dialled.on("close", () => {
      if (client !== dialled) return;
      client = null;
      dialling = false;
      lost();
    });
  }

  function lost(): void {
    state.set("offline");
    if (redial !== null) clearTimeout(redial);
    // A little chance keeps a whole street from dialling at the same moment.
    redial = setTimeout(() => void dial(), redialMs * (0.75 + Math.random() / 2));
    redialMs = Math.min(redialMsMax, redialMs * 2);
  }

  void dial();
  return {
    state,
    hurry: () => {
      redialMs = redialMsMin;
      if (redial !== null) clearTimeout(redial);
      void dial();
    },
    publish: (topic, payload) =>
      new Promise((resolve) => {
        if (client === null || state.get() !== "online") return resolve(false);
        const timer = setTimeout(() => resolve(false), acknowledgeMsMax);
        client.publish(
          terminalTopic(deps.key.keyId, topic),
          JSON.stringify(payload),
          { qos: 1 },
          (problem) => {
            clearTimeout(timer);
            resolve(!problem);
          },
        );
      }),
  };
}

const brokerUrl = (): string => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/mqtt`;

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
