// The only door through which time, identity and chance enter the product.
// Built once in the composition root, or by the simulation with a seed.

export interface World {
  /** The present moment: real, or moved by the sandbox clock. */
  now(): Date;
  /** A fresh UUIDv7 behind a prefix, "pay_019a…": time-ordered by `now()`. */
  newId(prefix: IdPrefix): string;
  /** A number in [0, 1). Never for secrets. */
  random(): number;
}

/** One prefix per kind of thing, so that an id read aloud says what it names. */
export const idPrefixes = [
  "mer", // merchant
  "sto", // store
  "trm", // terminal
  "pay", // payment
  "ref", // refund
  "arr", // arrival announcement
  "cap", // capability
  "dia", // diagnosis
  "cas", // case for a person
  "evt", // timeline event
  "key", // credential
  "ses", // console session
  "mwn", // maintenance window
  "con", // connection of a terminal
  "wep", // webhook endpoint
  "wev", // webhook event
  "wat", // attempt at a webhook
  "scd", // printed code of a store
] as const;
export type IdPrefix = (typeof idPrefixes)[number];
