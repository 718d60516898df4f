// Topic “telemetry”, from the terminal: that it is there and how it is.
import { Type, type Static } from "typebox";
import { OneOf, Timestamp } from "../api/common.ts";
import { EventVersion } from "./common.ts";

export const networkTypes = ["ethernet", "wifi", "cellular", "unknown"] as const;
export type NetworkType = (typeof networkTypes)[number];

const Percent = (description: string) => Type.Integer({ minimum: 0, maximum: 100, description });

/** What a terminal measures about itself; a field that it cannot measure is left out. */
export const Vitals = {
  appVersion: Type.Optional(Type.String({ pattern: "^[0-9A-Za-z.+_-]{1,32}$" })),
  model: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  batteryPercent: Type.Optional(Percent("Charge of the battery")),
  charging: Type.Optional(Type.Boolean()),
  network: Type.Optional(OneOf(networkTypes)),
  rssiDbm: Type.Optional(
    Type.Integer({ minimum: -150, maximum: 0, description: "Strength of the radio signal" }),
  ),
  volumePercent: Type.Optional(Percent("Volume of the speaker")),
  muted: Type.Optional(Type.Boolean({ description: "Nothing would be heard now" })),
  scannerDecodePercent: Type.Optional(Percent("Scans decoded at the first try, over the last hundred")),
  waitingArrivals: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 100_000, description: "Announcements not yet spoken" }),
  ),
};

const presence = {
  version: EventVersion,
  connection: Type.String({
    pattern: "^[A-Za-z0-9_-]{8,64}$",
    description: "Chosen anew for every connection",
  }),
  at: Timestamp,
};

/** hello: first message of a connection. beat: every half minute. bye: before a planned end. */
export const HelloMessage = Type.Object(
  { ...presence, kind: Type.Literal("hello"), ...Vitals },
  { additionalProperties: false },
);
export const BeatMessage = Type.Object(
  { ...presence, kind: Type.Literal("beat"), ...Vitals },
  { additionalProperties: false },
);
export const ByeMessage = Type.Object(
  { ...presence, kind: Type.Literal("bye") },
  { additionalProperties: false },
);
/** The last will that a terminal leaves with the broker, sent for it when the connection breaks. */
export const LostMessage = Type.Object(
  { ...presence, kind: Type.Literal("lost") },
  { additionalProperties: false },
);

export type HelloMessage = Static<typeof HelloMessage>;
export type BeatMessage = Static<typeof BeatMessage>;

export const telemetryEvents = {
  hello: HelloMessage,
  beat: BeatMessage,
  bye: ByeMessage,
  lost: LostMessage,
} as const;
