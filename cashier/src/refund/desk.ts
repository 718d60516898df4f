// Runs refunds: feeds events into the pure machine and carries out its effects, in their order, one at a time.
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Refund, Reversal } from "@huiyin/contract/api/refunds.ts";
import type { Platform, Reply } from "../device/platform.ts";
import type { RefundShelf } from "../device/shelf.ts";
import { arrivalAgeMsMax } from "../flow.ts";
import { createStore, type Store } from "../store.ts";
import { closed, refundStep } from "./flow.ts";
import type {
  Found,
  RefundAnswer,
  RefundAttempt,
  RefundEffect,
  RefundEvent,
  RefundReason,
  RefundState,
} from "./model.ts";

export type RefundDeskDeps = Readonly<{
  platform: Platform;
  shelf: RefundShelf;
  /** Something about this payment is new. */
  changed(paymentId: string): void;
  /** A cancel of this payment was sent, or did not go through. */
  cancelling(kind: "cancelSent" | "cancelRefused", paymentId: string): void;
  nowMs(): number;
  /** What the payer reads as the reason. */
  reasonText(reason: RefundReason): string;
  /** Text of the refusal shown where this device cannot keep the attempt. */
  storageRefusal(): Readonly<{ title: string; detail: string }>;
}>;

export type RefundDesk = Readonly<{
  state: Store<RefundState>;
  /** Refunds of which nobody has said yet whether they arrived, oldest first. */
  aside: Store<readonly RefundAttempt[]>;
  dispatch(event: RefundEvent): void;
  /** Begins a refund of this payment, or returns to the one that is still unclear. */
  open(payment: Payment, kind: RefundAttempt["kind"]): void;
  /** Learns what was unclear when the page went away. */
  restore(): Promise<void>;
  /** Asks at once whatever was to be asked later: the network is back. */
  hurry(): void;
  /** Asks after what was set aside. */
  askAside(): Promise<void>;
}>;

type Timed = RefundEffect & Readonly<{ kind: "send" | "find" | "look" }>;

type Desk = RefundDeskDeps & {
  readonly state: Store<RefundState>;
  readonly aside: Store<readonly RefundAttempt[]>;
  waiting: { effect: Timed; timer: ReturnType<typeof setTimeout> } | null;
  work: Promise<void>;
};

export function createRefundDesk(deps: RefundDeskDeps): RefundDesk {
  const desk: Desk = {
    ...deps,
    state: createStore<RefundState>(closed),
    aside: createStore<readonly RefundAttempt[]>([]),
    waiting: null,
    work: Promise.resolve(),
  };
  return {
    ...{ state: desk.state, aside: desk.aside },
    dispatch: (event) => dispatch(desk, event),
    open: (payment, kind) => {
      const unclear = desk.aside.get().find(({ paymentId }) => paymentId === payment.id);
      if (unclear !== undefined) return dispatch(desk, { kind: "reopened", attempt: unclear });
      dispatch(desk, kind === "reversal" ? { kind: "reverse", payment } : { kind: "open", payment });
    },
    restore: async () => desk.aside.set(await desk.shelf.all()),
    hurry: () => {
      if (desk.waiting !== null) askLater(desk, { ...desk.waiting.effect, afterMs: 0 });
    },
    askAside: () => askAside(desk),
  };
}

function dispatch(desk: Desk, event: RefundEvent): void {
  const next = refundStep(desk.state.get(), event, desk.nowMs());
  desk.state.set(next.state);
  // At once: the very next tap must find the unclear refund and not begin another one.
  for (const effect of next.effects)
    if (effect.kind === "setAside")
      desk.aside.set([...desk.aside.get().filter(({ key }) => key !== effect.attempt.key), effect.attempt]);
  // A question whose answer nobody waits for any more is not asked.
  if (next.state.stage === "closed" && desk.waiting !== null) {
    clearTimeout(desk.waiting.timer);
    desk.waiting = null;
  }
  if (next.effects.length > 0) desk.work = desk.work.then(() => perform(desk, next.effects));
}

async function perform(desk: Desk, effects: readonly RefundEffect[]): Promise<void> {
  for (const effect of effects) {
    switch (effect.kind) {
      case "keep":
        // What is not kept is not sent: after a reload nobody would know of it.
        if ((await kept(desk, effect.attempt)) === "failed") return;
        break;
      case "forget":
        desk.aside.set(desk.aside.get().filter(({ key }) => key !== effect.attemptKey));
        await desk.shelf.remove(effect.attemptKey).catch(() => undefined);
        break;
      case "setAside":
        // Done already, see dispatch.
        break;
      case "cancelSent":
      case "cancelRefused":
        desk.cancelling(effect.kind, effect.paymentId);
        break;
      case "changed":
        desk.changed(effect.paymentId);
        break;
      case "send":
      case "find":
      case "look":
        askLater(desk, effect);
        break;
    }
  }
}

async function kept(desk: Desk, attempt: RefundAttempt): Promise<"kept" | "failed"> {
  try {
    await desk.shelf.put(attempt);
    return "kept";
  } catch {
    const refusal = { status: 0, code: "storage", retry: "afterFix", ...desk.storageRefusal() };
    dispatch(desk, { kind: "refused", attemptKey: attempt.key, refusal });
    return "failed";
  }
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
  dispatch(desk, answerOf(attemptKey, await replyTo(desk, effect)));
}

async function replyTo(desk: Desk, effect: Timed): Promise<Reply<Found | null>> {
  const { platform, reasonText } = desk;
  if (effect.kind === "look") return mapped(await platform.refund(effect.refundId), foundRefund);
  if (effect.kind === "find") {
    const reply = await find(platform, effect.attempt);
    return desk.state.get().stage === "waiting" ? reply : mapped(reply, endedOnly);
  }
  const { attempt, managerCode } = effect;
  const reason = reasonText(attempt.reason);
  const secret = managerCode === "" ? { reason } : { managerCode, reason };
  return attempt.kind === "reversal"
    ? mapped<Reversal>(await platform.createReversal(attempt, secret), (reversal) => reversal)
    : mapped(await platform.createRefund(attempt, secret), foundRefund);
}

/** What became of an attempt; null where the platform shows no trace of it (yet). */
async function find(platform: Platform, attempt: RefundAttempt): Promise<Reply<Found | null>> {
  if (attempt.kind === "refund")
    return mapped(
      await platform.findRefund(attempt.merchantRefundNo),
      (refund) => refund && foundRefund(refund),
    );
  const refunds = await platform.refundsOf(attempt.paymentId);
  if (refunds.kind !== "answered") return refunds;
  const refund = refunds.value.find(({ kind }) => kind === "reversal") ?? null;
  return mapped(await platform.payment(attempt.paymentId), (payment) => {
    return { refund, payment };
  });
}

/** Before the platform has said that it has the wish, a payment that is paid or open tells nothing about it. */
function endedOnly(found: Found | null): Found | null {
  const state = found?.payment?.state;
  const ended = state === "reversed" || state === "closed" || state === "failed";
  return found !== null && (found.refund !== null || ended) ? found : null;
}

async function askAside(desk: Desk): Promise<void> {
  for (const attempt of desk.aside.get()) {
    const shown = desk.state.get();
    if ("attempt" in shown && shown.attempt.key === attempt.key) continue;
    const reply = mapped(await find(desk.platform, attempt), endedOnly);
    if (reply.kind !== "answered") return;
    const old = desk.nowMs() - attempt.startedAtMs >= arrivalAgeMsMax;
    if (reply.value === null && !old) continue;
    await perform(desk, [
      { kind: "forget", attemptKey: attempt.key },
      { kind: "changed", paymentId: attempt.paymentId },
    ]);
  }
}

const foundRefund = (refund: Refund): Found => ({ refund, payment: null });

function mapped<Value, Other = Found | null>(
  reply: Reply<Value>,
  map: (value: Value) => Other,
): Reply<Other> {
  return reply.kind === "answered" ? { kind: "answered", value: map(reply.value) } : reply;
}

function answerOf(attemptKey: string, reply: Reply<Found | null>): RefundAnswer {
  if (reply.kind === "refused") return { kind: "refused", attemptKey, refusal: reply.refusal };
  if (reply.kind === "unreachable") return { kind: "unreachable", attemptKey, trouble: reply.trouble };
  if (reply.value === null) return { kind: "notFound", attemptKey };
  return { kind: "observed", attemptKey, found: reply.value };
}
