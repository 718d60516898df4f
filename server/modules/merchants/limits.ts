// Limits of this module, with their units.

export const merchantLimits = {
  /** An answer of the channel's back office is believed for so long, unless something happened since. */
  liveStateSecondsMax: 300,
  productOfficeMsMax: 5_000,
  /** Another process may know a change of this one so much later. */
  directoryStaleMsMax: 2_000,
  directoryMerchantsMax: 10_000,
  /** Revisions that are asked for with one statement. */
  directoryCheckedTogetherMax: 256,
  /** A new rate is announced at least this long ahead: caches of every process know it before it holds. */
  feeNoticeSeconds: 60,
  storesPerMerchantMax: 1_000,
  /** Accounts of a merchant at one channel. */
  routesPerChannelMax: 8,
  historyLinesMax: 200,
  windowsMax: 100,
  refreshPageSize: 200,
  /** After a payment that said something about a product, the channel is asked about it at most so often. */
  sightingSecondsMin: 30,
  /** The first question after an application; each further one waits twice as long, up to the maximum. */
  applicationFollowSecondsMin: 2,
  applicationFollowSecondsMax: 3_600,
} as const;
