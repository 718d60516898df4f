// A notification about a refund: it says that something happened, and the channel is asked what. Pure.
import { sameMoney } from "../../../kernel/money.ts";
import type { AcceptedCallback } from "../model.ts";
import type { Pair, RefundStep, RefundTerms } from "./model.ts";
import { openCase, unchanged, withRefund, type RefundChange } from "./settle.ts";
import { settledFrom } from "./timetable.ts";

/**
 * Asks about the refund at once, unless it is known to have been given back. A notification that names another amount of
 * the order than ours is about something else: somebody must look, and the channel is asked all the same.
 */
export function onNotification(
  before: Pair,
  { notificationId, news }: AcceptedCallback,
  now: Date,
  { timetable }: RefundTerms,
): RefundChange {
  const payment = { ...before.payment, lastNotificationId: notificationId };
  const { refund } = before;
  const asked = withRefund({ payment, refund }, { resolution: questionOf(before, now, timetable) });
  if (news.amount === null || sameMoney(news.amount, payment.amount)) return unchanged(asked);
  const facts = { amountFen: Number(payment.amount.minor), reportedFen: Number(news.amount.minor) };
  return openCase(asked, "callbackMismatch", facts);
}

function questionOf({ refund }: Pair, now: Date, timetable: RefundTerms["timetable"]): RefundStep | null {
  const { state, resolution, sentBy } = refund;
  if (state === "succeeded") return resolution;
  if (resolution?.step === "query" && resolution.at <= now) return resolution;
  // Of one that ended, an answer counts only from then on.
  const settled = settledFrom(sentBy, timetable);
  return { step: "query", at: state === "failed" && settled > now ? settled : now };
}
