// Cases: things that a person has to look at.
import { Type, type Static } from "typebox";
import type { CaseKind } from "../words.ts";
import { Id, LocalizedText, Nullable, OneOf, Page, PageQuery, Timestamp } from "./common.ts";

export const caseKinds = [
  "lateSuccess",
  "silentArrival",
  "amountMismatch",
  "callbackMismatch",
  "paidAfterReversal",
  "reversedAfterSuccess",
  "channelContradiction",
  "refundUnclear",
  "refundStuck",
  "webhookDisabled",
] as const satisfies readonly CaseKind[];

export const caseStates = ["open", "closed"] as const;

export const Case = Type.Object(
  {
    id: Id("cas"),
    merchantId: Id("mer"),
    kind: OneOf(caseKinds),
    name: LocalizedText,
    state: OneOf(caseStates),
    paymentId: Nullable(Id("pay")),
    facts: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
      description: "What was observed, by name",
    }),
    openedAt: Timestamp,
    closedAt: Nullable(Timestamp),
    closedBy: Nullable(Type.String()),
    resolution: Nullable(Type.String({ description: "What was done about it" })),
  },
  { additionalProperties: false },
);
export type Case = Static<typeof Case>;

export const CasePage = Page(Case);

/** GET /v1/cases?… */
export const CaseQuery = Type.Object(
  {
    ...PageQuery,
    merchantId: Type.Optional(Id("mer")),
    kind: Type.Optional(OneOf(caseKinds)),
    state: Type.Optional(OneOf(caseStates)),
    paymentId: Type.Optional(Id("pay")),
  },
  { additionalProperties: false },
);
export type CaseQuery = Static<typeof CaseQuery>;

/** POST /v1/cases/{id}/closing: what was done about it. */
export const CaseClosing = Type.Object(
  { resolution: Type.String({ minLength: 4, maxLength: 500 }) },
  { additionalProperties: false },
);
export type CaseClosing = Static<typeof CaseClosing>;
