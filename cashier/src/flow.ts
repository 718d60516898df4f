// The checkout as a state machine: what the screen shows, and what happens next. Pure: events and the time come in,
// the next state and the effects come out. While the outcome of a payment is unknown there is no event that starts
// another one: nobody is asked to pay twice.
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { amountTextOf, erased, fenOf, isOverLimit, typed } from "./amount.ts";
import type {
  Answer,
  Attempt,
  Entering,
  FlowEffect,
  FlowEvent,
  FlowState,
  Paid,
  Processing,
  Refusal,
  Scanning,
  SendableAttempt,
  Step,
  Unpaid,
  Unsettled,
} from "./flowModel.ts";
import { cancelOf, isAllBack, isCancelled, isTurnedAway, phraseOf } from "./outcome.ts";
import { nextTry, patienceMs } from "./resend.ts";

/** A request that the platform does not know at this age never reached it. */
export const arrivalAgeMsMax = 120_000;
const lookOftenAgeMsMax = 15_000;
const lookAfterMs = 700;
const lookAfterLongMs = 2_000;
const lookAtReviewMs = 15_000;
const retryAfterMs = 1_500;
const retryAtPersonMs = 5_000;

export const idle: Entering = { screen: "entering", text: "", textBeforeBurst: "", notice: null };

const keep = (state: FlowState, ...effects: readonly FlowEffect[]): Step => ({ state, effects });

/** The next state after one event at `nowMs`. Events that make no sense in a state change nothing. */
export function step(state: FlowState, event: FlowEvent, nowMs: number): Step {
  if ("attemptKey" in event) {
    const unsettled = state.screen === "processing" || state.screen === "person";
    return unsettled && state.attempt.key === event.attemptKey ? learn(state, event, nowMs) : keep(state);
  }
  switch (state.screen) {
    case "entering":
      return entering(state, event, nowMs);
    case "scanning":
      return scanning(state, event, nowMs);
    case "processing":
      return processing(state, event);
    case "paid":
      return paid(state, event, nowMs);
    case "unpaid":
      return unpaid(state, event, nowMs);
    case "person":
      // The queue goes on; the open question stays on the device and is asked until it is answered.
      return event.kind === "next"
        ? keep(idle, { kind: "setAside", attempt: state.attempt, payment: state.payment })
        : keep(state);
    default:
      return unreachableState(state);
  }
}

function entering(state: Entering, event: FlowEvent, nowMs: number): Step {
  switch (event.kind) {
    case "key": {
      const text = typed(state.text, event.key);
      const notice = text === null && isOverLimit(state.text, event.key) ? "overLimit" : null;
      return keep({ ...state, text: text ?? state.text, notice });
    }
    case "burst":
      return keep({ ...state, textBeforeBurst: state.text });
    case "erase":
      return keep({ ...state, text: erased(state.text), notice: null });
    case "clear":
    case "back":
      return keep(idle);
    case "submit":
      if (fenOf(state.text) === 0n) return keep({ ...state, notice: "amountFirst" });
      return keep(
        { screen: "scanning", amountText: state.text, credit: null },
        { kind: "say", phrase: "showPayerCode" },
      );
    case "scan": {
      // The scanner typed its figures into the amount: what stood there before the burst is what the cashier meant.
      const text = state.textBeforeBurst;
      if (fenOf(text) === 0n) return keep({ ...idle, notice: "amountFirst" });
      return begin({ amountFen: fenOf(text), credit: null }, event, nowMs);
    }
    case "restored":
      return resume(event.attempt, nowMs);
    case "reopened":
      return reopen(event.attempt, event.payment);
    default:
      return keep(state);
  }
}

function scanning(state: Scanning, event: FlowEvent, nowMs: number): Step {
  if (event.kind === "back") return keep({ ...idle, text: state.amountText });
  if (event.kind === "credit") return keep({ ...state, credit: event.credit });
  const wish = { amountFen: fenOf(state.amountText), credit: state.credit };
  if (event.kind === "scan" && event.code !== "") return begin(wish, event, nowMs);
  return event.kind === "show" ? begin(wish, event, nowMs) : keep(state);
}

/** Nothing that a cashier does changes it, but what is waited for is another thing once a cancel was sent. */
function processing(state: Processing, event: FlowEvent): Step {
  const about = event.kind === "cancelSent" || event.kind === "cancelRefused";
  if (!about || event.paymentId !== state.payment?.id) return keep(state);
  return keep({ ...state, cancel: event.kind === "cancelSent" ? "sent" : "none" });
}

/** The next amount may be keyed in at once: nobody has to say that the result was seen. */
function paid(state: Paid, event: FlowEvent, nowMs: number): Step {
  if (event.kind === "key") return entering(idle, event, nowMs);
  if (event.kind === "givenBack" && event.payment.id === state.payment.id)
    return isAllBack(event.payment) ? keep(idle) : keep({ ...state, payment: event.payment });
  return keep(event.kind === "next" || event.kind === "submit" ? idle : state);
}

function unpaid(state: Unpaid, event: FlowEvent, nowMs: number): Step {
  const amountText = amountTextOf(state.amountFen);
  // What was cancelled on purpose is not charged again by Enter or by the next customer’s code.
  if (isCancelled(state)) {
    if (event.kind === "submit") return keep(idle);
    if (event.kind === "scan") return keep({ ...idle, notice: "amountFirst" });
  }
  switch (event.kind) {
    case "again":
    case "submit":
      return keep({ screen: "scanning", amountText, credit: state.credit });
    case "scan":
      // A fresh code right after “not paid” means: try again with it.
      return event.code === "" ? keep(state) : begin(state, event, nowMs);
    case "back":
      return keep({ ...idle, text: amountText });
    case "next":
      return keep(idle);
    default:
      return keep(state);
  }
}

/** Intention first: the attempt is kept on the device before anything leaves it. */
function begin(
  { amountFen, credit }: Pick<Attempt, "amountFen" | "credit">,
  event: FlowEvent & { kind: "scan" | "show" },
  nowMs: number,
): Step {
  const { key, merchantOrderNo } = event;
  const common = { key, merchantOrderNo, amountFen, credit, startedAtMs: nowMs };
  const attempt: SendableAttempt =
    event.kind === "scan"
      ? { ...common, payerCode: event.code, shown: null }
      : { ...common, payerCode: null, shown: event.wallet };
  return keep(
    { screen: "processing", attempt, payment: null, trouble: null, unclearSends: 0, cancel: "none" },
    { kind: "keep", attempt },
    { kind: "send", attempt, afterMs: 0 },
  );
}

/** After a reload nobody knows whether the send arrived: it counts as unclear. */
function resume(attempt: Attempt, nowMs: number): Step {
  const unclear = { trouble: null, unclearSends: 1, cancel: "none" } as const;
  const state: FlowState = { screen: "processing", attempt, payment: null, ...unclear };
  return keep(state, nextTry(attempt, { nowMs, afterMs: 0 }));
}

/** A payment that was set aside, shown again: still unknown, so it is still a person's. */
function reopen(attempt: Attempt, payment: Payment | null): Step {
  return keep(
    { screen: "person", attempt, payment, trouble: null },
    payment === null
      ? { kind: "find", attempt, afterMs: 0 }
      : { kind: "look", attemptKey: attempt.key, paymentId: payment.id, afterMs: 0 },
  );
}

/** What one answer, or the lack of one, teaches about the payment in flight. */
function learn(state: Unsettled, event: Answer, nowMs: number): Step {
  const { attempt } = state;
  switch (event.kind) {
    case "observed":
      return observed(state, event.payment, nowMs);
    case "refused":
      return refused(state, event.refusal, nowMs);
    case "notFound":
      // Not known to the platform: it never arrived, unless it is still on its way.
      if (nowMs - attempt.startedAtMs < arrivalAgeMsMax)
        return keep({ ...state, trouble: null }, { kind: "find", attempt, afterMs: retryAfterMs });
      return notPaid(state, { payment: null, refusal: null });
    case "unreachable":
      return unreachable(state, event.trouble, nowMs);
    default:
      return unreachableState(event);
  }
}

function observed(state: Unsettled, payment: Payment, nowMs: number): Step {
  const { attempt } = state;
  switch (payment.state) {
    case "succeeded":
      // Reversed at this till while it was being paid: nothing may be handed over.
      if (isAllBack(payment)) return notPaid(state, { payment, refusal: null });
      return keep(
        { screen: "paid", payment },
        { kind: "forget", attemptKey: attempt.key },
        { kind: "vibrate", result: "paid" },
      );
    case "failed":
    case "closed":
    case "reversed":
      return notPaid(state, { payment, refusal: null });
    case "processing":
    case "awaitingPayer":
      return stillOpen(state, payment, nowMs);
    default:
      return unreachableState(payment.state);
  }
}

/** The channel has not decided: wait, ask the payer, or call a person. */
function stillOpen(state: Unsettled, payment: Payment, nowMs: number): Step {
  const { attempt } = state;
  const look = (afterMs: number): FlowEffect => {
    return { kind: "look", attemptKey: attempt.key, paymentId: payment.id, afterMs };
  };
  if (payment.review !== null) {
    const asks = state.screen === "person" ? [] : askAPerson;
    return keep({ screen: "person", attempt, payment, trouble: null }, ...asks, look(lookAtReviewMs));
  }
  const asked = state.payment?.state === "awaitingPayer";
  const cancel = cancelOf(state);
  const says: FlowEffect[] =
    payment.state === "awaitingPayer" && !asked && cancel === "none"
      ? [{ kind: "say", phrase: attempt.shown === null ? "enterPassword" : "scanToPay" }]
      : [];
  const young = nowMs - attempt.startedAtMs < lookOftenAgeMsMax;
  return keep(
    { screen: "processing", attempt, payment, trouble: null, unclearSends: 0, cancel },
    ...says,
    look(young ? lookAfterMs : lookAfterLongMs),
  );
}

/**
 * A refusal ends the attempt only where it speaks for every send: it is the answer to the first one, or it judges the
 * request itself. “Sign in first” or “too many requests” after an unclear send says nothing about that send.
 */
function refused(state: Unsettled, refusal: Refusal, nowMs: number): Step {
  const unclearSends = state.screen === "processing" ? state.unclearSends : 1;
  const aboutCaller = refusal.status === 401 || refusal.status === 403 || refusal.status === 429;
  const transient = refusal.status >= 500 || ["later", "queryFirst", "sameRequest"].includes(refusal.retry);
  const known = state.payment !== null;
  // The platform has given this one up: nobody can pay it.
  if (refusal.code === "shown_code_not_made") return notPaid(state, { payment: null, refusal });
  if (isTurnedAway(refusal) && !known && unclearSends === 0)
    return notPaid(state, { payment: null, refusal });
  if (transient || known || (aboutCaller && unclearSends > 0)) return unreachable(state, "platform", nowMs);
  return notPaid(state, { payment: null, refusal });
}

function unreachable(state: Unsettled, trouble: "network" | "platform", nowMs: number): Step {
  const { attempt, payment } = state;
  const afterMs = state.screen === "person" ? retryAtPersonMs : retryAfterMs;
  const again: FlowEffect =
    payment === null
      ? nextTry(attempt, { nowMs, afterMs })
      : { kind: "look", attemptKey: attempt.key, paymentId: payment.id, afterMs };
  if (nowMs - attempt.startedAtMs < patienceMs(state) && state.screen === "processing")
    return keep({ ...state, trouble, unclearSends: state.unclearSends + 1 }, again);
  const asks: FlowEffect[] = state.screen === "person" ? [] : askAPerson;
  return keep({ screen: "person", attempt, payment, trouble }, ...asks, again);
}

const askAPerson: FlowEffect[] = [
  { kind: "say", phrase: "askAPerson" },
  { kind: "vibrate", result: "person" },
];

function notPaid(
  state: Unsettled,
  why: Readonly<{ payment: Payment | null; refusal: Refusal | null }>,
): Step {
  const { amountFen, key, credit } = state.attempt;
  const unpaidNow: Unpaid = { screen: "unpaid", amountFen, credit, ...why, cancel: cancelOf(state) };
  return keep(
    unpaidNow,
    { kind: "forget", attemptKey: key },
    { kind: "say", phrase: phraseOf(unpaidNow) },
    { kind: "vibrate", result: "unpaid" },
  );
}

const unreachableState = (value: never): never => {
  throw new TypeError(`no such case: ${JSON.stringify(value)}`);
};
