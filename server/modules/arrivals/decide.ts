// What a report of a terminal does to an announcement. Stages only move forwards; repeated and late reports change nothing.
import { unreachable } from "../../kernel/assert.ts";
import { addSeconds } from "../../kernel/time.ts";
import { arrivalLimits } from "./limits.ts";
import type { Progress, Receipt } from "./model.ts";

/** The announcement after the report; the very same object where the report changes nothing. */
export function decide<Announcement extends Progress>(
  before: Announcement,
  receipt: Pick<Receipt, "stage" | "reason">,
  now: Date,
): Announcement {
  switch (receipt.stage) {
    case "delivered":
      return before.stage === "accepted" ? delivered(before, now) : before;
    case "silent":
      return isWaiting(before)
        ? { ...delivered(before, now), silenceReason: receipt.reason ?? before.silenceReason }
        : before;
    case "expired":
      // Too old by the terminal’s clock. Whether it is becomes clear when the terminal asks: then by ours.
      return before.stage === "accepted" ? delivered(before, now) : before;
    case "starting":
      return isWaiting(before)
        ? { ...delivered(before, now), stage: "speaking", startingAt: now, sendAfter: null }
        : before;
    case "spoken":
      return spoken(before, now);
    case "interrupted":
      return withReason(before, breakOff(before, now), receipt.reason);
    default:
      return unreachable(receipt.stage);
  }
}

/** The terminal died between “starting” and “spoken”: part of it may have been heard, so it is never spoken again. */
export function breakOff<Announcement extends Progress>(before: Announcement, now: Date): Announcement {
  if (!isWaiting(before) && before.stage !== "speaking") return before;
  const startingAt = before.startingAt ?? now;
  return { ...delivered(before, now), stage: "interrupted", startingAt, interruptedAt: now, sendAfter: null };
}

/** Why it broke off, where the terminal knows: an output without sound is evidence for a diagnosis. */
function withReason<Announcement extends Progress>(
  before: Announcement,
  after: Announcement,
  reason: Receipt["reason"],
): Announcement {
  return after === before || reason === null ? after : { ...after, silenceReason: reason };
}

/** Not begun: it may still be sent. */
export function isWaiting(progress: Progress): boolean {
  return progress.stage === "accepted" || progress.stage === "delivered";
}

function delivered<Announcement extends Progress>(before: Announcement, now: Date): Announcement {
  const deliveredAt = before.deliveredAt ?? now;
  return {
    ...before,
    stage: "delivered",
    deliveredAt,
    sendAfter: addSeconds(now, arrivalLimits.resendDeliveredSeconds),
  };
}

/** A report that it was heard corrects “interrupted”, which is only our guess. A stale one is spoken for by its summary. */
function spoken<Announcement extends Progress>(before: Announcement, now: Date): Announcement {
  if (before.stage === "spoken" || before.stage === "stale") return before;
  const startingAt = before.startingAt ?? now;
  const deliveredAt = before.deliveredAt ?? now;
  return { ...before, stage: "spoken", deliveredAt, startingAt, spokenAt: now, sendAfter: null };
}

/** Whether an announcement is too old to be spoken by itself. */
export function isStale(acceptedAt: Date, now: Date): boolean {
  return now.getTime() - acceptedAt.getTime() > arrivalLimits.staleSeconds * 1_000;
}

/** The moment after which a terminal does not begin with it any more. */
export function expiryOf(acceptedAt: Date): Date {
  return addSeconds(acceptedAt, arrivalLimits.staleSeconds);
}
