// Topic “arrivals”, to the terminal: money has arrived, say so. The row in the database is the truth, this is a hint:
// it may be lost or repeated, and the terminal answers every copy with the stage it knows.
import { Type, type Static } from "typebox";
import { AmountFen, Id, OneOf, Timestamp } from "../api/common.ts";
import { clipIds } from "../speech.ts";
import { EventVersion } from "./common.ts";

export const speechWallets = ["alipay", "huabei", "wechat", "unionpay", "bankCard"] as const;

export const SpeechParts = Type.Object(
  {
    text: Type.String({ minLength: 1, maxLength: 200 }),
    clips: Type.Array(OneOf(clipIds), { minItems: 1, maxItems: 60 }),
  },
  { additionalProperties: false, description: "What to show and which clips to play, in order" },
);

const Sequence = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

const delivery = {
  version: EventVersion,
  id: Id("arr"),
  speech: SpeechParts,
  sentAt: Timestamp,
  /** A terminal whose clock is wrong measures the difference of sentAt and expiresAt from its own receipt. */
  expiresAt: Timestamp,
  settledThrough: Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description:
      "Every announcement up to this sequence is finished at the server: the terminal may forget it",
  }),
};

/** One payment to announce. */
export const ArrivalMessage = Type.Object(
  {
    ...delivery,
    kind: Type.Literal("arrival"),
    paymentId: Id("pay"),
    sequence: Type.Integer({ ...Sequence, minimum: 1, description: "Of this terminal, without gaps" }),
    amount: AmountFen,
    currency: OneOf(["CNY"]),
    wallet: OneOf(speechWallets),
    paidAt: Timestamp,
  },
  { additionalProperties: false },
);
export type ArrivalMessage = Static<typeof ArrivalMessage>;

/** Announcements that became too old while the terminal was away, as one sentence. */
export const SummaryMessage = Type.Object(
  {
    ...delivery,
    kind: Type.Literal("summary"),
    count: Type.Integer({ minimum: 1, maximum: 99_999_999 }),
    totalAmount: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: "In fen" }),
    currency: OneOf(["CNY"]),
    throughSequence: Type.Integer({
      ...Sequence,
      description:
        "Announcements up to this sequence that have not begun to be spoken are part of the summary",
    }),
  },
  { additionalProperties: false },
);
export type SummaryMessage = Static<typeof SummaryMessage>;

export const arrivalEvents = { arrival: ArrivalMessage, summary: SummaryMessage } as const;
