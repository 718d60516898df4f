// Limits of webhooks, with their units.
export const webhookLimits = {
  endpointsPerMerchantMax: 20,
  /** From the look-up of the name to the end of the answer that is read. */
  attemptMsMax: 15_000,
  /** A claimed delivery is free for others again after this: the attempt and room for the database. */
  leaseSeconds: 30,
  /** So much of an answer is read, and kept. */
  answerBytesMax: 1_024,
  /** Attempts under way at once in one process, for one merchant, and to one endpoint: who hangs holds up nobody else. */
  attemptsInFlightMax: 64,
  attemptsPerMerchantMax: 8,
  /** To endpoints whose last attempt failed: what is left is for those that work, however many do not. */
  attemptsFailingMax: 32,
  attemptsPerEndpointMax: 8,
  deliverLoopMs: 500,
  /** An endpoint that fails for so long is disabled: five days. */
  failingSecondsMax: 432_000,
  /** After a change of the secret messages are signed with both for so long. */
  previousSecretSeconds: 86_400,
  /** Events, deliveries and attempts are kept for so many days, and then pruned so many events at a time. */
  keptDays: 30,
  pruneBatchMax: 5_000,
  pruneLoopMs: 3_600_000,
  replayEventsMax: 10_000,
  attemptsShownMax: 20,
  pageSizeDefault: 10,
} as const;
