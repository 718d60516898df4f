// Terminals over HTTP: creating, activating, suspending, and what is known about them.
import { Type, type Static } from "typebox";
import { announceRules } from "../events/config.ts";
import { Vitals } from "../events/telemetry.ts";
import { Id, LocalizedText, Nullable, OneOf, Page, PageQuery, Timestamp } from "./common.ts";

export const terminalKinds = ["cashier", "soundbox"] as const;
export type TerminalKind = (typeof terminalKinds)[number];
export const terminalStates = ["created", "active", "suspended"] as const;
export type TerminalState = (typeof terminalStates)[number];

const Name = Type.String({ minLength: 1, maxLength: 64 });
const TerminalNo = Type.String({ pattern: "^[0-9A-Za-z_-]{1,32}$", description: "Unique in the merchant" });
const ActivationCodeText = Type.String({
  pattern: "^[0-9A-HJKMNP-TV-Z]{4}-?[0-9A-HJKMNP-TV-Z]{4}$",
  description: "Crockford base32: no I, L, O, U",
});
const PublicKey = Type.String({
  pattern: "^[A-Za-z0-9_-]{43}$",
  description: "Ed25519, 32 bytes in base64url without padding",
});

/** POST /v1/terminals. An operator names the merchant. */
export const CreateTerminal = Type.Object(
  {
    merchantId: Type.Optional(Id("mer")),
    storeId: Id("sto"),
    name: Name,
    no: TerminalNo,
    kind: OneOf(terminalKinds),
    announce: Type.Optional(OneOf(announceRules)),
  },
  { additionalProperties: false },
);
export type CreateTerminal = Static<typeof CreateTerminal>;

/** PATCH /v1/terminals/{id}. */
export const ChangeTerminal = Type.Object(
  {
    state: Type.Optional(OneOf(["active", "suspended"])),
    name: Type.Optional(Name),
    announce: Type.Optional(OneOf(announceRules)),
  },
  { additionalProperties: false, minProperties: 1 },
);
export type ChangeTerminal = Static<typeof ChangeTerminal>;

/** POST /v1/terminals/{id}/activation-codes. Shown once; replaces any earlier one. */
export const ActivationCode = Type.Object(
  { terminalId: Id("trm"), activationCode: ActivationCodeText, expiresAt: Timestamp },
  { additionalProperties: false },
);
export type ActivationCode = Static<typeof ActivationCode>;

/** POST /v1/terminals/activate, unsigned: the code is the proof. A new key replaces the one before. */
export const ActivateTerminal = Type.Object(
  {
    activationCode: ActivationCodeText,
    publicKey: PublicKey,
    model: Type.Optional(Vitals.model),
    appVersion: Type.Optional(Vitals.appVersion),
  },
  { additionalProperties: false },
);
export type ActivateTerminal = Static<typeof ActivateTerminal>;

/** PUT /v1/stores/{storeId}/manager-code. An operator names the merchant. */
export const SetManagerCode = Type.Object(
  {
    merchantId: Type.Optional(Id("mer")),
    code: Type.String({ pattern: "^[0-9]{6}$", description: "店长码: six digits, never answered again" }),
  },
  { additionalProperties: false },
);
export type SetManagerCode = Static<typeof SetManagerCode>;

/** What is known of a manager's code; the code itself to nobody. */
export const ManagerCode = Type.Object(
  {
    storeId: Id("sto"),
    setAt: Timestamp,
    lockedUntil: Nullable(Timestamp),
  },
  { additionalProperties: false },
);
export type ManagerCode = Static<typeof ManagerCode>;

export const TerminalSession = Type.Object(
  {
    id: Id("con"),
    openedAt: Timestamp,
    closedAt: Nullable(Timestamp),
    closeReason: Nullable(Type.String()),
    detail: Nullable(Type.String()),
    transport: Type.String(),
  },
  { additionalProperties: false },
);
export type TerminalSession = Static<typeof TerminalSession>;

export const TelemetryReport = Type.Object(
  {
    at: Timestamp,
    clockOffsetSeconds: Type.Number({
      description: "The terminal's clock less the platform's when it reported",
    }),
    ...Vitals,
  },
  { additionalProperties: false },
);
export type TelemetryReport = Static<typeof TelemetryReport>;

export const Terminal = Type.Object(
  {
    id: Id("trm"),
    merchantId: Id("mer"),
    storeId: Id("sto"),
    name: Type.String(),
    no: Type.String(),
    kind: OneOf(terminalKinds),
    state: OneOf(terminalStates),
    announce: OneOf(announceRules),
    model: Nullable(Type.String()),
    appVersion: Nullable(Type.String()),
    online: Type.Boolean({ description: "Has an open session whose lease is running" }),
    lastSeenAt: Nullable(Timestamp),
    telemetry: Nullable(TelemetryReport),
    createdAt: Timestamp,
    activatedAt: Nullable(Timestamp),
  },
  { additionalProperties: false },
);
export type Terminal = Static<typeof Terminal>;

/** GET /v1/terminals/{id}/place: whose counter it stands on, as receipts say it. */
export const TerminalPlace = Type.Object(
  {
    terminalName: Type.String(),
    terminalNo: Type.String(),
    merchantNames: LocalizedText,
    storeNames: LocalizedText,
    storeAddress: Type.String(),
  },
  { additionalProperties: false },
);
export type TerminalPlace = Static<typeof TerminalPlace>;

/** What activation answers: everything the device has to know to begin. */
export const ActivatedTerminal = Type.Object(
  { terminal: Terminal, serverTime: Timestamp },
  { additionalProperties: false },
);
export type ActivatedTerminal = Static<typeof ActivatedTerminal>;

/** GET /v1/time */
export const ServerTime = Type.Object({ now: Timestamp }, { additionalProperties: false });

export const TerminalPage = Page(Terminal);

/** GET /v1/terminals?… */
export const TerminalQuery = Type.Object(
  {
    ...PageQuery,
    merchantId: Type.Optional(Id("mer")),
    storeId: Type.Optional(Id("sto")),
    state: Type.Optional(OneOf(terminalStates)),
  },
  { additionalProperties: false },
);
export type TerminalQuery = Static<typeof TerminalQuery>;

/** GET /v1/terminals/{id}/telemetry: newest first. */
export const TelemetryHistory = Type.Object(
  { reports: Type.Array(TelemetryReport), sessions: Type.Array(TerminalSession) },
  { additionalProperties: false },
);
export type TelemetryHistory = Static<typeof TelemetryHistory>;

export const TelemetryQuery = Type.Object({ limit: PageQuery.limit }, { additionalProperties: false });

const ClientId = Type.String({ minLength: 1, maxLength: 64 });

/** POST /v1/broker/authentications, from an external MQTT broker. */
export const BrokerAuthentication = Type.Object(
  {
    clientid: ClientId,
    username: Type.String({ minLength: 1, maxLength: 64 }),
    password: Type.String({ minLength: 1, maxLength: 512 }),
  },
  { additionalProperties: false },
);

/** POST /v1/broker/authorizations, from an external MQTT broker. */
export const BrokerAuthorization = Type.Object(
  {
    clientid: ClientId,
    topic: Type.String({ minLength: 1, maxLength: 256 }),
    action: OneOf(["publish", "subscribe"]),
  },
  { additionalProperties: false },
);

export const BrokerVerdict = Type.Object(
  { result: OneOf(["allow", "deny", "ignore"]) },
  { additionalProperties: false },
);
