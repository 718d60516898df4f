// Puts the running terminal together: the platform over HTTP, its messages over MQTT, the voice, the checkout.
import type { ArrivalMessage, SummaryMessage } from "@huiyin/contract/events/arrivals.ts";
import type { SilenceReason } from "@huiyin/contract/events/receipts.ts";
import type { Terminal } from "@huiyin/contract/api/terminals.ts";
import { createAnnouncer, type Announcer } from "./announce/announcer.ts";
import { createCheckout } from "./checkout.ts";
import type { PlatformClock } from "./device/clock.ts";
import { createPlatform, type HttpDeps } from "./device/http.ts";
import { deviceKeyOf, type Identity } from "./device/identity.ts";
import { createLink } from "./device/link.ts";
import { createReporter } from "./device/reporter.ts";
import { createNoticeShelf, createShelf } from "./device/shelf.ts";
import type { MethodsView, Services, Today } from "./services.ts";
import type { Settings } from "./settings.ts";
import type { Voice } from "./speech/voice.ts";
import { createStore, type Store } from "./store.ts";
import { dayStart } from "./today.ts";

export type TerminalDeps = Readonly<{
  database: IDBDatabase;
  http: HttpDeps;
  clock: PlatformClock;
  settings: Store<Settings>;
  voice: Voice;
  storageRefusal(): Readonly<{ title: string; detail: string }>;
  /** The platform does not know this device any more. */
  dismissed(): void;
}>;

const methodsEveryMs = 15_000;
const todayEveryMs = 60_000;
const asideEveryMs = 15_000;
const vibrations = { paid: [80], unpaid: [120, 80, 120], person: [300, 100, 300] } as const;
/** Refusals that mean: this key is no terminal's key any more. */
const dismissals = new Set(["terminal_unknown", "signature_invalid"]);

/** Starts everything that runs as long as the page lives, and answers what the screens need. */
export function startTerminal(deps: TerminalDeps, identity: Identity & { terminal: Terminal }): Services {
  const { settings, voice, clock, database } = deps;
  const key = deviceKeyOf(identity.terminal.id, identity.secret);
  const platform = createPlatform(deps.http, key, identity.terminal.id);
  const today = createStore<Today>({ state: "loading", payments: [] });
  const methods = createStore<MethodsView>({ state: "loading", items: [] });
  const terminal = createStore({ id: identity.terminal.id, name: identity.terminal.name });

  const silence = (): SilenceReason | null => {
    const { pack, locked } = voice.state.get();
    if (pack === "unavailable") return "voicePackMissing";
    if (settings.get().muted) return "muted";
    if (settings.get().volume === 0) return "volumeZero";
    return pack === "ready" && locked ? "audioLocked" : null;
  };
  const reloadToday = async (): Promise<void> => {
    const reply = await platform.paymentsSince(dayStart(clock.now()));
    today.set(
      reply.kind === "answered"
        ? { state: "ready", payments: reply.value }
        : { ...today.get(), state: "failed" },
    );
  };
  const reloadMethods = async (): Promise<void> => {
    const reply = await platform.methods();
    methods.set(
      reply.kind === "answered"
        ? { state: "ready", items: reply.value.items }
        : { state: "failed", items: [] },
    );
  };
  const verify = async (): Promise<void> => {
    const reply = await platform.terminal();
    if (reply.kind === "refused" && dismissals.has(reply.refusal.code)) deps.dismissed();
  };

  const checkout = createCheckout({
    platform,
    shelf: createShelf(database),
    say: (phrase) => silence() === null && voice.sayPhrase(phrase),
    vibrate: (result) => navigator.vibrate?.([...vibrations[result]]),
    settled: () => void reloadToday(),
    nowMs: () => Date.now(),
    storageRefusal: deps.storageRefusal,
  });
  const link = createLink({
    clock,
    key,
    onMessage: (topic, payload) => reporter.take(topic, payload),
    onOnline: (connection) => {
      void reporter.hello(connection).then(() => announcer.ask());
      checkout.hurry();
      void Promise.all([reloadToday(), reloadMethods()]);
    },
    onRefused: verify,
    lastWill: (connection) => reporter.lastWill(connection),
  });
  const announcer: Announcer = createAnnouncer({
    shelf: createNoticeShelf(database),
    voice,
    now: () => clock.now(),
    send: (payload) => link.publish("receipts", payload),
    silence,
    arrived: (message: ArrivalMessage | SummaryMessage) => {
      // Money that was announced may be the payment on the screen: look now.
      if (message.kind === "arrival") checkout.hurry();
      void reloadToday();
    },
  });
  const reporter = createReporter({
    link,
    clock,
    voice,
    announcer,
    sound: () => ({ muted: silence() !== null, volume: settings.get().volume }),
    renamed: (name) => terminal.set({ ...terminal.get(), name }),
  });

  const speakAgain = (): void => {
    announcer.hurry();
    reporter.soundChanged();
  };
  voice.state.subscribe(speakAgain);
  settings.subscribe(speakAgain);
  window.addEventListener("online", () => link.hurry());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && link.hurry());
  setInterval(() => void reloadMethods(), methodsEveryMs);
  setInterval(() => void reloadToday(), todayEveryMs);
  setInterval(() => void checkout.askAside(), asideEveryMs);
  void verify();
  void announcer.restore().then(speakAgain);
  void checkout.restore();
  void Promise.all([reloadToday(), reloadMethods()]);

  return {
    terminal,
    checkout,
    today,
    methods,
    connection: link.state,
    voice,
    settings,
    shiftStarted: createStore(false),
    diagnose: platform.diagnosis,
  };
}
