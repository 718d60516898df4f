// What people decide about a payment: that it be undone, or what became of it where the channel left it open. Pure.
import { askSlowly } from "./asking.ts";
import { settleClosed, settleSucceeded, unchanged, type Change } from "./change.ts";
import { onWithdrawal } from "./shown/decide.ts";
import { isFinal, mayBeCancelled, type Command, type Payment, type Resolution, type Terms } from "./model.ts";

/** Somebody wants it undone: cancelled at once while it is open. Paid all the same later, it is refunded on another request. */
export function onReversalRequested(payment: Payment, now: Date, terms: Terms): Change {
  if (!mayBeCancelled(payment)) return unchanged(payment);
  if (payment.mode === "shownCode") return unchanged(onWithdrawal(payment, now, terms));
  const reversalRequestedAt = payment.reversalRequestedAt ?? now;
  const resolution: Resolution =
    payment.resolution?.step === "cancel" && payment.resolution.at <= now
      ? payment.resolution
      : { step: "cancel", at: now };
  return unchanged({ ...payment, reversalRequestedAt, resolution });
}

/** A person decides, where a review is open. Two persons at once: the second finds it decided, and changes nothing. */
export function onReview(
  payment: Payment,
  command: Extract<Command, { kind: "reviewDecided" }>,
  now: Date,
  terms: Terms,
): Change {
  if (payment.review === null) return unchanged(payment);
  const decided = { ...payment, decidedBy: command.decidedBy };
  if (command.decision === "succeeded")
    return askedOn(payment, settleSucceeded(decided, null, now, terms), now, terms);
  if (isFinal(payment.state)) return unchanged({ ...decided, review: null, resolution: null });
  return askedOn(payment, settleClosed(decided, payment.words, now), now, terms);
}

/** Decided without the channel’s word, and perhaps wrongly: it is asked on, slowly, until it says what became of the money. */
function askedOn(before: Payment, change: Change, now: Date, terms: Terms): Change {
  // The channel has spoken, only not of our amount: its repetition would call a person again, for ever.
  if (before.review?.reason === "amountMismatch") return change;
  return { ...change, next: askSlowly(change.next, now, terms) };
}
