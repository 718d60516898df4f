// Runs the checkout: feeds events into the pure machine and carries out its effects, in their order, one at a time.
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Phrase } from "@huiyin/contract/speech.ts";
import type { AttemptShelf } from "./device/shelf.ts";
import type { Platform, Reply } from "./device/platform.ts";
import { idle, step } from "./flow.ts";
import type { Answer, Attempt, FlowEffect, FlowEvent, FlowState } from "./flowModel.ts";
import { createStore, type Store } from "./store.ts";

export type CheckoutDeps = Readonly<{
  platform: Platform;
  shelf: AttemptShelf;
  say(phrase: Phrase): void;
  vibrate(result: "paid" | "unpaid" | "person"): void;
  /** Told whenever a payment left the screen: with its final state, or set aside. */
  settled(): void;
  nowMs(): number;
  /** Text of the refusal shown where this device cannot keep the attempt. */
  storageRefusal(): Readonly<{ title: string; detail: string }>;
}>;

export type Checkout = Readonly<{
  state: Store<FlowState>;
  /** Attempts without an outcome that were set aside, oldest first. */
  aside: Store<readonly Attempt[]>;
  dispatch(event: FlowEvent): void;
  /** Re-attaches to what was in flight when the page went away. */
  restore(): Promise<void>;
  /** Asks at once whatever was to be asked later: the network is back, or money was announced. */
  hurry(): void;
  /** Asks after what was set aside. */
  askAside(): Promise<void>;
}>;

type Timed = FlowEffect & Readonly<{ kind: "send" | "find" | "look" }>;

export function createCheckout(deps: CheckoutDeps): Checkout {
  const state = createStore<FlowState>(idle);
  const aside = createStore<readonly Attempt[]>([]);
  let waiting: { effect: Timed; timer: ReturnType<typeof setTimeout> } | null = null;
  let work: Promise<void> = Promise.resolve();

  function dispatch(event: FlowEvent): void {
    const next = step(state.get(), event, deps.nowMs());
    state.set(next.state);
    if (next.effects.length > 0) work = work.then(() => perform(next.effects));
  }

  async function perform(effects: readonly FlowEffect[]): Promise<void> {
    for (const effect of effects) {
      switch (effect.kind) {
        case "keep":
          // What is not kept is not sent: after a reload nobody would know of it.
          if (await keepFailed(effect.attempt)) return;
          break;
        case "forget":
          aside.set(aside.get().filter((attempt) => attempt.key !== effect.attemptKey));
          await deps.shelf.remove(effect.attemptKey);
          deps.settled();
          break;
        case "setAside":
          aside.set([...aside.get().filter(({ key }) => key !== effect.attempt.key), effect.attempt]);
          await deps.shelf.put(effect.attempt, "aside");
          deps.settled();
          break;
        case "send":
        case "find":
        case "look":
          later(effect);
          break;
        case "say":
          deps.say(effect.phrase);
          break;
        case "vibrate":
          deps.vibrate(effect.result);
          break;
      }
    }
  }

  async function keepFailed(attempt: Attempt): Promise<boolean> {
    try {
      await deps.shelf.put(attempt, "inFlight");
      return false;
    } catch {
      const refusal = { status: 0, code: "storage", retry: "afterFix", ...deps.storageRefusal() };
      dispatch({ kind: "refused", attemptKey: attempt.key, refusal });
      return true;
    }
  }

  function later(effect: Timed): void {
    if (waiting !== null) clearTimeout(waiting.timer);
    const timer = setTimeout(() => {
      waiting = null;
      void ask(effect);
    }, effect.afterMs);
    waiting = { effect, timer };
  }

  async function ask(effect: Timed): Promise<void> {
    const attemptKey = effect.kind === "look" ? effect.attemptKey : effect.attempt.key;
    dispatch(answerOf(attemptKey, await replyTo(deps.platform, effect)));
  }

  async function askAside(): Promise<void> {
    for (const attempt of aside.get()) {
      const reply = await deps.platform.findPayment(attempt.merchantOrderNo);
      const open = reply.kind !== "answered" || reply.value === null || isOpen(reply.value);
      if (!open) await perform([{ kind: "forget", attemptKey: attempt.key }]);
    }
  }

  return {
    state,
    aside,
    dispatch,
    askAside,
    restore: async () => {
      const kept = await deps.shelf.all();
      const inFlight = kept.filter(({ place }) => place === "inFlight").map(({ attempt }) => attempt);
      const newest = inFlight.at(-1);
      aside.set(kept.map(({ attempt }) => attempt).filter((attempt) => attempt !== newest));
      if (newest !== undefined) dispatch({ kind: "restored", attempt: newest });
    },
    hurry: () => {
      if (waiting === null) return;
      later({ ...waiting.effect, afterMs: 0 });
    },
  };
}

const isOpen = ({ state }: Payment): boolean => state === "processing" || state === "awaitingPayer";

function replyTo(platform: Platform, effect: Timed): Promise<Reply<Payment | null>> {
  if (effect.kind === "look") return platform.payment(effect.paymentId);
  if (effect.kind === "find") return platform.findPayment(effect.attempt.merchantOrderNo);
  return platform.createPayment(effect.attempt);
}

function answerOf(attemptKey: string, reply: Reply<Payment | null>): Answer {
  if (reply.kind === "refused") return { kind: "refused", attemptKey, refusal: reply.refusal };
  if (reply.kind === "unreachable") return { kind: "unreachable", attemptKey, trouble: reply.trouble };
  if (reply.value === null) return { kind: "notFound", attemptKey };
  return { kind: "observed", attemptKey, payment: reply.value };
}
