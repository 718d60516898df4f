// Topics “commands” (to the terminal) and “commandResults” (from it).
import { Type, type Static } from "typebox";
import { LocalizedText, OneOf, Timestamp } from "../api/common.ts";
import { SpeechParts } from "./arrivals.ts";
import { EventVersion } from "./common.ts";

const CommandId = Type.String({ pattern: "^[A-Za-z0-9_-]{8,64}$" });

/** A message of the terminal could not be used: the declared error, and what was wrong with the message. */
export const MessageRejected = Type.Object(
  {
    version: EventVersion,
    kind: Type.Literal("messageRejected"),
    topic: Type.String(),
    code: Type.String({ description: "From the table of errors" }),
    retry: Type.String(),
    title: LocalizedText,
    next: LocalizedText,
    problems: Type.Array(
      Type.Object({ field: Type.String(), problem: Type.String() }, { additionalProperties: false }),
      { maxItems: 10 },
    ),
    at: Timestamp,
  },
  { additionalProperties: false },
);
export type MessageRejected = Static<typeof MessageRejected>;

/** Say this now: a test of the loudspeaker, no money is meant. Answered on commandResults. */
export const SpeakCommand = Type.Object(
  {
    version: EventVersion,
    kind: Type.Literal("speak"),
    commandId: CommandId,
    speech: SpeechParts,
    expiresAt: Timestamp,
  },
  { additionalProperties: false },
);
export type SpeakCommand = Static<typeof SpeakCommand>;

export const CommandResult = Type.Object(
  {
    version: EventVersion,
    kind: Type.Literal("result"),
    commandId: CommandId,
    outcome: OneOf(["done", "failed", "refused"]),
    detail: Type.Optional(Type.String({ maxLength: 200 })),
    at: Timestamp,
  },
  { additionalProperties: false },
);
export type CommandResult = Static<typeof CommandResult>;

export const commandEvents = { messageRejected: MessageRejected, speak: SpeakCommand } as const;
export const commandResultEvents = { result: CommandResult } as const;
