// Limits of the payments module, with their units.
export const limits = {
  /** Our clock and the channel’s may differ by this much: nothing is taken for expired earlier than that after its expiry. */
  clockSkewSecondsMax: 5,
  /** A payer code stays taken for so long, unless its payment failed for certain. Wallets renew codes every minute. */
  payerCodeTakenSeconds: 600,
  payerCodeKeptSeconds: 86_400,
  payerCodeLoopMs: 600_000,
  waitSecondsDefault: 5,
  waitSecondsMax: 30,
  /** A code to show is waited for so long: longer than its safety net, so that who hears of none is told the truth. */
  codeWaitSeconds: 30,
  /** A request that has not answered for so long beyond its wait has died with its process. */
  answerGraceSeconds: 20,
  /**
   * A payment or refund that a channel is asked about, or that is closed there, is free for other processes again after this:
   * the time that is lost where a process died. Shorter than a channel may take to answer, for a second one does no harm.
   */
  askLeaseSeconds: 5,
  /**
   * A cancel begins so soon after its claim, or not at all, and the payment is free for others again after this and the
   * channel’s reply timeout: by then its answer has come, or been given up.
   */
  undoGraceSeconds: 5,
  /** Steps of one claim without a pause between: the last query, the cancel, and room for what they answer. */
  stepsPerClaimMax: 4,
  /** Room beyond two unanswered requests for a code to show, before it is taken for one that nobody will ever see. */
  codeGraceSeconds: 5,
  /** A send of a refund begins so soon after it was written down, or not at all: the resolver has it then. */
  refundSendGraceSeconds: 5,
  resolveBatchMax: 128,
  /** Steps under way at once in one process: nearly all of their time is spent waiting for a channel. */
  resolveConcurrencyMax: 128,
  /** Steps under way at once for one merchant in one process: its gateway may hang without holding up the others. */
  resolvePerMerchantMax: 8,
  /** Steps that one process has seen due and not ended yet, under way or waiting for a place. */
  resolveInHandMax: 512,
  /** Of it, those of one merchant. */
  resolveInHandPerMerchantMax: 32,
  /** Calls of the loop that may be waiting for hanging steps before it begins no further ones. */
  resolveCallsMax: 32,
  /** How often it is looked for payments of channels that are not installed. */
  missingChannelLookSeconds: 600,
  resolveLoopMs: 500,
  /** The longest wait, the channel’s reply timeout before it, and room for the database. */
  createMsMax: 60_000,
  pageSizeDefault: 10,
  refundsShownMax: 200,
  subjectLengthMax: 128,
  timelineEventsMax: 2_000,
} as const;
