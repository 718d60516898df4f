// Limits of the ledger, with their units.
export const limits = {
  /** Rows read at a time by verification: a few megabytes of memory. */
  verifyPageRows: 5_000,
  /** Merchants whose heads and balances verification reads by one statement. */
  verifyMerchantsAtOnce: 500,
  /** Pages on the way at once: while one is hashed here, the database prepares the others. */
  verifySideBySide: 2,
  /** Whoever asks for a second verification beside one of the same books comes back after this. */
  verifyRetrySeconds: 5,
  /** Books of years take minutes; whoever asked may leave before. */
  verifyMsMax: 3_600_000,
  /** Journals posted by one call: what one batch of payments can cause. */
  journalsPerCallMax: 2_048,
} as const;
