// Announcements as the terminal receives them. Text and clips are made here, from the row: nothing spoken is stored.
import { eventVersion } from "@huiyin/contract/events/common.ts";
import type { ArrivalMessage, SummaryMessage } from "@huiyin/contract/events/arrivals.ts";
import { speechOf, summarySpeechOf } from "@huiyin/contract/speech.ts";
import { addSeconds, rfc3339 } from "../../kernel/time.ts";
import { expiryOf } from "./decide.ts";
import { arrivalLimits } from "./limits.ts";
import type { Arrival, Summary } from "./model.ts";

type Sending = Readonly<{ now: Date; settledThrough: bigint }>;

export function arrivalMessage(arrival: Arrival, { now, settledThrough }: Sending): ArrivalMessage {
  const { text, clips } = speechOf({ amountFen: arrival.amount.minor, wallet: arrival.wallet });
  return {
    version: eventVersion,
    kind: "arrival",
    id: arrival.id,
    paymentId: arrival.paymentId,
    sequence: Number(arrival.sequence),
    amount: Number(arrival.amount.minor),
    currency: arrival.amount.currency,
    wallet: arrival.wallet,
    speech: { text, clips: [...clips] },
    paidAt: rfc3339(arrival.paidAt),
    sentAt: rfc3339(now),
    expiresAt: rfc3339(expiryOf(arrival.acceptedAt)),
    settledThrough: Number(settledThrough),
  };
}

/** A summary does not become stale: it says itself that it tells of the past. */
export function summaryMessage(summary: Summary, { now, settledThrough }: Sending): SummaryMessage {
  const { count, total } = summary;
  const { text, clips } = summarySpeechOf({ count, totalFen: total.minor });
  return {
    version: eventVersion,
    kind: "summary",
    id: summary.id,
    count,
    totalAmount: Number(total.minor),
    currency: total.currency,
    throughSequence: Number(summary.throughSequence),
    speech: { text, clips: [...clips] },
    sentAt: rfc3339(now),
    expiresAt: rfc3339(addSeconds(now, arrivalLimits.staleSeconds)),
    settledThrough: Number(settledThrough),
  };
}
