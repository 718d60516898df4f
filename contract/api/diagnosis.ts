// Diagnoses over HTTP: why something failed, the evidence, a question where one helps, remedies and what came of them.
import { Type, type Static } from "typebox";
import type { Sureness } from "../words.ts";
import { Id, LocalizedText, Nullable, OneOf, Timestamp } from "./common.ts";

export const verdicts = ["named", "question", "unknown", "noFault"] as const;
export const remedyLevels = ["R0", "R1", "R2", "R3", "R4"] as const;
export const remedyStates = ["offered", "running", "verified", "failed"] as const;
export const surenessLevels = [
  "certain",
  "veryLikely",
  "likely",
  "possible",
  "ruledOut",
] as const satisfies readonly Sureness[];
const actors = [
  "payer",
  "cashier",
  "merchant",
  "terminal",
  "network",
  "channel",
  "bank",
  "acquirer",
  "platform",
] as const;

/** POST /v1/diagnoses: whatever the asker has: an id, a sentence, or both. */
export const CreateDiagnosis = Type.Object(
  {
    paymentId: Type.Optional(Id("pay")),
    terminalId: Type.Optional(Id("trm")),
    merchantId: Type.Optional(Id("mer")),
    text: Type.Optional(
      Type.String({ minLength: 1, maxLength: 500, description: "What is wrong, in Chinese or English" }),
    ),
    locale: Type.Optional(OneOf(["zh", "en"])),
    /** What was refused before it became a payment: there is no payment to name, only the code of the refusal. */
    refusal: Type.Optional(
      Type.Object(
        {
          code: Type.String({
            pattern: "^[a-z][a-z_]{2,63}$",
            description: "The code of the refusal, for example payer_code_is_collecting_code",
          }),
          traceId: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type CreateDiagnosis = Static<typeof CreateDiagnosis>;

export const EvidenceFact = Type.Object(
  {
    signal: Type.String({ description: "Evidence signal of the catalogue, E01 … E36" }),
    fact: LocalizedText,
    at: Timestamp,
  },
  { additionalProperties: false },
);
export type EvidenceFact = Static<typeof EvidenceFact>;

export const Remedy = Type.Object(
  {
    id: Type.String(),
    level: OneOf(remedyLevels),
    text: LocalizedText,
    /** Whether the platform carries it out (POST …/remedies/{id}), or people do. */
    by: OneOf(["platform", "people"]),
    roles: Type.Array(OneOf(["operator", "merchant", "terminal"])),
    state: OneOf(remedyStates),
    /** Every step so far with what was found, oldest first. */
    steps: Type.Array(
      Type.Object(
        {
          state: OneOf(remedyStates),
          at: Timestamp,
          actor: Type.String(),
          facts: Type.Record(Type.String(), Type.Unknown()),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type Remedy = Static<typeof Remedy>;

export const DiagnosedCause = Type.Object(
  {
    id: Type.String({ description: "Cause of the catalogue, for example C-MCH-01" }),
    name: LocalizedText,
    variant: Nullable(
      Type.String({
        description: "Which form of the cause, where it has several, for example payerDayLimit",
      }),
    ),
    probability: Type.Number({ minimum: 0, maximum: 1, description: "0 where the evidence rules it out" }),
    sureness: OneOf(surenessLevels),
    restsOn: LocalizedText,
    actor: OneOf(actors),
    because: Type.Array(EvidenceFact),
    against: Type.Array(EvidenceFact),
    texts: Type.Object(
      { payer: LocalizedText, merchant: LocalizedText, operator: LocalizedText },
      { additionalProperties: false },
    ),
    remedies: Type.Array(Remedy),
  },
  { additionalProperties: false },
);
export type DiagnosedCause = Static<typeof DiagnosedCause>;

export const DiagnosisQuestion = Type.Object(
  {
    id: Type.String(),
    asked: OneOf(actors),
    text: LocalizedText,
    options: Type.Array(
      Type.Object({ id: Type.String(), text: LocalizedText }, { additionalProperties: false }),
    ),
  },
  { additionalProperties: false },
);
export type DiagnosisQuestion = Static<typeof DiagnosisQuestion>;

/** GET /v1/payments/{id}/diagnosis, and the answer of every other diagnosis route. */
export const Diagnosis = Type.Object(
  {
    id: Id("dia"),
    merchantId: Id("mer"),
    paymentId: Nullable(Id("pay")),
    terminalId: Nullable(Id("trm")),
    revision: Type.Integer({ description: "Grows whenever the evidence changed" }),
    verdict: OneOf(verdicts),
    summary: LocalizedText,
    /** What helps at the counter now, in one sentence; it knows more than the channel’s general advice on retrying. */
    tryNow: Nullable(LocalizedText),
    /** The first is the one named, where one is. A probability of 0 means: considered and ruled out. */
    causes: Type.Array(DiagnosedCause),
    question: Type.Optional(DiagnosisQuestion),
    at: Timestamp,
  },
  { additionalProperties: false },
);
export type Diagnosis = Static<typeof Diagnosis>;

/** POST /v1/diagnoses/{id}/answers */
export const AnswerQuestion = Type.Object(
  { questionId: Type.String({ maxLength: 64 }), optionId: Type.String({ maxLength: 64 }) },
  { additionalProperties: false },
);
export type AnswerQuestion = Static<typeof AnswerQuestion>;
