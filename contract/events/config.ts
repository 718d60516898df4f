// Topics “config” (to the terminal, retained: what it should be) and “configReport” (from it: what it is).
import { Type, type Static } from "typebox";
import { OneOf, Timestamp } from "../api/common.ts";
import { EventVersion } from "./common.ts";

/**
 * Whose money a terminal speaks: what is paid at it, what is paid in its store, nothing. What is paid at no terminal, but
 * in a store (a printed code, or a server that names it), is spoken by those for the store, or by every “own” of it where
 * none of those is active.
 */
export const announceRules = ["own", "store", "none"] as const;
export type AnnounceRule = (typeof announceRules)[number];

const Revision = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

export const ConfigMessage = Type.Object(
  {
    version: EventVersion,
    kind: Type.Literal("config"),
    revision: Revision,
    name: Type.String(),
    announce: OneOf(announceRules),
    telemetrySeconds: Type.Integer({ minimum: 5, maximum: 3_600, description: "Pause between two beats" }),
  },
  { additionalProperties: false },
);
export type ConfigMessage = Static<typeof ConfigMessage>;

export const ConfigReport = Type.Object(
  { version: EventVersion, kind: Type.Literal("configReport"), revision: Revision, at: Timestamp },
  { additionalProperties: false },
);
export type ConfigReport = Static<typeof ConfigReport>;

export const configEvents = { config: ConfigMessage } as const;
export const configReportEvents = { configReport: ConfigReport } as const;
