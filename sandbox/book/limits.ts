// Everything in the books that has a limit, with the reason for its size.

export const limits = {
  /** A payer code lives this long: wallets draw a fresh one about every minute. */
  payerCodeMsMax: 60_000,
  /** Wrong passwords after which the wallet asks its owner to reset the password. */
  wrongPasswordsMax: 3,
  /** Default life of an unpaid face-to-face trade: Alipay’s own default of three hours. */
  unpaidTradeMsDefault: 3 * 3_600_000,
  /** A cancel undoes a paid trade only on the day of the payment. */
  cancelMsMax: 24 * 3_600_000,
  /** After a year a paid trade is finished: no refund any more. */
  refundMsMax: 365 * 24 * 3_600_000,
  /** A code that the merchant shows lives this long at most, whatever was asked for. */
  offerMsMax: 2 * 3_600_000,
  /** Largest single amount in fen: 100,000,000 yuan. */
  amountFenMax: 10_000_000_000n,
  /** How many refusals the books remember; the oldest go first. */
  refusalsMax: 10_000,
  walletsMax: 10_000,
  merchantsMax: 1_000,
} as const;
