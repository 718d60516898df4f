// Terminals: the announcement desk of the real cashier screen, on a device that loses its network and its power.
import {
  marked,
  nextUtterance,
  outcomes,
  overdue,
  received,
  reopened,
  type Desk,
  type Notice,
  type NoticeStage,
} from "@huiyin/cashier/src/announce/desk.ts";
import type { ArrivalMessage, SummaryMessage } from "@huiyin/contract/events/arrivals.ts";
import { eventVersion } from "@huiyin/contract/events/common.ts";
import { askAgainSeconds } from "@huiyin/contract/events/asking.ts";
import type { Outcome } from "@huiyin/contract/events/receipts.ts";
import type { Line } from "./broker.ts";
import type { Machine } from "./machine.ts";
import type { Platform } from "./platform.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Trouble } from "./trouble.ts";

/** One announcement as somebody beside the loudspeaker heard it. */
export type Speech = Readonly<{
  terminalId: string;
  arrivalId: string;
  paymentId: string | null;
  atMs: number;
  heard: "whole" | "part";
}>;

export type TerminalDeps = Readonly<{
  scheduler: Scheduler;
  trouble: Trouble;
  machine: Machine<Platform>;
  terminalId: string;
  speeches: Speech[];
}>;

const speechMs = { min: 1_500, max: 4_000 } as const;
const offlineShare = 0.25;
const lookMs = { min: 20_000, max: 60_000 } as const;
/** Longer than a message is under way. */
const acknowledgedMs = 150;
const powerCutShare = 0.03;

export function runTerminal(deps: TerminalDeps): void {
  const terminal = new SimulatedTerminal(deps);
  deps.machine.onStart(() => terminal.reconnectSoon());
  deps.machine.onCrash(() => terminal.connectionLost());
  terminal.reconnectSoon();
  terminal.watchNetwork();
}

class SimulatedTerminal {
  readonly #deps: TerminalDeps;
  /** On the flash of the device: survives a power cut. */
  #desk: Desk = new Map();
  #line: Line | null = null;
  #network: "up" | "down" = "up";
  #power: "on" | "off" = "on";
  #speaking: { ids: readonly string[]; cancel: () => void } | null = null;
  #connections = 0;
  #askedAtMs = 0;

  constructor(deps: TerminalDeps) {
    this.#deps = deps;
  }

  #after(ms: number, name: string, run: () => void): () => void {
    return this.#deps.scheduler.after(ms, { actor: "terminal", name, key: this.#deps.terminalId, run });
  }

  #between({ min, max }: { min: number; max: number }): number {
    return this.#deps.trouble.chance.integer(min, max);
  }

  reconnectSoon(): void {
    this.#after(this.#between({ min: 100, max: 3_000 }), "connects", () => this.#connect());
  }

  connectionLost(): void {
    this.#line = null;
  }

  /** Now and then the network of the shop goes away, sometimes for longer than an announcement stays fresh. */
  watchNetwork(): void {
    this.#after(this.#between(lookMs), "network", () => {
      if (this.#network === "up" && this.#deps.trouble.strikes(offlineShare)) {
        this.#deps.trouble.count("terminalOffline");
        this.#network = "down";
        this.#line?.hangUp("connectionLost");
        this.#line = null;
        const long = this.#deps.trouble.chance.happens(0.15);
        const ms = this.#between(long ? { min: 310_000, max: 420_000 } : { min: 3_000, max: 90_000 });
        this.#after(ms, "network is back", () => {
          this.#network = "up";
          this.reconnectSoon();
        });
      }
      // In doubt it asks again, and now and then without any: the last question may have been lost.
      const doubt = [...this.#desk.values()].some(({ stage }) => stage === "expired");
      if (doubt || this.#now() - this.#askedAtMs >= askAgainSeconds * 1_000) this.#ask();
      this.watchNetwork();
    });
  }

  #connect(): void {
    const running = this.#deps.machine.running();
    if (running === null || this.#line !== null || this.#network === "down" || this.#power === "off") return;
    const heard = (topic: string, payload: string): void => this.#heard(topic, payload);
    this.#line = running.platform.broker.connect({ terminalId: this.#deps.terminalId, heard });
    const connection = `connection-${++this.#connections}`;
    this.#line.send("telemetry", {
      version: eventVersion,
      kind: "hello",
      connection,
      at: this.#at(this.#now()),
    });
    this.#ask();
  }

  #ask(): void {
    // As the cashier screen does: what is named as waiting is still meant to be spoken.
    this.#mark(
      overdue(this.#desk, this.#now()).map(({ id }) => id),
      "expired",
    );
    this.#askedAtMs = this.#now();
    const line = this.#line;
    const { before, asked } = outcomes(this.#desk);
    this.#report(before.map(({ id }) => id));
    const ask = (): void =>
      line?.send("receipts", {
        version: eventVersion,
        kind: "ask",
        outcomes: asked.map((one) => this.#outcomeOf(one)),
      });
    if (before.length === 0) ask();
    // Once those have arrived.
    else this.#after(acknowledgedMs, "asks", ask);
  }

  #heard(topic: string, payload: string): void {
    if (topic !== "arrivals" || this.#power === "off") return;
    const message = JSON.parse(payload) as ArrivalMessage | SummaryMessage;
    const before = this.#desk;
    this.#desk = received(before, message, { nowMs: this.#now(), elapsedMs: this.#now() });
    this.#report([message.id]);
    // As the cashier screen does: what was put aside for a summary may be missing in it.
    if ([...before].some(([id, { stage }]) => this.#desk.has(id) && this.#desk.get(id)?.stage !== stage))
      this.#ask();
    this.#speakNext();
  }

  #speakNext(): void {
    if (this.#speaking !== null || this.#power === "off") return;
    const old = overdue(this.#desk, this.#now()).map(({ id }) => id);
    this.#mark(old, "expired");
    // Something expired in its hands: the platform has to say what becomes of it.
    if (old.length > 0) this.#ask();
    const utterance = nextUtterance(this.#desk);
    if (utterance === null) return;
    const ids = utterance.notices.map(({ id }) => id);
    // Kept before the first sound: after a power cut it is not begun again.
    this.#mark(ids, "starting");
    const ms = this.#between(speechMs);
    this.#speaking = { ids, cancel: this.#after(ms, "has spoken", () => this.#spoken(ids)) };
    if (this.#deps.trouble.strikes(powerCutShare))
      this.#after(Math.floor(ms / 2), "loses its power", () => this.#powerCut());
  }

  #spoken(ids: readonly string[]): void {
    this.#speaking = null;
    this.#remember(ids, "whole");
    this.#mark(ids, "spoken");
    this.#speakNext();
  }

  #powerCut(): void {
    if (this.#speaking === null) return;
    this.#deps.trouble.count("terminalCrashSpeaking");
    this.#speaking.cancel();
    this.#remember(this.#speaking.ids, "part");
    this.#speaking = null;
    this.#power = "off";
    this.#line?.hangUp("connectionLost");
    this.#line = null;
    this.#after(this.#between({ min: 2_000, max: 40_000 }), "has power again", () => {
      this.#power = "on";
      this.#desk = reopened([...this.#desk.values()], this.#now());
      this.reconnectSoon();
      this.#speakNext();
    });
  }

  #remember(ids: readonly string[], heard: Speech["heard"]): void {
    const { terminalId, speeches } = this.#deps;
    for (const arrivalId of ids) {
      const paymentId = this.#desk.get(arrivalId)?.paymentId ?? null;
      speeches.push({ terminalId, arrivalId, paymentId, atMs: this.#now(), heard });
    }
  }

  #mark(ids: readonly string[], stage: NoticeStage): void {
    if (ids.length === 0) return;
    this.#desk = marked(this.#desk, ids, { stage, atMs: this.#now(), reason: null });
    this.#report(ids);
  }

  #report(ids: readonly string[]): void {
    for (const id of ids) {
      const notice = this.#desk.get(id);
      if (notice === undefined) continue;
      this.#line?.send("receipts", { version: eventVersion, kind: "receipt", ...this.#outcomeOf(notice) });
    }
  }

  #outcomeOf({ id, paymentId, stage, atMs }: Notice): Outcome {
    return { arrivalId: id, paymentId, stage, at: this.#at(atMs) };
  }

  #now(): number {
    return this.#deps.scheduler.nowMs();
  }

  #at(ms: number): string {
    return new Date(ms).toISOString();
  }
}
