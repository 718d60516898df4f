// A terminal without a device: activates, signs, takes payments, holds its MQTT session, speaks, and counts what it
// plays. Its faults are those of real ones: offline, muted, dead in mid-sentence, messages doubled, receipts lost.
import type { ActivatedTerminal } from "@huiyin/contract/api/terminals.ts";
import type { ArrivalMessage, SummaryMessage } from "@huiyin/contract/events/arrivals.ts";
import { eventVersion } from "@huiyin/contract/events/common.ts";
import type { SilenceReason } from "@huiyin/contract/events/receipts.ts";
import { parseTerminalTopic, type TopicFromTerminal } from "@huiyin/contract/events/topics.ts";
import { createAnnouncer, type Announcer } from "./announcer.ts";
import type { Device } from "./device.ts";
import { Journal } from "./journal.ts";
import { createLink, type Link } from "./link.ts";
import { activate, createPlatformClient, type Answer, type PlatformClient } from "./platformClient.ts";
import type { Speaker } from "./speaker.ts";
import type { Storage } from "./storage.ts";

export type VirtualTerminalOptions = Readonly<{
  device: Device;
  platformUrl: string;
  /** mqtt://host:port, or ws://host:port/mqtt as a browser would. */
  mqttUrl: string;
  now: () => Date;
  speaker: Pick<Speaker, "play">;
  /** Survives `crash`; a new terminal on the same storage is the same device after its restart. */
  storage: Storage;
  /** Told every message from the platform the moment it is there, by the name of its topic. */
  heard?: (topic: string, payload: unknown) => void;
  /** Of what it received so many are remembered; a thousand where nothing is said. */
  receivedMax?: number;
}>;

/** Set at any time; they hold until changed. */
export type Faults = {
  silence: SilenceReason | null;
  /** Every message from the platform arrives twice. */
  doubled: "yes" | "no";
  /** Receipts never leave the device. */
  receiptsLost: "yes" | "no";
  /** What it reports of its battery, which is not being charged. */
  batteryPercent: number;
};

export type VirtualTerminal = Readonly<{
  faults: Faults;
  terminalId(): string | null;
  activate(activationCode: string): Promise<Answer>;
  /** Opens the MQTT session and keeps it open; resolves once the terminal has asked for what it missed. */
  connect(): Promise<void>;
  /** POST /v1/payments, signed. */
  pay(payment: Readonly<{ amount: number; payerCode: string; idempotencyKey: string }>): Promise<Answer>;
  request: PlatformClient["request"];
  /** Asks for everything that was not spoken yet. */
  ask(): void;
  /** Changes the sound; whatever waits is spoken once it is back. */
  setSilence(reason: SilenceReason | null): void;
  /** Changes the charge of its battery and reports it. An empty one does not switch it off: `crash` does. */
  setBattery(percent: number): void;
  /** Sends anything on one of its topics, malformed things too. */
  sendRaw(topic: TopicFromTerminal, payload: unknown): void;
  beat(): ReturnType<Link["beat"]>;
  goOffline(): Promise<void>;
  /** Power cut: no goodbye, no more sound; only the storage remains. */
  crash(): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when nothing can be spoken at the moment. */
  idle(): Promise<void>;
  /** What the platform sent, in order, by topic name: the newest ones. */
  received: ReadonlyArray<Readonly<{ topic: string; payload: unknown }>>;
}>;

/** A fleet runs for hours. */
const receivedMaxDefault = 1_000;

const model = "virtual";
const appVersion = "0.1.0";

export function createVirtualTerminal(options: VirtualTerminalOptions): VirtualTerminal {
  const parts = assemble(options);
  const { faults, journal, announcer, received, power, ask } = parts;
  const client = (): PlatformClient => {
    const key = options.device.keyFor(activatedId(journal));
    return createPlatformClient({ platformUrl: options.platformUrl, now: options.now, key });
  };
  return {
    ...{ faults, received, ask },
    terminalId: () => journal.terminalId,
    async activate(activationCode) {
      const { publicKey } = options.device;
      const answer = await activate(options, { activationCode, publicKey, model, appVersion });
      if (answer.status === 200) journal.terminalId = (answer.body as ActivatedTerminal).terminal.id;
      return answer;
    },
    async connect() {
      await parts.link().open();
      announcer.wake();
    },
    pay: ({ amount, payerCode, idempotencyKey }) =>
      client().request("POST", "/v1/payments", { body: { amount, payerCode }, idempotencyKey }),
    request: (method, url, content) => client().request(method, url, content),
    setSilence(reason) {
      faults.silence = reason;
      announcer.wake();
      // A silent till is noticed before money arrives.
      if (journal.terminalId !== null) void parts.link().beat();
    },
    setBattery(percent) {
      faults.batteryPercent = percent;
      if (journal.terminalId !== null) void parts.link().beat();
    },
    sendRaw: (topic, payload) => parts.link().send(topic, payload),
    beat: () => parts.link().beat(),
    goOffline: () => parts.link().drop(),
    async crash() {
      power.abort(new Error("the device lost power"));
      if (journal.terminalId !== null) await parts.link().drop();
    },
    async stop() {
      if (journal.terminalId !== null) await parts.link().close();
      power.abort(new Error("the terminal was switched off"));
    },
    idle: announcer.idle,
  };
}

type Parts = Readonly<{
  faults: Faults;
  journal: Journal;
  announcer: Announcer;
  /** The connection; exists once the terminal is activated. */
  link: () => Link;
  received: { topic: string; payload: unknown }[];
  power: AbortController;
  ask: () => void;
}>;

/** Puts memory, voice and connection together. */
function assemble(options: VirtualTerminalOptions): Parts {
  const { now, speaker, receivedMax = receivedMaxDefault } = options;
  const faults: Faults = { silence: null, doubled: "no", receiptsLost: "no", batteryPercent: 80 };
  const journal = new Journal(options.storage, now());
  const power = new AbortController();
  const received: Parts["received"] = [];
  let link: Link | null = null;
  const ask = (): void => {
    const { before, asked } = journal.outcomes();
    if (faults.receiptsLost === "no")
      for (const outcome of before)
        link?.send("receipts", { version: eventVersion, kind: "receipt", ...outcome });
    link?.send("receipts", { version: eventVersion, kind: "ask", outcomes: [...asked] });
  };
  const announcer = createAnnouncer({
    ...{ journal, speaker, now, ask },
    silence: () => faults.silence,
    report: (receipt) => void (faults.receiptsLost === "no" && link?.send("receipts", receipt)),
    signal: power.signal,
  });
  const onMessage = (topic: string, payload: unknown): void => {
    const name = parseTerminalTopic(topic)?.name ?? topic;
    options.heard?.(name, payload);
    for (let copy = 0; copy < (faults.doubled === "yes" ? 2 : 1); copy += 1) {
      received.push({ topic: name, payload });
      if (received.length > receivedMax) received.shift();
      if (name === "arrivals") announcer.receive(payload as ArrivalMessage | SummaryMessage);
      if (name === "config") reportConfig(link, payload, now());
    }
  };
  const vitals = () => ({
    ...{ model, appVersion, batteryPercent: faults.batteryPercent, charging: false },
    ...{ network: "wifi", rssiDbm: -55 },
    ...{ volumePercent: faults.silence === "volumeZero" ? 0 : 70, muted: faults.silence === "muted" },
    scannerDecodePercent: 99,
    waitingArrivals: journal.waiting().length,
  });
  const open = (): Link => {
    const key = options.device.keyFor(activatedId(journal));
    const { mqttUrl } = options;
    link ??= createLink({ ...{ mqttUrl, key, now, vitals, onMessage, ask } });
    return link;
  };
  return { faults, journal, announcer, link: open, received, power, ask };
}

function activatedId(journal: Journal): string {
  if (journal.terminalId === null) throw new Error("the terminal is not activated");
  return journal.terminalId;
}

function reportConfig(link: Link | null, payload: unknown, now: Date): void {
  const { revision } = payload as { revision: number };
  link?.send("configReport", {
    version: eventVersion,
    kind: "configReport",
    revision,
    at: now.toISOString(),
  });
}
