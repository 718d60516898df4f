// Runs the checkout: feeds events into the pure machine and carries out its effects, in their order, one at a time.
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Phrase } from "@huiyin/contract/speech.ts";
import type { AttemptShelf } from "./device/shelf.ts";
import type { Platform, Reply } from "./device/platform.ts";
import { idle, step } from "./flow.ts";
import type { Answer, Attempt, FlowEffect, FlowEvent, FlowState } from "./flowModel.ts";
import { withoutCode } from "./resend.ts";
import { createStore, type Store } from "./store.ts";

/** Set aside without an outcome for so long, only a person can look it up: an open payment is long decided by then. */
export const asideAgeMsMax = 24 * 3_600_000;

export type CheckoutDeps = Readonly<{
  platform: Platform;
  shelf: AttemptShelf;
  say(phrase: Phrase): void;
  vibrate(result: "paid" | "unpaid" | "person"): void;
  /** Told whenever a payment left the screen or what was set aside: with its final state, set aside, or for a person. */
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
  /** Asks after what was set aside; what is too old is left to a person. */
  askAside(): Promise<void>;
}>;

type Timed = FlowEffect & Readonly<{ kind: "send" | "find" | "look" }>;

/** One checkout at work. */
type Desk = CheckoutDeps & {
  readonly state: Store<FlowState>;
  readonly aside: Store<readonly Attempt[]>;
  /** The question that will be asked when its time comes. */
  waiting: { effect: Timed; timer: ReturnType<typeof setTimeout> } | null;
  /** The attempt that lies on the device with its payer's code. */
  withCode: string | null;
  /** Effects under way; the next ones follow them. */
  work: Promise<void>;
};

export function createCheckout(deps: CheckoutDeps): Checkout {
  const desk: Desk = {
    ...deps,
    state: createStore<FlowState>(idle),
    aside: createStore<readonly Attempt[]>([]),
    waiting: null,
    withCode: null,
    work: Promise.resolve(),
  };
  return {
    state: desk.state,
    aside: desk.aside,
    dispatch: (event) => dispatch(desk, event),
    askAside: () => askAside(desk),
    restore: () => restore(desk),
    hurry: () => {
      if (desk.waiting !== null) askLater(desk, { ...desk.waiting.effect, afterMs: 0 });
    },
  };
}

function dispatch(desk: Desk, event: FlowEvent): void {
  const next = step(desk.state.get(), event, desk.nowMs());
  desk.state.set(next.state);
  if (next.effects.length > 0) desk.work = desk.work.then(() => perform(desk, next.effects));
}

async function perform(desk: Desk, effects: readonly FlowEffect[]): Promise<void> {
  for (const effect of effects) {
    switch (effect.kind) {
      case "keep":
        // What is not kept is not sent: after a reload nobody would know of it.
        if ((await kept(desk, effect.attempt)) === "failed") return;
        break;
      case "forget":
        desk.aside.set(desk.aside.get().filter((attempt) => attempt.key !== effect.attemptKey));
        // Where this fails, the next life of the page finds the attempt, asks again, and learns the same.
        await desk.shelf.remove(effect.attemptKey).catch(() => undefined);
        desk.settled();
        break;
      case "setAside":
        await setAside(desk, withoutCode(effect.attempt));
        break;
      case "find":
      case "look":
        // It is not sent any more: it is too old for that, or the platform has it.
        await dropCode(desk);
        askLater(desk, effect);
        break;
      case "send":
        askLater(desk, effect);
        break;
      case "say":
        desk.say(effect.phrase);
        break;
      case "vibrate":
        desk.vibrate(effect.result);
        break;
    }
  }
}

async function kept(desk: Desk, attempt: Attempt): Promise<"kept" | "failed"> {
  try {
    await desk.shelf.put(attempt, "inFlight");
    desk.withCode = attempt.key;
    return "kept";
  } catch {
    const refusal = { status: 0, code: "storage", retry: "afterFix", ...desk.storageRefusal() };
    dispatch(desk, { kind: "refused", attemptKey: attempt.key, refusal });
    return "failed";
  }
}

async function setAside(desk: Desk, attempt: Attempt): Promise<void> {
  desk.aside.set([...desk.aside.get().filter(({ key }) => key !== attempt.key), attempt]);
  // Where this fails, it stays kept as in flight, which is asked after as well.
  await desk.shelf.put(attempt, "aside").catch(() => undefined);
  desk.settled();
}

/** Takes the payer's code of the attempt on the screen off the device. */
async function dropCode(desk: Desk): Promise<void> {
  const state = desk.state.get();
  const unsettled = state.screen === "processing" || state.screen === "person";
  if (!unsettled || state.attempt.key !== desk.withCode) return;
  desk.withCode = null;
  // Where this fails, the next life of the page does it.
  await desk.shelf.put(withoutCode(state.attempt), "inFlight").catch(() => undefined);
}

function askLater(desk: Desk, effect: Timed): void {
  if (desk.waiting !== null) clearTimeout(desk.waiting.timer);
  const timer = setTimeout(() => {
    desk.waiting = null;
    void ask(desk, effect);
  }, effect.afterMs);
  desk.waiting = { effect, timer };
}

async function ask(desk: Desk, effect: Timed): Promise<void> {
  const attemptKey = effect.kind === "look" ? effect.attemptKey : effect.attempt.key;
  dispatch(desk, answerOf(attemptKey, await replyTo(desk.platform, effect)));
}

async function askAside(desk: Desk): Promise<void> {
  for (const attempt of desk.aside.get()) {
    const reply = await desk.platform.findPayment(attempt.merchantOrderNo);
    const open = reply.kind !== "answered" || reply.value === null || isOpen(reply.value);
    if (!open) await perform(desk, [{ kind: "forget", attemptKey: attempt.key }]);
    else if (desk.nowMs() - attempt.startedAtMs >= asideAgeMsMax) await leaveToPerson(desk, attempt);
  }
}

async function leaveToPerson(desk: Desk, attempt: Attempt): Promise<void> {
  try {
    await desk.shelf.put(attempt, "check");
  } catch {
    // Not kept as such: it stays set aside, nothing is lost.
    return;
  }
  desk.aside.set(desk.aside.get().filter(({ key }) => key !== attempt.key));
  desk.settled();
}

async function restore(desk: Desk): Promise<void> {
  const found = await desk.shelf.all();
  const inFlight = found.filter(({ place }) => place === "inFlight").map(({ attempt }) => attempt);
  const newest = inFlight.at(-1);
  const others = found.filter(({ attempt }) => attempt !== newest);
  desk.aside.set(others.map(({ attempt }) => withoutCode(attempt)));
  if (newest !== undefined) {
    if (newest.payerCode !== null) desk.withCode = newest.key;
    dispatch(desk, { kind: "restored", attempt: newest });
  }
  for (const { attempt, place } of others)
    if (attempt.payerCode !== null) await desk.shelf.put(withoutCode(attempt), place).catch(() => undefined);
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
