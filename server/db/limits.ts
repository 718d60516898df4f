// Limits of months and partitions, with their units.
export const limits = {
  /** Partitions of this month and so many after it are made ahead. */
  monthsAhead: 2,
  /** How often they are looked for: what a busy table put off is tried again this much later. */
  partitionCheckMs: 600_000,
  /** Nobody who pays waits longer for a partition that is being made or detached. */
  lockWaitMs: 200,
  /** So often detaching is tried, each time after a pause. */
  detachTries: 20,
  detachPauseSeconds: 0.5,
  /** So many rows that lie in DEFAULT are moved into their month while payments go on: some hundred milliseconds. */
  movedRowsMax: 5_000,
  /** With more rows in DEFAULT a partition is made only when a person asks: each making reads all of them. */
  defaultRowsMax: 100_000,
  /** A month that is not prepared so many days before it begins is an alarm. */
  alarmDays: 7,
  /** Channels take refunds of payments that are up to twelve months old: so many whole months stay before this one. */
  keptMonthsMin: 13,
  /** Closings written by one statement. */
  closingsPerStatement: 500,
} as const;
