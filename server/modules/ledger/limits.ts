// Limits of the ledger, with their units.
export const limits = {
  /** Rows read at a time by verification: a few megabytes of memory. */
  verifyPageRows: 5_000,
  /** Journals posted by one call: what one batch of payments can cause. */
  journalsPerCallMax: 2_048,
} as const;
