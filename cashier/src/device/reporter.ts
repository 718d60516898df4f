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
  /** Whether something else than the volume keeps it silent, and the volume 0 … 1. */
  sound(): Readonly<{ muted: boolean; volume: number }>;
  renamed(name: string): void;
  /** The platform could not use something that this terminal sent. */
  rejected(message: MessageRejected): void;
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

/** What is being told, and since which connection. */
type Telling = ReporterDeps & {
  connection: string;
  beatTimer: ReturnType<typeof setInterval> | null;
  soundTold: string | null;
};

export function createReporter(deps: ReporterDeps): Reporter {
  const telling: Telling = { ...deps, connection: "", beatTimer: null, soundTold: null };
  return {
    lastWill: (lost) => ({ version: 1, connection: lost, at: deps.clock.now().toISOString(), kind: "lost" }),
    hello: async (begun) => {
      telling.connection = begun;
      telling.soundTold = audibility(deps);
      beatEvery(telling, beatSecondsDefault);
      await tell(telling, "hello");
    },
    soundChanged: () => {
      const sound = audibility(deps);
      if (telling.connection === "" || sound === telling.soundTold) return;
      telling.soundTold = sound;
      void tell(telling, "beat");
    },
    take: (_topic, payload) => take(telling, payload as Incoming),
  };
}

/** Differs where the difference is heard: from one volume to another is no news. */
function audibility({ sound }: Pick<ReporterDeps, "sound">): string {
  const { muted, volume } = sound();
  return `${muted ? "muted" : "on"} ${volume === 0 ? "zero" : "up"}`;
}

function take(telling: Telling, message: Incoming): void {
  // Another version is for another program: a newer platform keeps speaking ours beside it.
  if (message.version !== 1) return;
  switch (message.kind) {
    case "arrival":
    case "summary":
      telling.clock.learn(message.sentAt);
      return void telling.announcer.receive(message);
    case "speak":
      return void speak(telling, message);
    case "config":
      return void configure(telling, message);
    case "messageRejected":
      return telling.rejected(message);
  }
}

async function tell(telling: Telling, kind: "hello" | "beat"): Promise<void> {
  const { link, clock, connection, announcer } = telling;
  const vitals = await readVitals({
    appVersion,
    ...telling.sound(),
    waitingArrivals: announcer.waitingCount(),
  });
  await link.publish("telemetry", { version: 1, connection, at: clock.now().toISOString(), kind, ...vitals });
}

function beatEvery(telling: Telling, seconds: number): void {
  if (telling.beatTimer !== null) clearInterval(telling.beatTimer);
  telling.beatTimer = setInterval(() => void tell(telling, "beat"), seconds * 1000);
}

async function speak({ voice, link, clock }: Telling, { commandId, speech }: SpeakCommand): Promise<void> {
  const said = await voice.say(speech);
  const outcome = said.outcome === "heard" ? "done" : "failed";
  const detail = outcome === "done" ? {} : { detail: said.outcome };
  const at = clock.now().toISOString();
  await link.publish("commandResults", { version: 1, kind: "result", commandId, outcome, ...detail, at });
}

async function configure(telling: Telling, config: ConfigMessage): Promise<void> {
  const { link, clock } = telling;
  telling.renamed(config.name);
  beatEvery(telling, config.telemetrySeconds);
  const { revision } = config;
  await link.publish("configReport", {
    version: 1,
    kind: "configReport",
    revision,
    at: clock.now().toISOString(),
  });
}
