// Channels and a merchant’s accounts there over HTTP.
import { Type, type Static } from "typebox";
import { channelCodes } from "./payments.ts";
import { LocalizedText, Nullable, OneOf, Timestamp } from "./common.ts";

const Named = Type.Object({ code: Type.String(), names: LocalizedText }, { additionalProperties: false });

/** GET /v1/channels: what a set-up form is drawn from. */
export const ChannelList = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          code: OneOf(channelCodes),
          names: LocalizedText,
          products: Type.Array(Named),
          amountMin: Type.Integer({ description: "Smallest amount of one payment, in fen" }),
          amountMax: Type.Integer({ description: "Largest amount of one payment, in fen" }),
          fields: Type.Array(
            Type.Object(
              {
                key: Type.String(),
                label: LocalizedText,
                help: LocalizedText,
                secret: Type.Boolean({ description: "Written, never read" }),
                pattern: Type.String({ description: "Regular expression that the value matches" }),
                presence: OneOf(["required", "optional", "mode"]),
              },
              { additionalProperties: false },
            ),
          ),
          /** Exactly one of them is filled in, whole. Empty where there is only one way. */
          modes: Type.Array(
            Type.Object(
              {
                code: Type.String(),
                label: LocalizedText,
                help: LocalizedText,
                fields: Type.Array(Type.String()),
              },
              { additionalProperties: false },
            ),
          ),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type ChannelList = Static<typeof ChannelList>;

const ConfigFields = Type.Record(
  Type.String({ pattern: "^[A-Za-z][0-9A-Za-z]{0,39}$" }),
  Type.String({ maxLength: 16_384 }),
  {
    maxProperties: 40,
    description: "Fields as the channel's manifest names them; an empty text takes a field away",
  },
);

const Finding = Type.Object(
  {
    code: Type.String(),
    field: Nullable(Type.String({ description: "The field to correct; null where it lies elsewhere" })),
    title: LocalizedText,
    next: LocalizedText,
  },
  { additionalProperties: false },
);

/** POST /v1/merchants/{id}/channel-accounts/{channel}/probe. Fields left out are those that are stored. */
export const ProbeChannelAccount = Type.Object({ config: ConfigFields }, { additionalProperties: false });
export type ProbeChannelAccount = Static<typeof ProbeChannelAccount>;

export const ProbeResult = Type.Object(
  {
    outcome: OneOf(["ready", "refused"]),
    /** What is wrong and what to do; null when ready. */
    finding: Nullable(Finding),
    channelCode: Nullable(Type.String({ description: "The channel's own code, verbatim" })),
    channelMessage: Nullable(Type.String({ description: "The channel's own words, verbatim" })),
    /** What works now and will not for long. */
    warnings: Type.Array(Finding),
  },
  { additionalProperties: false },
);
export type ProbeResult = Static<typeof ProbeResult>;

export const ChannelAccountSummary = Type.Object(
  {
    channel: OneOf(channelCodes),
    state: OneOf(["active", "disabled"]),
    version: Type.Integer(),
    updatedAt: Timestamp,
  },
  { additionalProperties: false },
);
export type ChannelAccountSummary = Static<typeof ChannelAccountSummary>;

/** PUT /v1/merchants/{id}/channel-accounts/{channel}. Fields left out keep their value; nothing secret is ever answered. */
export const PutChannelAccount = Type.Object(
  {
    state: Type.Optional(OneOf(["active", "disabled"])),
    config: ConfigFields,
    reason: Type.String({ minLength: 2, maxLength: 200 }),
  },
  { additionalProperties: false },
);
export type PutChannelAccount = Static<typeof PutChannelAccount>;

/** GET /v1/merchants/{id}/channel-accounts/{channel} */
export const ChannelAccountDetail = Type.Object(
  {
    ...ChannelAccountSummary.properties,
    /** Fields that are not secret, as stored; of the secret ones only whether they are set. */
    config: Type.Record(Type.String(), Type.String()),
    secretsSet: Type.Array(Type.String()),
    history: Type.Array(
      Type.Object(
        {
          version: Type.Integer(),
          state: OneOf(["active", "disabled"]),
          changedKeys: Type.Array(Type.String()),
          actor: Type.String(),
          reason: Type.String(),
          at: Timestamp,
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type ChannelAccountDetail = Static<typeof ChannelAccountDetail>;
