// The MQTT connection of a virtual terminal. Every attempt has a password of its own, because each is good once; so the
// library may not reconnect by itself.
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import mqtt, { type MqttClient } from "mqtt";
import { terminalTopic, topicsToTerminal, type TopicFromTerminal } from "@huiyin/contract/events/topics.ts";
import { eventVersion } from "@huiyin/contract/events/common.ts";
import { mqttPassword, type DeviceKey } from "@huiyin/contract/signature.ts";
import { signatureMoment } from "./device.ts";

export type LinkDeps = Readonly<{
  mqttUrl: string;
  key: DeviceKey;
  now: () => Date;
  /** What the terminal says about itself; sent with hello and every beat. */
  vitals: () => Readonly<Record<string, unknown>>;
  onMessage: (topic: string, payload: unknown) => void;
  /** Connected, subscribed, and hello said. */
  onReady: () => void;
}>;

export type Link = Readonly<{
  /** Connects and keeps connecting until `close` or `drop`. Resolves after the first success. */
  open(): Promise<void>;
  /** Sends if connected, with QoS 1; otherwise the message is lost, as the protocol allows. */
  send(topic: TopicFromTerminal, payload: unknown): void;
  beat(): void;
  connected(): boolean;
  /** Says goodbye and disconnects. */
  close(): Promise<void>;
  /** The cable is pulled: no goodbye. */
  drop(): Promise<void>;
}>;

const retryMsMin = 100;
const retryMsMax = 5_000;
const keepAliveSeconds = 30;

export function createLink(deps: LinkDeps): Link {
  const terminalId = deps.key.keyId;
  let client: MqttClient | null = null;
  let connection = "";
  let stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const presence = (kind: string, vitals: Readonly<Record<string, unknown>>): string =>
    JSON.stringify({ version: eventVersion, kind, connection, at: deps.now().toISOString(), ...vitals });
  const publish = (topic: TopicFromTerminal, text: string): void => {
    if (client?.connected !== true) return;
    client.publish(terminalTopic(terminalId, topic), text, { qos: 1 }, () => undefined);
  };

  /** One connection from beginning to end; resolves when it is over. */
  const connectOnce = async (ready: () => void): Promise<void> => {
    connection = randomBytes(12).toString("base64url");
    const password = await mqttPassword(deps.key, signatureMoment(deps.now()));
    const will = {
      topic: terminalTopic(terminalId, "telemetry"),
      payload: Buffer.from(presence("lost", {})),
      qos: 1,
    } as const;
    const present = mqtt.connect(deps.mqttUrl, {
      clientId: terminalId,
      username: terminalId,
      password,
      keepalive: keepAliveSeconds,
      reconnectPeriod: 0,
      clean: true,
      will: { ...will, retain: false },
    });
    client = present;
    const over = new Promise<void>((resolve) => present.once("close", resolve));
    present.on("error", () => undefined);
    present.on("message", (topic, payload) => deps.onMessage(topic, parse(payload)));
    present.on("connect", () => {
      const topics = topicsToTerminal.map((name) => terminalTopic(terminalId, name));
      present.subscribe(topics, { qos: 1 }, (error) => {
        if (error) return void present.end(true);
        publish("telemetry", presence("hello", deps.vitals()));
        deps.onReady();
        ready();
      });
    });
    await over;
    present.end(true);
  };

  const keepConnected = async (signal: AbortSignal, ready: () => void): Promise<void> => {
    let retryMs = retryMsMin;
    while (!signal.aborted) {
      await connectOnce(() => {
        retryMs = retryMsMin;
        ready();
      }).catch(() => undefined);
      if (signal.aborted) return;
      await sleep(retryMs, undefined, { signal }).catch(() => undefined);
      retryMs = Math.min(retryMs * 2, retryMsMax);
    }
  };

  const end = async (): Promise<void> => {
    stopping.abort();
    await running;
    client = null;
  };

  return {
    open: () =>
      new Promise((resolve) => {
        stopping = new AbortController();
        running = keepConnected(stopping.signal, resolve);
      }),
    send: (topic, payload) => publish(topic, JSON.stringify(payload)),
    beat: () => publish("telemetry", presence("beat", deps.vitals())),
    connected: () => client?.connected === true,
    async close() {
      stopping.abort();
      publish("telemetry", presence("bye", {}));
      await client?.endAsync().catch(() => undefined);
      await end();
    },
    async drop() {
      stopping.abort();
      client?.stream.destroy();
      await end();
    },
  };
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString("utf8"));
  } catch {
    return null;
  }
}
