// The channel’s word that a trade is over and no money of the payer is kept. Pure.
import { unreachable } from "../../kernel/assert.ts";
import { sameMoney } from "../../kernel/money.ts";
import { answeredForGood, askSlowly } from "./asking.ts";
import {
  contradiction,
  openCase,
  settleClosed,
  settleReversed,
  settleUndone,
  unchanged,
  type Change,
} from "./change.ts";
import { isFinal, type Payment, type Terms } from "./model.ts";

/** What the word of a cancel says of the money. */
export const everPaidOf = { refund: "yes", close: "no", unstated: "unstated" } as const;

/** The channel’s word that it is over and no money of the payer is kept. */
export function onOver(
  payment: Payment,
  everPaid: "yes" | "no" | "unstated",
  words: Payment["words"],
  { now, terms }: Readonly<{ now: Date; terms: Terms }>,
): Change {
  switch (everPaid) {
    case "yes":
      return onUndone(payment, words, now, terms);
    case "no":
      return onClosedUnpaid(payment, words, now);
    case "unstated":
      // What had been paid to our knowledge has been given back; of anything else it is only certain that nothing is kept.
      if (payment.facts.includes("succeeded")) return onUndone(payment, words, now, terms);
      return isFinal(payment.state) ? unchanged(answeredForGood(payment)) : settleUndone(payment, words, now);
    default:
      return unreachable(everPaid);
  }
}

/** The channel’s word that the payer had paid and has the money back. */
function onUndone(payment: Payment, words: Payment["words"], now: Date, terms: Terms): Change {
  if (payment.state === "reversed" && payment.facts.includes("reversed"))
    return unchanged(answeredForGood(payment));
  // We gave it all back ourselves: no news.
  if (payment.state === "succeeded" && sameMoney(payment.refunded, payment.amount))
    return unchanged(answeredForGood(payment));
  // Perhaps by a refund of ours whose answer is still to come: once it came, the channel is asked again.
  if (payment.refunding.minor > 0n) return unchanged(askSlowly(payment, now, terms));
  // Reversed once and reinstated by a person: a second reversal has no journal left to be written in.
  if (payment.facts.includes("reversed"))
    return openCase(answeredForGood(payment), "channelContradiction", contradiction(words));
  return settleReversed(payment, words, now, terms);
}

/** The channel’s word that the trade is closed and never was paid. */
export function onClosedUnpaid(payment: Payment, words: Payment["words"], now: Date): Change {
  if (!isFinal(payment.state)) return settleClosed(payment, words, now);
  if (payment.state !== "succeeded") return unchanged(answeredForGood(payment));
  return openCase(answeredForGood(payment), "channelContradiction", contradiction(words));
}
