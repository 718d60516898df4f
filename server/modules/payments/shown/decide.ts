// The rules of a code that the merchant shows. Pure. Nobody pays a code that nobody saw, so a code whose making stayed
// unclear is given up; one that was shown may be paid until its last second, and then it is the channel’s word that counts.
import { unreachable } from "../../../kernel/assert.ts";
import { answered, askSlowly } from "../asking.ts";
import {
  contradiction,
  openCase,
  raiseReview,
  settleClosed,
  settleFailed,
  unchanged,
  type Change,
} from "../change.ts";
import { isFinal, pageTicketPrefix, type Command, type Payment, type Terms } from "../model.ts";
import { onClosedUnpaid, onOver } from "../over.ts";
import {
  continueCode,
  firstQuestion,
  isGivenUp,
  isNeverShown,
  settledFrom,
  shownTermsOf,
  watch,
  type UnsettledCode,
} from "./timetable.ts";

type Told<Kind extends Command["kind"]> = Extract<Command, { kind: Kind }>;

/** The answer to the request for a code. Making a code moves no money, whatever became of the request. */
export function onCode(
  payment: Payment,
  { reply: { outcome }, attempt }: Told<"codeAnswered">,
  now: Date,
  terms: Terms,
): Change {
  // Withdrawn, or given up by the safety net, which may be closing it at this moment: nobody is to see it any more.
  const givenUp = payment.reversalRequestedAt !== null || payment.cancelAttempts > 0;
  const tooLate = payment.resolution === null || now >= payment.resolution.at;
  if (!isNeverShown(payment) || givenUp || tooLate) return unchanged(payment);
  const shown = shownTermsOf(payment, terms);
  switch (outcome.kind) {
    case "created": {
      const { codeUrl, words } = outcome;
      const resolution = firstQuestion(now, shown);
      return unchanged({ ...payment, state: "awaitingPayer", codeUrl, words, resolution });
    }
    case "pageReady": {
      // Kept where the address of a code would be: it dies with it, and one payer alone can do something with it.
      const codeUrl = `${pageTicketPrefix}${outcome.ticket}`;
      const resolution = firstQuestion(now, shown);
      return unchanged({ ...payment, state: "awaitingPayer", codeUrl, words: outcome.words, resolution });
    }
    case "declined":
      return settleFailed(payment, outcome, now);
    case "unknown": {
      const told = { ...payment, words: outcome.words ?? payment.words };
      if (attempt === "first") return unchanged(told);
      // The channel may have made it: it is closed there, so that its books do not wait for a payer either.
      return shown.close === "yes"
        ? unchanged({ ...told, resolution: { step: "close", at: now } })
        : settleClosed(told, null, now);
    }
    default:
      return unreachable(outcome);
  }
}

/** The answer to an attempt to close it. A close undoes nothing: what is paid stays paid, and has to be asked. */
export function onClose(
  before: Payment,
  { reply: { outcome, exchange } }: Told<"closeAnswered">,
  now: Date,
  terms: Terms,
): Change {
  const payment = { ...before, cancelAttempts: before.cancelAttempts + 1 };
  switch (outcome.kind) {
    case "closed":
      return onClosedUnpaid(payment, outcome.words, now);
    case "notFound":
      return onUnknownCode(payment, { askedAt: exchange.sentAt, words: outcome.words }, now, terms);
    case "refused":
      return unsettledCode({ ...payment, causeHints: outcome.causeHints }, "closeRefused", now, terms);
    case "unknown":
      return unsettledCode(payment, "closeUnclear", now, terms);
    default:
      return unreachable(outcome);
  }
}

/**
 * The channel knows no such trade: nobody has scanned the code. Final where nobody saw it, or nobody can pay it any more.
 * One that was withdrawn is over for the cashier, and watched as long as it can still be scanned.
 */
export function onUnknownCode(
  payment: Payment,
  { askedAt, words }: Readonly<{ askedAt: Date; words: Payment["words"] }>,
  now: Date,
  terms: Terms,
): Change {
  const shown = shownTermsOf(payment, terms);
  const settled = askedAt >= settledFrom(payment, shown);
  if (payment.state === "succeeded") {
    const heard = answered(payment, askedAt);
    return settled ? openCase(heard, "channelContradiction", contradiction(words)) : unchanged(heard);
  }
  if (isFinal(payment.state)) return unchanged(watched(answered(payment, askedAt), now, terms));
  if (isNeverShown(payment) || settled) return settleClosed(payment, words, now);
  if (payment.reversalRequestedAt === null) return unsettledCode(payment, "query", now, terms);
  const { next } = settleClosed(payment, words, now);
  return unchanged({ ...next, resolution: watch(next, now, shown) });
}

/** A finished payment by a code that may still be scanned is asked about; by any other, what is scheduled stays. */
function watched(payment: Payment, now: Date, terms: Terms): Payment {
  const withdrawn = payment.state === "closed" && payment.reversalRequestedAt !== null;
  if (!withdrawn || payment.resolution !== null) return payment;
  return { ...payment, resolution: watch(payment, now, shownTermsOf(payment, terms)) };
}

/**
 * The channel’s word that it is over. Where codes end by their expiry alone, an attempt that failed is over and the code is
 * not: whoever has it on a phone may pay with another card, so it is watched until nobody can.
 */
export function onCodeOver(
  payment: Payment,
  everPaid: Parameters<typeof onOver>[1],
  words: Payment["words"],
  around: Readonly<{ now: Date; terms: Terms }>,
): Change {
  const change = onOver(payment, everPaid, words, around);
  const shown = shownTermsOf(payment, around.terms);
  if (everPaid !== "no" || shown.close === "yes" || isNeverShown(payment)) return change;
  if (change.next.state !== "closed") return change;
  return { ...change, next: { ...change.next, resolution: watch(change.next, around.now, shown) } };
}

/** Scanned, and not paid yet. */
export function onScanned(payment: Payment, askedAt: Date, now: Date, terms: Terms): Change {
  const shown = shownTermsOf(payment, terms);
  if (isFinal(payment.state)) {
    if (payment.state === "succeeded" || payment.state === "reversed")
      return unchanged(answered(payment, askedAt));
    // Given up, and somebody is about to pay it after all.
    if (shown.close === "yes") return unchanged({ ...payment, resolution: { step: "close", at: now } });
    const resolution = watch(payment, now, shown);
    return unchanged(resolution === null ? askSlowly(payment, now, terms) : { ...payment, resolution });
  }
  if (shown.close === "yes") return unsettledCode(payment, "query", now, terms);
  // Nothing closes it but its expiry. What is paid after all comes as a late success.
  const settled = askedAt >= settledFrom(payment, shown);
  if (!settled && payment.reversalRequestedAt === null && !isNeverShown(payment))
    return unsettledCode(payment, "query", now, terms);
  const { next } = settleClosed(payment, null, now);
  return unchanged(settled ? askSlowly(next, now, terms) : { ...next, resolution: watch(next, now, shown) });
}

/** Tried, and still open. A finished payment that may still be paid is asked about on. */
export function unsettledCode(payment: Payment, tried: UnsettledCode, now: Date, terms: Terms): Change {
  if (isFinal(payment.state)) {
    if (payment.resolution === null) return unchanged(payment);
    const resolution = watch(payment, now, shownTermsOf(payment, terms));
    return unchanged(resolution === null ? askSlowly(payment, now, terms) : { ...payment, resolution });
  }
  // Whatever the channel did with the request: nobody ever saw the code, so nobody is called for it.
  if (isNeverShown(payment) && isGivenUp(payment, terms)) return settleClosed(payment, null, now);
  const { resolution, review } = continueCode(payment, tried, now, terms);
  const next = { ...payment, resolution };
  return review === "exhausted" ? raiseReview(next, "timetableExhausted", now) : unchanged(next);
}

/** Somebody wants it withdrawn: hidden at once, and closed where the channel closes. */
export function onWithdrawal(payment: Payment, now: Date, terms: Terms): Payment {
  const reversalRequestedAt = payment.reversalRequestedAt ?? now;
  const step = shownTermsOf(payment, terms).close === "yes" ? "close" : "query";
  return { ...payment, codeUrl: null, reversalRequestedAt, resolution: { step, at: now } };
}
