// From an empty page to a running terminal: the device's key, its activation, and what to do when it is forgotten.
import type { i18n } from "i18next";
import { createPlatformClock, type PlatformClock } from "./device/clock.ts";
import { noteDisplaced, takeDisplaced } from "./device/displaced.ts";
import { normalisedCode, takeCodeFromAddress } from "./device/activationCode.ts";
import { openDatabase } from "./device/database.ts";
import { activate, createPlatform, type HttpDeps } from "./device/http.ts";
import { deviceKeyOf, keepIdentity, openIdentity, renewIdentity, type Identity } from "./device/identity.ts";
import { modelOf } from "./device/vitals.ts";
import type { Terminal } from "@huiyin/contract/api/terminals.ts";
import type { Services } from "./services.ts";
import type { Settings } from "./settings.ts";
import type { Voice } from "./speech/voice.ts";
import { createStore, type Store } from "./store.ts";
import { startTerminal } from "./terminal.ts";
import { appVersion } from "./version.ts";

export type BootState =
  | Readonly<{ stage: "opening" | "noStorage" | "elsewhere" }>
  | Readonly<{ stage: "activation"; problem: ActivationProblem | null; busy: "busy" | "idle" }>
  | Readonly<{ stage: "running"; services: Services }>;

export type ActivationProblem =
  Readonly<{ kind: "network" | "displaced" }> | Readonly<{ kind: "refused"; title: string; detail: string }>;

export type Boot = Readonly<{ state: Store<BootState>; activateWith(code: string): Promise<void> }>;

export type BootDeps = Readonly<{ settings: Store<Settings>; voice: Voice; words: i18n }>;

const lockName = "huiyin-cashier";

/** A page on its way to being a terminal. */
type Start = BootDeps & {
  readonly state: Store<BootState>;
  readonly clock: PlatformClock;
  readonly http: HttpDeps;
  database: IDBDatabase | null;
  identity: Identity | null;
};

export function createBoot(deps: BootDeps): Boot {
  const clock = createPlatformClock();
  const start: Start = {
    ...deps,
    state: createStore<BootState>({ stage: "opening" }),
    clock,
    http: { clock, language: () => deps.settings.get().language },
    database: null,
    identity: null,
  };
  void open(start);
  return { state: start.state, activateWith: (code) => activateWith(start, code) };
}

/** Two pages with one key would push each other off the connection for ever: the second waits for the first. */
async function alone(start: Start): Promise<void> {
  // Plain HTTP has no locks: there nothing is watched.
  const locks = (navigator as Partial<Navigator>).locks;
  if (locks === undefined) return;
  await new Promise<void>((resolve) => {
    const keepForEver = (): Promise<never> => {
      resolve();
      return new Promise(() => undefined);
    };
    void locks.request(lockName, { ifAvailable: true }, (lock) => {
      if (lock !== null) return keepForEver();
      start.state.set({ stage: "elsewhere" });
      void locks.request(lockName, keepForEver);
      return undefined;
    });
  });
}

async function open(start: Start): Promise<void> {
  await alone(start);
  let identity: Identity;
  try {
    start.database = await openDatabase();
    identity = await openIdentity(start.database);
  } catch {
    return start.state.set({ stage: "noStorage" });
  }
  start.identity = identity;
  const code = takeCodeFromAddress();
  const { terminal } = identity;
  if (terminal !== null && (code === null || (await isKnown(start, identity, terminal))))
    return run(start, terminal);
  const displaced = takeDisplaced(sessionStorage);
  if (code === null) return askForCode(start, displaced);
  await activateWith(start, code);
}

function askForCode({ state }: Start, problem: ActivationProblem | null): void {
  state.set({ stage: "activation", problem, busy: "idle" });
}

/** A link with a code is opened again and again; only where the platform has forgotten us does its code matter. */
async function isKnown({ http }: Start, known: Identity, terminal: Terminal): Promise<boolean> {
  const platform = createPlatform(http, deviceKeyOf(terminal.id, known.secret), terminal.id);
  const reply = await platform.terminal();
  return reply.kind !== "refused" || reply.refusal.status !== 401;
}

async function activateWith(start: Start, code: string): Promise<void> {
  const { database, state } = start;
  if (database === null || start.identity === null) return;
  state.set({ stage: "activation", problem: null, busy: "busy" });
  let reply = await sendCode(start, code, start.identity);
  if (reply.kind === "refused" && reply.refusal.code === "device_key_used") {
    start.identity = await renewIdentity(database);
    reply = await sendCode(start, code, start.identity);
  }
  if (reply.kind === "unreachable") return askForCode(start, { kind: "network" });
  if (reply.kind === "refused") return askForCode(start, { kind: "refused", ...reply.refusal });
  const { serverTime, terminal } = reply.value;
  start.clock.learn(serverTime);
  start.identity = { ...start.identity, terminal };
  await keepIdentity(database, start.identity);
  run(start, terminal);
}

function sendCode({ http }: Start, code: string, { publicKey }: Identity): ReturnType<typeof activate> {
  const activationCode = normalisedCode(code);
  return activate(http, { activationCode, publicKey, model: modelOf(navigator.userAgent), appVersion });
}

function run(start: Start, terminal: Terminal): void {
  const { database, identity, state } = start;
  if (database === null || identity === null) return;
  const { t } = start.words;
  const services = startTerminal(
    {
      ...{ database, http: start.http, clock: start.clock, settings: start.settings, voice: start.voice },
      storageRefusal: () => ({ title: t("problem.notKept"), detail: t("problem.notKeptNext") }),
      // The payer reads it in the wallet, whatever language the till speaks.
      reasonText: (reason) => t(`refund.reasons.${reason}`, { lng: "zh" }),
      // Everything of the dismissed terminal stops with the page.
      dismissed: () => {
        noteDisplaced(sessionStorage);
        void renewIdentity(database).then(() => location.reload());
      },
    },
    { ...identity, terminal },
  );
  state.set({ stage: "running", services });
}
