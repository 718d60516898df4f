// Giving money back as a state machine. Pure: events and the time come in, the next state and the effects come out.
// While nobody knows whether a refund arrived, no event starts another one, and after a reload it is only asked after.
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Refund } from "@huiyin/contract/api/refunds.ts";
import { amountTextOf, erased, fenOf, typed } from "../amount.ts";
import { arrivalAgeMsMax } from "../flow.ts";
import type { Refusal } from "../flowModel.ts";
import { sendAgeMsMax } from "../resend.ts";
import type {
  Choosing,
  Coding,
  Found,
  RefundAnswer,
  RefundAttempt,
  RefundEffect,
  RefundEvent,
  RefundOutcome,
  RefundState,
  RefundStep,
  Sending,
  Settled,
  Unsettled,
} from "./model.ts";

export const managerCodeLength = 6;
const retryAfterMs = 1_500;
const lookOftenAgeMsMax = 15_000;
const lookAfterMs = 1_000;
const lookAfterLongMs = 5_000;

export const closed: RefundState = { stage: "closed" };

const keep = (state: RefundState, ...effects: readonly RefundEffect[]): RefundStep => ({ state, effects });

/** What may still be given back, in fen. */
export const leftOf = ({ state, amount, refundedAmount }: Payment): bigint =>
  state === "succeeded" ? BigInt(amount - refundedAmount) : 0n;

/** Whether a reversal makes sense: something was paid, or nobody knows yet. */
export const isReversible = (payment: Payment): boolean =>
  payment.state === "processing" || payment.state === "awaitingPayer" || leftOf(payment) > 0n;

/** The next state after one event at `nowMs`. Events that make no sense in a state change nothing. */
export function refundStep(state: RefundState, event: RefundEvent, nowMs: number): RefundStep {
  if ("attemptKey" in event) {
    const unsettled = state.stage === "sending" || state.stage === "waiting";
    return unsettled && state.attempt.key === event.attemptKey ? learn(state, event, nowMs) : keep(state);
  }
  switch (state.stage) {
    case "closed":
      return open(event);
    case "choosing":
      return choosing(state, event);
    case "coding":
      return coding(state, event, nowMs);
    case "sending":
      return event.kind === "close"
        ? keep(closed, { kind: "setAside", attempt: state.attempt })
        : keep(state);
    case "waiting":
      return keep(event.kind === "close" ? closed : state);
    case "settled":
      return settled(state, event);
    default:
      return unreachableState(state);
  }
}

function open(event: RefundEvent): RefundStep {
  if (event.kind === "open" && leftOf(event.payment) > 0n)
    return keep({ stage: "choosing", payment: event.payment, text: "", reason: "returned", notice: null });
  if (event.kind === "reverse" && isReversible(event.payment)) return keep(reversing(event.payment));
  if (event.kind !== "reopened") return keep(closed);
  const { attempt } = event;
  const none = { payment: null, managerCode: null, trouble: null };
  return keep({ stage: "sending", attempt, ...none, unclearSends: 1 }, find(attempt, 0));
}

function reversing(payment: Payment): Coding {
  const paid = payment.state === "succeeded";
  const amountFen = paid ? leftOf(payment) : BigInt(payment.amount);
  // Cancelling what is not paid gives nothing away; should it be paid meanwhile, the platform asks for the code.
  const asked = { asks: paid ? "code" : "yes", code: "", problem: null } as const;
  return { stage: "coding", kind: "reversal", payment, amountFen, reason: "reversal", ...asked };
}

function choosing(state: Choosing, event: RefundEvent): RefundStep {
  const left = leftOf(state.payment);
  switch (event.kind) {
    case "key": {
      const text = typed(state.text, event.key);
      if (text === null) return keep(state);
      return keep(fenOf(text) > left ? { ...state, notice: "overLeft" } : { ...state, text, notice: null });
    }
    case "erase":
      return keep({ ...state, text: erased(state.text), notice: null });
    case "clear":
      return keep({ ...state, text: "", notice: null });
    case "whole":
      return keep({ ...state, text: amountTextOf(left), notice: null });
    case "reason":
      return keep({ ...state, reason: event.reason });
    case "submit": {
      const amountFen = fenOf(state.text);
      if (amountFen === 0n) return keep({ ...state, notice: "amountFirst" });
      const { payment, reason } = state;
      const asked = { asks: "code", code: "", problem: null } as const;
      return keep({ stage: "coding", kind: "refund", payment, amountFen, reason, ...asked });
    }
    case "back":
    case "close":
      return keep(closed);
    default:
      return keep(state);
  }
}

function coding(state: Coding, event: RefundEvent, nowMs: number): RefundStep {
  switch (event.kind) {
    case "key":
      if (state.asks === "yes" || !/^\d$/.test(event.key) || state.code.length >= managerCodeLength)
        return keep(state);
      return keep({ ...state, code: state.code + event.key });
    case "erase":
      return keep({ ...state, code: state.code.slice(0, -1) });
    case "clear":
      return keep({ ...state, code: "" });
    case "send":
      return state.asks === "yes" || state.code.length === managerCodeLength
        ? begin(state, event, nowMs)
        : keep(state);
    case "back": {
      const { payment, reason, amountFen } = state;
      if (state.kind === "reversal") return keep(closed);
      return keep({ stage: "choosing", payment, text: amountTextOf(amountFen), reason, notice: null });
    }
    case "close":
      return keep(closed);
    default:
      return keep(state);
  }
}

/** Intention first: the attempt is kept on the device before anything leaves it. */
function begin(state: Coding, wish: RefundEvent & { kind: "send" }, nowMs: number): RefundStep {
  const { kind, payment, amountFen, reason, code: managerCode } = state;
  const { key, merchantRefundNo } = wish;
  const attempt: RefundAttempt = {
    ...{ key, merchantRefundNo, kind, paymentId: payment.id },
    ...{ amountFen, reason, startedAtMs: nowMs },
  };
  return keep(
    { stage: "sending", attempt, payment, managerCode, trouble: null, unclearSends: 0 },
    { kind: "keep", attempt },
    { kind: "send", attempt, managerCode, afterMs: 0 },
    ...(kind === "reversal" ? [{ kind: "cancelSent", paymentId: payment.id } as const] : []),
  );
}

function settled(state: Settled, event: RefundEvent): RefundStep {
  if (event.kind === "close" || event.kind === "back" || event.kind === "submit") return keep(closed);
  return keep(state);
}

function learn(state: Unsettled, event: RefundAnswer, nowMs: number): RefundStep {
  switch (event.kind) {
    case "observed":
      return observed(state, event.found, nowMs);
    case "refused":
      return refused(state, event.refusal, nowMs);
    case "notFound":
      if (state.stage === "waiting") return keep(state, next(state, nowMs));
      if (nowMs - state.attempt.startedAtMs < arrivalAgeMsMax)
        return keep({ ...state, trouble: null }, find(state.attempt, retryAfterMs));
      return settle(state, { kind: "neverArrived" });
    case "unreachable":
      return again({ ...state, trouble: event.trouble }, nowMs);
    default:
      return unreachableState(event);
  }
}

function observed(state: Unsettled, found: Found, nowMs: number): RefundStep {
  const { refund, payment } = found;
  const known: Unsettled = { ...state, payment: payment ?? state.payment };
  if (refund !== null) {
    switch (refund.state) {
      case "succeeded":
        return settle(known, { kind: "refunded", refund });
      case "failed":
        return settle(known, { kind: "failed", refund });
      case "processing":
        return taken(known, refund, nowMs);
      default:
        return unreachableState(refund.state);
    }
  }
  if (payment === null) return again(known, nowMs);
  const open = payment.state === "processing" || payment.state === "awaitingPayer";
  if (open) return taken(known, null, nowMs);
  if (payment.state === "succeeded") return settle(known, { kind: "paid", payment });
  return settle(known, { kind: "reversed", payment });
}

/** The platform has it: this device need not remember it any longer. */
function taken(state: Unsettled, refund: Refund | null, nowMs: number): RefundStep {
  const { attempt, payment } = state;
  const waiting = { stage: "waiting", attempt, payment, refund, trouble: null } as const;
  const ends = state.stage === "sending" ? arrived(attempt) : [];
  return keep(waiting, ...ends, next(waiting, nowMs));
}

const arrived = ({ key, paymentId }: RefundAttempt): RefundEffect[] => [
  { kind: "forget", attemptKey: key },
  { kind: "changed", paymentId },
];

function settle(state: Unsettled, outcome: RefundOutcome): RefundStep {
  const { attempt, payment } = state;
  const { paymentId } = attempt;
  const ends: RefundEffect[] =
    state.stage === "sending" ? arrived(attempt) : [{ kind: "changed", paymentId }];
  // Paid after all is no refusal: the screen behind learns it by itself.
  const ended = outcome.kind === "refunded" || outcome.kind === "reversed" || outcome.kind === "paid";
  return keep(
    { stage: "settled", attempt, payment, outcome },
    ...(ended ? [] : refusedCancel(attempt)),
    ...ends,
  );
}

const refusedCancel = ({ kind, paymentId }: RefundAttempt): RefundEffect[] =>
  kind === "reversal" ? [{ kind: "cancelRefused", paymentId }] : [];

/**
 * A refusal ends the attempt only where it speaks for every send. “Locked” or “sign in first” after an unclear send
 * says nothing about that send, which may have been accepted.
 */
function refused(state: Unsettled, refusal: Refusal, nowMs: number): RefundStep {
  if (state.stage === "waiting") return again({ ...state, trouble: "platform" }, nowMs);
  const aboutCaller = refusal.status === 401 || refusal.status === 403 || refusal.status === 429;
  if (aboutCaller && state.unclearSends > 0)
    return keep({ ...state, trouble: "platform" }, find(state.attempt, retryAfterMs));
  if (refusal.code.startsWith("manager_code_")) return askedAgain(state, refusal);
  const { status, retry } = refusal;
  const transient = status >= 500 || status === 408 || retry === "later" || retry === "sameRequest";
  return transient
    ? again({ ...state, trouble: "platform" }, nowMs)
    : settle(state, { kind: "refused", refusal });
}

function askedAgain({ attempt, payment }: Sending, problem: Refusal): RefundStep {
  const forget: RefundEffect = { kind: "forget", attemptKey: attempt.key };
  if (payment === null) return keep(closed, forget, ...refusedCancel(attempt));
  const { kind, amountFen, reason } = attempt;
  // “Required” is news only to whoever was not asked for it.
  const asked = { asks: "code", code: "", problem } as const;
  return keep(
    { stage: "coding", kind, payment, amountFen, reason, ...asked },
    forget,
    ...refusedCancel(attempt),
  );
}

/** No word yet: the same request again while it is fresh; afterwards only the question what became of it. */
function again(state: Unsettled, nowMs: number): RefundStep {
  if (state.stage === "waiting") return keep(state, next(state, nowMs));
  const { attempt, managerCode } = state;
  const fresh = nowMs + retryAfterMs - attempt.startedAtMs <= sendAgeMsMax;
  const effect: RefundEffect =
    fresh && managerCode !== null
      ? { kind: "send", attempt, managerCode, afterMs: retryAfterMs }
      : find(attempt, retryAfterMs);
  return keep({ ...state, unclearSends: state.unclearSends + 1 }, effect);
}

/** When to look again at what the platform has. */
function next(state: Unsettled & { stage: "waiting" }, nowMs: number): RefundEffect {
  const { attempt, refund } = state;
  const afterMs = nowMs - attempt.startedAtMs < lookOftenAgeMsMax ? lookAfterMs : lookAfterLongMs;
  if (refund === null) return find(attempt, afterMs);
  return { kind: "look", attemptKey: attempt.key, refundId: refund.id, afterMs };
}

const find = (attempt: RefundAttempt, afterMs: number): RefundEffect => ({ kind: "find", attempt, afterMs });

const unreachableState = (value: never): never => {
  throw new TypeError(`no such case: ${JSON.stringify(value)}`);
};
