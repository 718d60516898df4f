// What a refund hears after it ended: nothing new, the mistake of a person, or of a process that slept. Pure.
import { unreachable } from "../../../kernel/assert.ts";
import { sameMoney } from "../../../kernel/money.ts";
import type { RefundQueryOutcome, Reply } from "../../../channels/port.ts";
import type { RefundTimetable } from "../../../channels/timetables.ts";
import { contradiction } from "../change.ts";
import type { Pair } from "./model.ts";
import { leftOf, openCase, settleSucceeded, unchanged, withRefund, type RefundChange } from "./settle.ts";
import { askAfterEnd, settledFrom } from "./timetable.ts";

/** The pair with the next question about a refund that a person decided; without one when it has been asked for long enough. */
export function askedOn(pair: Pair, now: Date, timetable: RefundTimetable): Pair {
  return withRefund(pair, { resolution: askAfterEnd(pair.refund, now, timetable) });
}

/** The answer to a question about a refund that ended. What only a person said of it, the channel confirms or contradicts. */
export function onAskedAfterEnd(
  pair: Pair,
  { outcome, exchange }: Reply<RefundQueryOutcome>,
  now: Date,
  timetable: RefundTimetable,
): RefundChange {
  const { refund } = pair;
  // Nobody asked any more: the late answer to an earlier question.
  const told = withRefund(pair, { resolution: null });
  switch (outcome.kind) {
    case "refunded":
      if (!sameMoney(outcome.amount, refund.amount))
        return openCase(told, "channelContradiction", { reportedFen: Number(outcome.amount.minor) });
      return onRefundedAfterEnd(told, outcome.refundedAt, now, timetable);
    case "failed":
    case "notRefunded":
      if (exchange.sentAt < settledFrom(refund.sentBy, timetable)) return unchanged(pair);
      // Booked on the word of a person: nothing is undone by itself.
      return refund.state === "succeeded" && refund.resolution !== null
        ? openCase(told, "channelContradiction", contradiction(outcome.words))
        : unchanged(told);
    case "processing":
      return refund.resolution === null
        ? unchanged(pair)
        : unchanged(askedOn(withRefund(pair, { lastSaid: "takenOver" }), now, timetable));
    case "stuck":
    case "unknown":
      return refund.resolution === null ? unchanged(pair) : unchanged(askedOn(pair, now, timetable));
    default:
      return unreachable(outcome);
  }
}

/** “Given back”: booked where it fits, with a case. Where other refunds hold what is left, a person’s “no” is asked about on. */
export function onRefundedAfterEnd(
  pair: Pair,
  refundedAt: Date | null,
  now: Date,
  timetable: RefundTimetable,
): RefundChange {
  const { payment, refund } = pair;
  if (refund.state === "succeeded") return unchanged(pair);
  const facts = { previousState: refund.state };
  if (payment.state !== "succeeded" || refund.amount.minor > leftOf(payment).minor) {
    const waiting = refund.decidedBy !== null && payment.refunding.minor > 0n;
    return openCase(waiting ? askedOn(pair, now, timetable) : pair, "channelContradiction", facts);
  }
  const { next, journals } = settleSucceeded(pair, refundedAt, now);
  return { ...openCase(next, "channelContradiction", facts), journals };
}
