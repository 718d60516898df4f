// Everything in the books that has a limit of the same size for every network, with the reason. The others: profile.ts.

export const limits = {
  /** Wrong passwords after which the wallet asks its owner to reset the password. */
  wrongPasswordsMax: 3,
  /** Default life of an unpaid face-to-face trade: Alipay’s own default of three hours. */
  unpaidTradeMsDefault: 3 * 3_600_000,
  /** A code that the merchant shows lives this long at most, whatever was asked for. */
  offerMsMax: 2 * 3_600_000,
  /** Largest single amount in fen: 100,000,000 yuan. */
  amountFenMax: 10_000_000_000n,
  /** How many refusals the books remember; the oldest go first. */
  refusalsMax: 10_000,
  walletsMax: 10_000,
  merchantsMax: 1_000,
} as const;
