// The channels’ own prescriptions of when to ask, to repeat and to give up, as data.

/** When to ask, when to give up asking, when to undo: the channel’s own prescriptions as data. All in seconds after creation, unless said. */
export type ResolutionTimetable = Readonly<{
  replyTimeoutMs: number;
  firstQuerySeconds: number;
  queryIntervalSeconds: number;
  cancelAfterSeconds: number;
  cancelIntervalSeconds: number;
  cancelAttemptsMax: number;
  /** Absolute expiry sent with every charge. */
  expirySeconds: number;
  /** Interval of queries and cancels after the first series of cancels stayed unclear. */
  slowIntervalSeconds: number;
  reviewAfterSeconds: number;
  reviewQueryIntervalSeconds: number;
  reviewQueryUntilSeconds: number;
}>;

/** How long a code that is shown lives, when to ask whether it was paid, and when nobody can pay it any more. All in seconds. */
export type ShownCodeTimetable = Readonly<{
  /** How long a code can be paid, unless the caller wants it shorter. */
  validitySeconds: number;
  /** The longest life that the channel gives a code, whatever it is asked for. */
  validitySecondsMax: number;
  /** While it is shown; a callback usually comes first. */
  queryIntervalSeconds: number;
  /** After its expiry: when it is closed where the channel closes, and when “not found” means that nobody will ever pay it. */
  settleAfterExpirySeconds: number;
}>;

/** When to ask about a refund and when to send it again: the channel’s rules as data. All in seconds. */
export type RefundTimetable = Readonly<{
  /** The channel’s own rule: a refund may be queried no sooner after it was sent. */
  queryAfterSeconds: number;
  /** Waits between sends of one refund that stays unclear: doubled from the shortest to the longest. */
  resendSecondsMin: number;
  resendSecondsMax: number;
  /** Waits while the merchant’s balance is short, one after the other; the last one repeats. Never empty. */
  balanceShortRetrySeconds: readonly number[];
  /** How long after it was asked for a refund is sent at all. */
  sendUntilSeconds: number;
  /** When a person has to look at what the channel tells nothing of, counted from the request. */
  reviewAfterSeconds: number;
  /**
   * How long the channel is asked on at the usual pace after a person was called, and again after a person decided without
   * its word. What is open is asked about after that too, at the slowest pace of `transit`.
   */
  askOnSeconds: number;
  transit: RefundTransit;
  /**
   * Until which second of the Beijing day a payment of that same day can be voided as a whole, which brings the money back
   * sooner than a refund; null where the channel has no such thing.
   */
  voidUntilSecondOfDay: number | null;
}>;

/**
 * By what money is given back: a refund; or a void, which undoes a whole payment on the day on which it was made. Each is
 * a transaction of its own kind, and is asked about as that.
 */
export type RefundWay = "refund" | "void";

/** What follows once the channel has said that it took a refund over: the money is on its way, at the channel’s own pace. */
export type RefundTransit = Readonly<{
  /** Waits between questions, in seconds: as long as the refund is old, from the shortest to the longest. */
  askSecondsMin: number;
  askSecondsMax: number;
  /** By when it arrives in the channel’s own words, in working days; null where it names no time. */
  workingDaysMax: number | null;
  /** When a person has to look, in seconds from the request: well over the channel’s own time, public holidays included. */
  reviewAfterSeconds: number;
}>;

/** For channels that name no time of their own: a week is longer than any of them was ever seen to take. */
export const usualTransit: RefundTransit = {
  askSecondsMin: 60,
  askSecondsMax: 21_600,
  workingDaysMax: null,
  reviewAfterSeconds: 604_800,
};
