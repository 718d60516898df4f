// Announcements of one payment over HTTP: who was told, and how far it came.
import { Type, type Static } from "typebox";
import { speechWallets } from "../events/arrivals.ts";
import { silenceReasons } from "../events/receipts.ts";
import { AmountFen, Id, Nullable, OneOf, Timestamp } from "./common.ts";

export const arrivalStages = ["accepted", "delivered", "speaking", "spoken", "interrupted", "stale"] as const;

export const Arrival = Type.Object(
  {
    id: Id("arr"),
    paymentId: Id("pay"),
    terminalId: Id("trm"),
    sequence: Type.Integer({ minimum: 1, description: "Of this terminal, without gaps" }),
    stage: OneOf(arrivalStages),
    amount: AmountFen,
    currency: OneOf(["CNY"]),
    wallet: OneOf(speechWallets),
    text: Type.String({ description: "The sentence that is spoken" }),
    sendCount: Type.Integer({ minimum: 0, description: "How often it was sent to the terminal" }),
    silenceReason: Nullable(OneOf(silenceReasons)),
    acceptedAt: Timestamp,
    sentAt: Nullable(Timestamp),
    deliveredAt: Nullable(Timestamp),
    startingAt: Nullable(Timestamp),
    spokenAt: Nullable(Timestamp),
    interruptedAt: Nullable(Timestamp),
    staleAt: Nullable(Timestamp),
    summaryId: Nullable(Id("arr")),
    summarySpokenAt: Nullable(Timestamp),
    unheardAt: Nullable(
      Type.Unsafe<string>({ ...Timestamp, description: "When nobody had heard it in time" }),
    ),
  },
  { additionalProperties: false },
);
export type Arrival = Static<typeof Arrival>;

/** GET /v1/payments/{id}/arrivals */
export const ArrivalList = Type.Object({ items: Type.Array(Arrival) }, { additionalProperties: false });
export type ArrivalList = Static<typeof ArrivalList>;
