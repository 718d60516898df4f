// Puts the running terminal together: the platform over HTTP, its messages over MQTT, the voice, the checkout.
import { askAgainSeconds } from "@huiyin/contract/events/asking.ts";
import type { SilenceReason } from "@huiyin/contract/events/receipts.ts";
import type { Terminal, TerminalPlace } from "@huiyin/contract/api/terminals.ts";
import type { DeviceKey } from "@huiyin/contract/signature.ts";
import { createAnnouncer, type Announcer } from "./announce/announcer.ts";
import { createCheckout, type Checkout } from "./checkout.ts";
import type { PlatformClock } from "./device/clock.ts";
import { createPlatform, type HttpDeps } from "./device/http.ts";
import { deviceKeyOf, type Identity } from "./device/identity.ts";
import { createLeftovers, type Leftovers } from "./device/leftovers.ts";
import { createLink, type Link } from "./device/link.ts";
import type { Platform } from "./device/platform.ts";
import { createReporter } from "./device/reporter.ts";
import { createNoticeShelf, createRefundShelf, createShelf } from "./device/shelf.ts";
import { createRefundDesk, type RefundDesk } from "./refund/desk.ts";
import { findPayments } from "./refund/find.ts";
import type { RefundReason } from "./refund/model.ts";
import type { MethodsView, Services, Today } from "./services.ts";
import { soundOf, type Settings } from "./settings.ts";
import type { Voice } from "./speech/voice.ts";
import { createStore, type Store } from "./store.ts";
import { dayStart, merged } from "./today.ts";

export type TerminalDeps = Readonly<{
  database: IDBDatabase;
  http: HttpDeps;
  clock: PlatformClock;
  settings: Store<Settings>;
  voice: Voice;
  storageRefusal(): Readonly<{ title: string; detail: string }>;
  /** What the payer reads as the reason of a refund. */
  reasonText(reason: RefundReason): string;
  /** The platform does not know this device any more. */
  dismissed(): void;
}>;

const methodsEveryMs = 15_000;
const todayEveryMs = 300_000;
const asideEveryMs = 15_000;
const askEveryMs = askAgainSeconds * 1_000;
const vibrations = { paid: [80], unpaid: [120, 80, 120], person: [300, 100, 300] } as const;
/** Refusals that mean: this key is no terminal's key any more. */
const dismissals = new Set(["terminal_unknown", "signature_invalid"]);

/** What the parts of a running terminal share. */
type Running = TerminalDeps &
  Readonly<{
    platform: Platform;
    key: DeviceKey;
    terminal: Services["terminal"];
    leftovers: Leftovers;
    today: Store<Today>;
    methods: Store<MethodsView>;
    place: Store<TerminalPlace>;
  }>;

/** Starts everything that runs as long as the page lives, and answers what the screens need. */
export function startTerminal(deps: TerminalDeps, identity: Identity & { terminal: Terminal }): Services {
  const { id, name } = identity.terminal;
  const key = deviceKeyOf(id, identity.secret);
  const running: Running = {
    ...deps,
    key,
    platform: createPlatform(deps.http, key, id),
    terminal: createStore({ id, name }),
    leftovers: createLeftovers(deps.database, id),
    today: createStore<Today>({ state: "loading", payments: [], refunds: [] }),
    methods: createStore<MethodsView>({ state: "loading", items: [], instalments: [] }),
    place: createStore<TerminalPlace>(nowhere(name)),
  };
  const checkout = checkoutOf(running);
  const refunds = refundsDeskOf(running, checkout);
  const { link, announcer } = messagesOf(running, checkout, refunds);
  keepUpToDate(running, checkout, refunds);
  void announcer.restore().then(() => announcer.hurry());
  void checkout.restore();
  void refunds.restore();
  void running.leftovers.reload();
  const { terminal, today, methods, platform, place, leftovers } = running;
  const { voice, settings } = deps;
  return {
    ...{ terminal, place, checkout, refunds, leftovers, today, methods, voice, settings },
    connection: link.state,
    shiftStarted: createStore(false),
    search: (text) => findPayments(platform, text),
    refundsOf: platform.refundsOf,
    diagnose: platform.diagnosis,
  };
}

function checkoutOf(running: Running): Checkout {
  const { platform, database, voice, storageRefusal } = running;
  return createCheckout({
    platform,
    shelf: createShelf(database, running.terminal.get().id),
    say: (phrase) => silenceOf(running) === null && voice.sayPhrase(phrase),
    vibrate: (result) => navigator.vibrate?.([...vibrations[result]]),
    settled: () => {
      void reloadToday(running, "newest");
      void running.leftovers.reload();
    },
    nowMs: () => Date.now(),
    storageRefusal,
  });
}

function refundsDeskOf(running: Running, checkout: Checkout): RefundDesk {
  const { platform, database, storageRefusal, reasonText } = running;
  return createRefundDesk({
    ...{ platform, storageRefusal, reasonText },
    shelf: createRefundShelf(database, running.terminal.get().id),
    cancelling: (kind, paymentId) => checkout.dispatch({ kind, paymentId }),
    changed: (paymentId) => void givenBack(running, checkout, paymentId),
    nowMs: () => Date.now(),
  });
}

/** The payment looks different now: in the list, and on the screen where it is still shown as paid. */
async function givenBack(running: Running, checkout: Checkout, paymentId: string): Promise<void> {
  void reloadToday(running, "all");
  const reply = await running.platform.payment(paymentId);
  if (reply.kind === "answered") checkout.dispatch({ kind: "givenBack", payment: reply.value });
}

/** The connection to the platform with everything that listens to it. */
function messagesOf(
  running: Running,
  checkout: Checkout,
  refunds: RefundDesk,
): Readonly<{ link: Link; announcer: Announcer }> {
  const { clock, key, voice, settings, terminal, database } = running;
  const link = createLink({
    clock,
    key,
    onMessage: (topic, payload) => reporter.take(topic, payload),
    onOnline: (connection) => {
      void reporter.hello(connection).then(() => announcer.ask());
      checkout.hurry();
      refunds.hurry();
      void reloadToday(running, "all");
      void reloadMethods(running);
      void reloadPlace(running);
    },
    onRefused: () => verify(running),
    lastWill: (connection) => reporter.lastWill(connection),
  });
  const announcer = createAnnouncer({
    shelf: createNoticeShelf(database, terminal.get().id),
    voice,
    now: () => clock.now(),
    elapsedMs: () => performance.now(),
    send: (payload) => link.publish("receipts", payload),
    silence: () => silenceOf(running),
    arrived: (message) => {
      // Money that was announced may be the payment on the screen: look now.
      if (message.kind === "arrival") checkout.hurry();
      void reloadToday(running, "newest");
    },
  });
  const reporter = createReporter({
    ...{ link, clock, voice, announcer },
    sound: () => soundTold(running),
    renamed: (name) => terminal.set({ ...terminal.get(), name }),
    // For whoever looks into this browser.
    // eslint-disable-next-line no-console
    rejected: ({ code, topic, problems }) => console.warn(code, topic, problems),
  });
  // The last question may have been lost though the connection held, and what waited then may be too old to be sent now. The
  // first moment is chance, so that tills that were opened together do not ask together.
  const askAgain = (): void => void (silenceOf(running) === null && announcer.ask());
  setTimeout(() => {
    askAgain();
    setInterval(askAgain, askEveryMs);
  }, Math.random() * askEveryMs);
  const soundChanged = (): void => {
    announcer.hurry();
    reporter.soundChanged();
  };
  voice.state.subscribe(soundChanged);
  settings.subscribe(soundChanged);
  window.addEventListener("online", () => link.hurry());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && link.hurry());
  return { link, announcer };
}

function keepUpToDate(running: Running, checkout: Checkout, refunds: RefundDesk): void {
  const methods = (): void => void reloadMethods(running);
  const today = (): void => void reloadToday(running, "all");
  setInterval(methods, methodsEveryMs);
  setInterval(today, todayEveryMs);
  setInterval(() => void Promise.all([checkout.askAside(), refunds.askAside()]), asideEveryMs);
  methods();
  today();
  void reloadPlace(running);
  void verify(running);
}

/** Why nothing would be heard now; null where it would. A pack that is still coming is waited for. */
function silenceOf({ voice, settings }: Running): SilenceReason | null {
  const { pack, locked } = voice.state.get();
  if (pack === "unavailable") return "voicePackMissing";
  const sound = soundOf(settings.get());
  if (sound !== "audible") return sound;
  return pack === "ready" && locked ? "audioLocked" : null;
}

/** A volume of zero is told as the volume: “muted” would send whoever helps to the wrong knob. */
function soundTold(running: Running): Readonly<{ muted: boolean; volume: number }> {
  const silence = silenceOf(running);
  return { muted: silence !== null && silence !== "volumeZero", volume: running.settings.get().volume };
}

/** All of the day at the beginning and now and then; in between only what is new, since each arrival asks. */
async function reloadToday({ platform, clock, today }: Running, extent: "all" | "newest"): Promise<void> {
  const start = dayStart(clock.now());
  const wanted = today.get().state === "ready" ? extent : "all";
  const [reply, back] = await Promise.all([
    platform.paymentsSince(start, wanted),
    wanted === "all" ? platform.refundsSince(start) : null,
  ]);
  const { payments, refunds } = today.get();
  if (reply.kind !== "answered") return today.set({ ...today.get(), state: "failed" });
  today.set({
    state: "ready",
    payments: merged(extent === "newest" ? payments : [], reply.value, start),
    refunds: back?.kind === "answered" ? back.value : refunds,
  });
}

async function reloadMethods({ platform, methods }: Running): Promise<void> {
  const reply = await platform.methods();
  if (reply.kind === "answered") methods.set({ state: "ready", ...reply.value });
  else methods.set({ state: "failed", items: [], instalments: [] });
}

async function reloadPlace({ platform, place }: Running): Promise<void> {
  const reply = await platform.place();
  if (reply.kind === "answered") place.set(reply.value);
}

/** Until the platform has said more, a receipt names the terminal alone. */
const nowhere = (terminalName: string): TerminalPlace => {
  const none = { zh: "", en: "" };
  return { terminalName, terminalNo: "", merchantNames: none, storeNames: none, storeAddress: "" };
};

async function verify({ platform, dismissed }: Running): Promise<void> {
  const reply = await platform.terminal();
  if (reply.kind === "refused" && dismissals.has(reply.refusal.code)) dismissed();
}
