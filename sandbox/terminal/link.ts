// The MQTT connection of a virtual terminal. Every attempt has a password of its own, because each is good once; so the
// library may not reconnect by itself.
import { randomBytes, randomInt } from "node:crypto";
import mqtt, { type MqttClient } from "mqtt";
import { terminalTopic, topicsToTerminal, type TopicFromTerminal } from "@huiyin/contract/events/topics.ts";
import { eventVersion } from "@huiyin/contract/events/common.ts";
import { askAgainSeconds } from "@huiyin/contract/events/asking.ts";
import { mqttPassword, type DeviceKey } from "@huiyin/contract/signature.ts";
import { createClock } from "@huiyin/server/platform/clock.ts";
import { signatureMoment } from "./device.ts";

export type LinkDeps = Readonly<{
  mqttUrl: string;
  key: DeviceKey;
  now: () => Date;
  /** What the terminal says about itself; sent with hello and every beat. */
  vitals: () => Readonly<Record<string, unknown>>;
  onMessage: (topic: string, payload: unknown) => void;
  /** Connected, subscribed, and hello said; and again within five minutes each time, since a question may be lost. */
  ask: () => void;
}>;

export type Link = Readonly<{
  /** Connects and keeps connecting until `close` or `drop`. Resolves after the first success. */
  open(): Promise<void>;
  /** Sends if connected, with QoS 1; otherwise the message is lost, as the protocol allows. */
  send(topic: TopicFromTerminal, payload: unknown): void;
  /** Acknowledged once the broker has it; lost where there is no connection, or it ends before. */
  beat(): Promise<"acknowledged" | "lost">;
  connected(): boolean;
  /** Says goodbye and disconnects. */
  close(): Promise<void>;
  /** The cable is pulled: no goodbye. */
  drop(): Promise<void>;
}>;

/** Pauses between attempts are real, however the platform's clock is moved. */
const realTime = createClock();
const retryMsMin = 100;
const retryMsMax = 5_000;
const keepAliveSeconds = 30;
const beatMs = 30_000;
const beatsBetweenAsks = (askAgainSeconds * 1_000) / beatMs;

/** When a terminal beats and asks after it has connected; by chance, so that a street that connected at once spreads. */
export type Rhythm = Readonly<{
  firstBeatMs: number;
  /** The first beat with which it asks again, counted from one. */
  firstAskBeat: number;
}>;

export function drawnRhythm(): Rhythm {
  return { firstBeatMs: randomInt(beatMs), firstAskBeat: 1 + randomInt(beatsBetweenAsks) };
}

export function createLink(deps: LinkDeps): Link {
  const line: Line = { client: null, connection: "" };
  let stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const end = async (): Promise<void> => {
    stopping.abort();
    await running;
    line.client = null;
  };
  return {
    open: () =>
      new Promise((resolve) => {
        stopping = new AbortController();
        running = keepConnected(deps, line, { signal: stopping.signal, ready: resolve });
      }),
    send: (topic, payload) => void publish(deps, line, topic, JSON.stringify(payload)),
    beat: () => publish(deps, line, "telemetry", presence(deps, line, "beat")),
    connected: () => line.client?.connected === true,
    async close() {
      stopping.abort();
      void publish(deps, line, "telemetry", presence(deps, line, "bye"));
      await line.client?.endAsync().catch(() => undefined);
      await end();
    },
    async drop() {
      stopping.abort();
      line.client?.stream.destroy();
      await end();
    },
  };
}

/** The present connection; every attempt has a name of its own. */
type Line = { client: MqttClient | null; connection: string };

function presence(deps: LinkDeps, line: Line, kind: "hello" | "beat" | "bye" | "lost"): string {
  const vitals = kind === "hello" || kind === "beat" ? deps.vitals() : {};
  const { connection } = line;
  return JSON.stringify({ version: eventVersion, kind, connection, at: deps.now().toISOString(), ...vitals });
}

function publish(
  deps: LinkDeps,
  line: Line,
  topic: TopicFromTerminal,
  text: string,
): Promise<"acknowledged" | "lost"> {
  const { client } = line;
  if (client?.connected !== true) return Promise.resolve("lost");
  return new Promise((resolve) => {
    client.publish(terminalTopic(deps.key.keyId, topic), text, { qos: 1 }, (error) =>
      resolve(error ? "lost" : "acknowledged"),
    );
  });
}

type Run = Readonly<{ signal: AbortSignal; ready: () => void }>;

async function keepConnected(deps: LinkDeps, line: Line, { signal, ready }: Run): Promise<void> {
  let retryMs = retryMsMin;
  while (!signal.aborted) {
    const onReady = (): void => {
      retryMs = retryMsMin;
      ready();
    };
    await connectOnce(deps, line, { signal, ready: onReady }).catch(() => undefined);
    if (signal.aborted) return;
    await realTime.sleep(retryMs, signal).catch(() => undefined);
    retryMs = Math.min(retryMs * 2, retryMsMax);
  }
}

/** One connection from beginning to end; resolves when it is over. */
async function connectOnce(deps: LinkDeps, line: Line, { signal, ready }: Run): Promise<void> {
  const terminalId = deps.key.keyId;
  line.connection = randomBytes(12).toString("base64url");
  const password = await mqttPassword(deps.key, signatureMoment(deps.now()));
  if (signal.aborted) return;
  const lost = Buffer.from(presence(deps, line, "lost"));
  const client = mqtt.connect(deps.mqttUrl, {
    clientId: terminalId,
    username: terminalId,
    password,
    keepalive: keepAliveSeconds,
    reconnectPeriod: 0,
    clean: true,
    will: { topic: terminalTopic(terminalId, "telemetry"), payload: lost, qos: 1, retain: false },
  });
  line.client = client;
  const over = new Promise<void>((resolve) => client.once("close", resolve));
  client.on("error", () => undefined);
  client.on("message", (topic, payload) => deps.onMessage(topic, parse(payload)));
  client.on("connect", () => {
    const topics = topicsToTerminal.map((name) => terminalTopic(terminalId, name));
    client.subscribe(topics, { qos: 1 }, (error) => {
      if (error) return void client.end(true);
      void publish(deps, line, "telemetry", presence(deps, line, "hello"));
      deps.ask();
      ready();
      void keepBeating(deps, line, client);
    });
  });
  await over;
  client.end(true);
}

/** Beats until the connection ends: an external broker tells nothing else about a terminal that is there. */
async function keepBeating(deps: LinkDeps, line: Line, client: MqttClient): Promise<void> {
  const over = new AbortController();
  client.once("close", () => over.abort());
  const { firstBeatMs, firstAskBeat } = drawnRhythm();
  for (let beat = 1; !over.signal.aborted; beat += 1) {
    await realTime.sleep(beat === 1 ? firstBeatMs : beatMs, over.signal).catch(() => undefined);
    if (over.signal.aborted) return;
    void publish(deps, line, "telemetry", presence(deps, line, "beat"));
    if (beat % beatsBetweenAsks === firstAskBeat % beatsBetweenAsks) deps.ask();
  }
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString("utf8"));
  } catch {
    return null;
  }
}
