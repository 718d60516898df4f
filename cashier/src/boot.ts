// From an empty page to a running terminal: the device's key, its activation, and what to do when it is forgotten.
import type { i18n } from "i18next";
import { createPlatformClock, type PlatformClock } from "./device/clock.ts";
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
  | Readonly<{ stage: "opening" | "noStorage" }>
  | Readonly<{ stage: "activation"; problem: ActivationProblem | null; busy: "busy" | "idle" }>
  | Readonly<{ stage: "running"; services: Services }>;

export type ActivationProblem =
  Readonly<{ kind: "network" }> | Readonly<{ kind: "refused"; title: string; detail: string }>;

export type Boot = Readonly<{ state: Store<BootState>; activateWith(code: string): Promise<void> }>;

export type BootDeps = Readonly<{ settings: Store<Settings>; voice: Voice; words: i18n }>;

type Ground = Readonly<{ database: IDBDatabase; clock: PlatformClock; http: HttpDeps }>;

export function createBoot(deps: BootDeps): Boot {
  const state = createStore<BootState>({ stage: "opening" });
  const clock = createPlatformClock();
  const http: HttpDeps = { clock, language: () => deps.settings.get().language };
  let ground: Ground | null = null;
  let identity: Identity | null = null;

  const askForCode = (problem: ActivationProblem | null): void => {
    state.set({ stage: "activation", problem, busy: "idle" });
  };

  async function open(): Promise<void> {
    try {
      ground = { database: await openDatabase(), clock, http };
      identity = await openIdentity(ground.database);
    } catch {
      return state.set({ stage: "noStorage" });
    }
    const code = takeCodeFromAddress();
    if (identity.terminal !== null && (code === null || (await isKnown(identity, identity.terminal))))
      return run(identity.terminal);
    if (code === null) return askForCode(null);
    await activateWith(code);
  }

  /** A link with a code is opened again and again; only where the platform has forgotten us does its code matter. */
  async function isKnown(known: Identity, terminal: Terminal): Promise<boolean> {
    const platform = createPlatform(http, deviceKeyOf(terminal.id, known.secret), terminal.id);
    const reply = await platform.terminal();
    return reply.kind !== "refused" || reply.refusal.status !== 401;
  }

  async function activateWith(code: string): Promise<void> {
    if (ground === null || identity === null) return;
    state.set({ stage: "activation", problem: null, busy: "busy" });
    let reply = await send(code, identity);
    if (reply.kind === "refused" && reply.refusal.code === "device_key_used") {
      identity = await renewIdentity(ground.database);
      reply = await send(code, identity);
    }
    if (reply.kind === "unreachable") return askForCode({ kind: "network" });
    if (reply.kind === "refused") return askForCode({ kind: "refused", ...reply.refusal });
    clock.learn(reply.value.serverTime);
    identity = { ...identity, terminal: reply.value.terminal };
    await keepIdentity(ground.database, identity);
    run(reply.value.terminal);
  }

  const send = (code: string, known: Identity): ReturnType<typeof activate> =>
    activate(http, {
      activationCode: normalisedCode(code),
      publicKey: known.publicKey,
      model: modelOf(navigator.userAgent),
      appVersion,
    });

  function run(terminal: Terminal): void {
    if (ground === null || identity === null) return;
    const { t } = deps.words;
    const services = startTerminal(
      {
        ...ground,
        settings: deps.settings,
        voice: deps.voice,
        storageRefusal: () => ({ title: t("problem.notKept"), detail: t("problem.notKeptNext") }),
        // Everything of the dismissed terminal stops with the page.
        dismissed: () => void forget().then(() => location.reload()),
      },
      { ...identity, terminal },
    );
    state.set({ stage: "running", services });
  }

  async function forget(): Promise<void> {
    if (ground !== null) await renewIdentity(ground.database);
  }

  void open();
  return { state, activateWith };
}
