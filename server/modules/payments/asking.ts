// When the channel’s last word is not enough, and it has to be asked (again).
import { addSeconds } from "../../kernel/time.ts";
import { isFinal, type Payment, type Terms } from "./model.ts";
import { slowQuery } from "./timetable.ts";

/**
 * A finished payment whose question has been answered by words from this moment, null where they may be of any age. A
 * question that was due later stays. An open payment keeps what is scheduled.
 */
export function answered(payment: Payment, saidAt: Date | null): Payment {
  if (!isFinal(payment.state) || payment.resolution === null) return payment;
  return saidAt !== null && saidAt >= payment.resolution.at ? { ...payment, resolution: null } : payment;
}

/** The same by words that no later answer takes back: closed, or given back in full. */
export function answeredForGood(payment: Payment): Payment {
  return isFinal(payment.state) ? { ...payment, resolution: null } : payment;
}

/** Asks the channel as soon as possible, unless the next step is due before. */
export function askNow(payment: Payment, now: Date): Payment {
  if (payment.resolution !== null && payment.resolution.at <= now) return payment;
  return { ...payment, resolution: { step: "query", at: now } };
}

/** Asks again much later, as long as there is any hope of an answer, or a refund has no outcome that could explain it. */
export function askSlowly(payment: Payment, now: Date, terms: Terms): Payment {
  const resolution = slowQuery(payment, now, terms.timetable);
  if (resolution !== null || payment.refunding.minor === 0n) return { ...payment, resolution };
  const at = addSeconds(now, terms.timetable.reviewQueryIntervalSeconds);
  return { ...payment, resolution: { step: "query", at } };
}

/**
 * Whether “paid” may be older than a cancel of ours, which gives the money back: a callback written hours ago, or the
 * reply to a question that a stopped process read late. `saidAt` is the earliest moment the word can be from, or null.
 */
export function mayPredateCancel(payment: Payment, saidAt: Date | null): boolean {
  // Closing a shown code gives nothing back.
  if (payment.state === "succeeded" || payment.mode === "shownCode") return false;
  // It may be on its way at this moment, sent by us or by a process that died before it heard the answer.
  if (payment.resolution?.step === "cancel") return true;
  if (payment.cancelAttempts === 0) return false;
  return saidAt === null || payment.lastCancelAt === null || saidAt < payment.lastCancelAt;
}

/** Lets a cancel that may be on its way end; otherwise asks now: only an answer younger than every cancel is proof. */
export function askAfterCancel(payment: Payment, now: Date): Payment {
  return payment.resolution?.step === "cancel"
    ? payment
    : { ...payment, resolution: { step: "query", at: now } };
}
