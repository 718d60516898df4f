// Topic “receipts”, from the terminal: what became of an announcement, and the question for what is pending.
import { Type, type Static } from "typebox";
import { Id, Nullable, OneOf, Timestamp } from "../api/common.ts";
import { EventVersion } from "./common.ts";

/**
 * delivered: stored by the terminal. starting: stored before the first sound, so it is never spoken again.
 * spoken: the last clip ended. interrupted: the terminal died between starting and spoken. expired: too old, not spoken.
 * silent: due, but the terminal cannot be heard now (see reason); it will speak once it can.
 */
export const receiptStages = ["delivered", "starting", "spoken", "interrupted", "expired", "silent"] as const;
export type ReceiptStage = (typeof receiptStages)[number];

export const silenceReasons = [
  "muted",
  "volumeZero",
  "audioLocked",
  "audioFailed",
  "voicePackMissing",
] as const;
export type SilenceReason = (typeof silenceReasons)[number];

const outcome = {
  arrivalId: Id("arr"),
  paymentId: Nullable(Id("pay")),
  stage: OneOf(receiptStages),
  at: Timestamp,
  reason: Type.Optional(OneOf(silenceReasons)),
};

/** `paymentId` is null for a summary. */
export const ReceiptMessage = Type.Object(
  { version: EventVersion, kind: Type.Literal("receipt"), ...outcome },
  { additionalProperties: false },
);
export type ReceiptMessage = Static<typeof ReceiptMessage>;

export const Outcome = Type.Object(outcome, { additionalProperties: false });
export type Outcome = Static<typeof Outcome>;

/** Most outcomes that one question may carry: a packet stays well below its limit. */
export const askOutcomesMax = 50;

/**
 * After each connection, and whenever the terminal doubts: “send me what I have not spoken”. Carries what the terminal
 * knows and the server has not confirmed; what it began in an earlier life and never ended is interrupted. What it names as
 * delivered or silent it still means to speak, and it speaks it or reports it as expired; the server sums up the rest.
 * What finds no room is reported by receipts before the question.
 */
export const AskMessage = Type.Object(
  {
    version: EventVersion,
    kind: Type.Literal("ask"),
    outcomes: Type.Array(Outcome, { maxItems: askOutcomesMax }),
  },
  { additionalProperties: false },
);
export type AskMessage = Static<typeof AskMessage>;

export const receiptEvents = { receipt: ReceiptMessage, ask: AskMessage } as const;
