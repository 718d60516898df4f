// Limits and thresholds of diagnosis, with their units. Starting values, to be tuned by measurement.

export const diagnosisLimits = {
  /** A cause below this probability is not named. */
  nameProbabilityMin: 0.8,
  /** From here on, with a machine's or the channel's word for it, the wording drops its “probably”. */
  certainProbabilityMin: 0.97,
  veryLikelyProbabilityMin: 0.9,
  likelyProbabilityMin: 0.6,
  /** Priors are shares of what is asked about, so two causes at once are rarer than the product of their shares. */
  jointPriorFactor: 0.1,
  /** No finding claims more than this: a case file is not the world. */
  probabilityMax: 0.99,
  /** Nobody is asked about a cause below this probability, or without a fact of this weight that points to it. */
  askProbabilityMin: 0.05,
  suspicionNatsMin: 1,
  /** Added to the weight of a proof, so that it stands before what is merely frequent. */
  proofFirstNats: 100,
  /** Causes below this are not listed. */
  listProbabilityMin: 0.02,
  listedCausesMax: 5,
  factsPerCauseMax: 6,

  aroundBeforeSeconds: 86_400,
  aroundAfterSeconds: 900,
  aroundPaymentsMax: 300,
  healthBeforeSeconds: 300,
  healthAfterSeconds: 120,
  channelReplySecondsMax: 10,
  healthChargesMin: 3,
  healthUnclearShareMin: 0.5,
  /** Alipay says “unavailable” this often about one payment before it counts as a state and not as an accident. */
  unavailableRepliesMin: 2,
  /** An arrival not spoken after so long is unheard. */
  unheardSeconds: 10,
  /** A next attempt at the same terminal counts as the same customer trying again for so long. */
  nextAttemptSeconds: 300,
  /** An answer of the back office speaks for a moment that lies no further back than this. */
  liveSpeaksForSeconds: 900,
  /** The same code, so many times besides this one, is a pattern. */
  sameCodeMin: 2,
  /** So many new connections of a terminal within an hour are no accident: the catalogue's rule for an unstable network. */
  reconnectsMin: 4,
  reconnectsWithinSeconds: 3_600,
  /** What a terminal reported about its sound speaks for so long. */
  telemetrySpeaksForSeconds: 600,
  /** A terminal with no more than this, and no charger, may go out at any moment. */
  batteryLowPercentMax: 10,
  /** A diagnosis keeps so many revisions; afterwards the newest takes the place of the last. */
  revisionsMax: 50,

  textLengthMax: 500,
  remedyLeaseSeconds: 60,
  remedyRecheckSeconds: 15,
  remedyPollMs: 500,
  remedyPollsMax: 20,
  /** An automatic remedy gives up so long after it was offered. */
  remedyHoursMax: 24,
  remediesPerRoundMax: 50,
  /** So many are looked at in one round, most of which may wait for a terminal that is away. */
  remediesLookedAtMax: 300,
  remedyLoopMs: 2_000,
  casesMax: 20,
  /** Cases of money that nobody heard are read in pages of so many, and so many are diagnosed in one round. */
  silentCasesPage: 200,
  silentCasesPerRoundMax: 500,
  sessionsMax: 200,
  healthPaymentsMax: 500,
} as const;
