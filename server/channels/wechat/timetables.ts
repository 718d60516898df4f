// When WeChat Pay is asked, reversed and given up. Its own pages disagree on the polling: each reading is a profile.
import { addSeconds } from "../../kernel/time.ts";
import type { RefundTimetable, ResolutionTimetable, ShownCodeTimetable } from "../timetables.ts";

/** How long a reply is waited for. */
export const replyTimeoutMs = 10_000;

/** WeChat Pay asks for so many seconds between a code payment and its reversal, at least. */
export const reverseAfterSecondsMin = 15;

/**
 * "5s45s": steps of 5 s, reversed after 45 s, the longest patience that a page prescribes with the shortest steps.
 * "10s45s": the page of 2025-08-14. "5s30s": the official skills of 2026-04 and the global documents.
 */
export type PollingProfile = "5s45s" | "10s45s" | "5s30s";

export const pollingProfileDefault: PollingProfile = "5s45s";

const polling: Readonly<Record<PollingProfile, readonly [stepSeconds: number, reverseSeconds: number]>> = {
  "5s45s": [5, 45],
  "10s45s": [10, 45],
  "5s30s": [5, 30],
};

/** The timetable of code pay in one of the readings. */
export function resolutionTimetable(profile: PollingProfile): ResolutionTimetable {
  const [stepSeconds, reverseSeconds] = polling[profile];
  return {
    replyTimeoutMs,
    firstQuerySeconds: 5,
    queryIntervalSeconds: stepSeconds,
    cancelAfterSeconds: Math.max(reverseSeconds, reverseAfterSecondsMin),
    // A reversal is repeated until it is definite; quickly at first, then in the slow interval. One that a cashier asks for
    // at once is sent by the fourth of them, after the fifteen seconds.
    cancelIntervalSeconds: 5,
    cancelAttemptsMax: 4,
    expirySeconds: 120,
    slowIntervalSeconds: 10,
    reviewAfterSeconds: 170,
    reviewQueryIntervalSeconds: 300,
    // WeChat Pay repeats its notices for about a day; so long the truth may still arrive by itself.
    reviewQueryUntilSeconds: 90_000,
  };
}

/** A code lives two hours at most; a customer at a counter needs minutes. */
export const shownCodeTimetable: ShownCodeTimetable = {
  validitySeconds: 300,
  validitySecondsMax: 7_200,
  queryIntervalSeconds: 5,
  settleAfterExpirySeconds: 10,
};

/**
 * A refund is taken over first and then carried out: to a WeChat balance within minutes, to a bank card within one to three
 * working days, seven at the most. A person is called after twenty days: seven working days around the longest public
 * holiday. The number stays the same on every repetition. Source: WeChat Pay’s pages on refunds (status PROCESSING).
 */
export const refundTimetable: RefundTimetable = {
  queryAfterSeconds: 10,
  // After “too many requests” WeChat Pay wants a minute.
  resendSecondsMin: 60,
  resendSecondsMax: 600,
  balanceShortRetrySeconds: [60, 300, 900, 3_600],
  sendUntilSeconds: 86_400,
  reviewAfterSeconds: 86_400,
  askOnSeconds: 90_000,
  transit: { askSecondsMin: 60, askSecondsMax: 21_600, workingDaysMax: 7, reviewAfterSeconds: 1_728_000 },
  voidUntilSecondOfDay: null,
};

/** Whether a reversal would come too soon after its payment. */
export function reversalTooSoon(orderedAt: Date, now: Date): "yes" | "no" {
  return now < addSeconds(orderedAt, reverseAfterSecondsMin) ? "yes" : "no";
}
