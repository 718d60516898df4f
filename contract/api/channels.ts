// Channels and a merchant’s accounts there over HTTP.
import { Type, type Static } from "typebox";
import { channelCodes } from "./payments.ts";
import { OneOf, Timestamp } from "./common.ts";

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
    config: Type.Record(
      Type.String({ pattern: "^[A-Za-z][0-9A-Za-z]{0,39}$" }),
      Type.String({ maxLength: 8_192 }),
      {
        maxProperties: 40,
        description: "Fields as the channel's manifest names them",
      },
    ),
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
