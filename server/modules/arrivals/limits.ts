// Every limit of announcements, with its unit in its name.

export const arrivalLimits = {
  /** After this long an announcement is not spoken by itself any more, but as part of one summary. */
  staleSeconds: 300,
  /** A payment that nobody has heard for this long opens a case. */
  unheardSeconds: 10,
  /** The longest sentence lasts about twelve seconds; who began and never ended within this has broken off. */
  speakingSecondsMax: 60,

  /** The process that booked the payment has this long to send the announcement before others do. */
  firstSendSeconds: 3,
  /** Sent again when the terminal does not confirm; a terminal that has stored it is asked again later. */
  resendSeconds: 5,
  resendDeliveredSeconds: 30,
  /** Announcements of one terminal read and sent in one go. */
  dispatchSizeMax: 32,
  /**
   * Transactions at once that look for what terminals have missed: few of the pool’s connections, of which there are ten
   * where nobody chose another number.
   */
  catchUpsAtOnceMax: 2,
  /** Rounds of catching up before the loop takes over. */
  dispatchRoundsMax: 100,
  dueTerminalsMax: 1_000,
  sweepMs: 1_000,
  watchSizeMax: 200,
  brokenOffSizeMax: 200,
  /** Terminal ids in one notification: 7,999 bytes at most. */
  notifiedTerminalsMax: 200,
  /** Payments of one summary; more than this many in one outage end in a second sentence. */
  summarySizeMax: 10_000,
} as const;
