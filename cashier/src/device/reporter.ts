// What the terminal tells of itself over MQTT, and what it does with messages that are no announcements.
import type { ArrivalMessage, SummaryMessage } from "@huiyin/contract/events/arrivals.ts";
import type { MessageRejected, SpeakCommand } from "@huiyin/contract/events/commands.ts";
import type { ConfigMessage } from "@huiyin/contract/events/config.ts";
import type { TopicToTerminal } from "@huiyin/contract/events/topics.ts";
import type { Announcer } from "../announce/announcer.ts";
import type { Voice } from "../speech/voice.ts";
import { appVersion } from "../version.ts";
import type { PlatformClock } from "./clock.ts";
import type { Link } from "./link.ts";
import { readVitals } from "./vitals.ts";

export type ReporterDeps = Readonly<{
  link: Link;
  clock: PlatformClock;
  voice: Voice;
  announcer: Announcer;
  /** Whether nothing would be heard now, and the volume 0 … 1. */
  sound(): Readonly<{ muted: boolean; volume: number }>;
  renamed(name: string): void;
}>;

export type Reporter = Readonly<{
  take(topic: TopicToTerminal, payload: unknown): void;
  /** Tells at once that the sound was switched: a silent till is noticed before money arrives. */
  soundChanged(): void;
  /** Says that a new connection is there, and goes on saying so. */
  hello(connection: string): Promise<void>;
  lastWill(connection: string): unknown;
}>;

type Incoming = ArrivalMessage | SummaryMessage | SpeakCommand | MessageRejected | ConfigMessage;

const beatSecondsDefault = 30;

export function createReporter(deps: ReporterDeps): Reporter {
  const { link, clock } = deps;
  let connection = "";
  let beatTimer: ReturnType<typeof setInterval> | null = null;

  const presence = (): { version: 1; connection: string; at: string } => {
    return { version: 1, connection, at: clock.now().toISOString() };
  };
  const vitals = (): ReturnType<typeof readVitals> =>
    readVitals({ appVersion, ...deps.sound(), waitingArrivals: deps.announcer.waitingCount() });
  const beat = async (): Promise<void> => {
    await link.publish("telemetry", { ...presence(), kind: "beat", ...(await vitals()) });
  };

  let mutedTold: boolean | null = null;
  function soundChanged(): void {
    const { muted } = deps.sound();
    if (connection === "" || muted === mutedTold) return;
    mutedTold = muted;
    void beat();
  }

  function beatEvery(seconds: number): void {
    if (beatTimer !== null) clearInterval(beatTimer);
    beatTimer = setInterval(() => void beat(), seconds * 1000);
  }

  async function speak(command: SpeakCommand): Promise<void> {
    const said = await deps.voice.say(command.speech);
    const outcome = said.outcome === "heard" ? "done" : "failed";
    const at = clock.now().toISOString();
    await link.publish("commandResults", {
      version: 1,
      kind: "result",
      commandId: command.commandId,
      outcome,
      ...(outcome === "done" ? {} : { detail: said.outcome }),
      at,
    });
  }

  async function configure(config: ConfigMessage): Promise<void> {
    deps.renamed(config.name);
    beatEvery(config.telemetrySeconds);
    const at = clock.now().toISOString();
    await link.publish("configReport", { version: 1, kind: "configReport", revision: config.revision, at });
  }

  return {
    soundChanged,
    lastWill: (lost) => ({ version: 1, connection: lost, at: clock.now().toISOString(), kind: "lost" }),
    hello: async (begun) => {
      connection = begun;
      beatEvery(beatSecondsDefault);
      mutedTold = deps.sound().muted;
      await link.publish("telemetry", { ...presence(), kind: "hello", ...(await vitals()) });
    },
    take: (_topic, payload) => {
      const message = payload as Incoming;
      // Another version is for another program: a newer platform keeps speaking ours beside it.
      if (message.version !== 1) return;
      switch (message.kind) {
        case "arrival":
        case "summary":
          clock.learn(message.sentAt);
          return void deps.announcer.receive(message);
        case "speak":
          return void speak(message);
        case "config":
          return void configure(message);
        case "messageRejected":
          // For whoever looks into this browser: the platform could not read what we sent.
          return console.warn(message.code, message.topic, message.problems);
      }
    },
  };
}
