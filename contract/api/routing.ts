// Routing over HTTP: the accounts of a merchant at one channel, the rules that choose among them, and how channels fare.
import { Type, type Static } from "typebox";
import { ChannelAccountDetail } from "./channels.ts";
import { Nullable, OneOf, Timestamp } from "./common.ts";
import { routeNamePattern } from "./maintenance.ts";
import { channelCodes } from "./payments.ts";

const RouteName = Type.String({ pattern: routeNamePattern, description: "“main” is the first account" });

/** GET /v1/merchants/{id}/channel-accounts/{channel}/routes */
export const AccountRoute = Type.Object(
  {
    channel: OneOf(channelCodes),
    route: Type.String(),
    state: OneOf(["active", "disabled"]),
    version: Type.Integer(),
    updatedAt: Timestamp,
  },
  { additionalProperties: false },
);
export type AccountRoute = Static<typeof AccountRoute>;
export const AccountRouteList = Type.Object(
  { items: Type.Array(AccountRoute) },
  { additionalProperties: false },
);

/** GET /v1/merchants/{id}/channel-accounts/{channel}/routes/{route}; POST …/probe there tries it out. */
export const AccountRouteDetail = Type.Object(
  { ...ChannelAccountDetail.properties, route: Type.String() },
  { additionalProperties: false },
);
export type AccountRouteDetail = Static<typeof AccountRouteDetail>;

/** Which payments a rule is about; what is left out does not matter. */
const Condition = Type.Object(
  {
    storeIds: Type.Optional(
      Type.Array(Type.String({ pattern: "^sto_[0-9a-f]{32}$" }), { minItems: 1, maxItems: 50 }),
    ),
    methods: Type.Optional(Type.Array(OneOf(["payerCode", "shownCode"]), { minItems: 1, maxItems: 2 })),
    amountMin: Type.Optional(Type.Integer({ minimum: 1, description: "In fen, itself included" })),
    amountMax: Type.Optional(Type.Integer({ minimum: 1, description: "In fen, itself included" })),
    from: Type.Optional(
      Type.String({ pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$", description: "Time of day in Beijing" }),
    ),
    to: Type.Optional(
      Type.String({
        pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$",
        description:
          "Time of day in Beijing, itself excluded; before “from” it means the next day; equal to it is refused",
      }),
    ),
  },
  { additionalProperties: false },
);

const Rule = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64 }),
    when: Condition,
    targets: Type.Array(
      Type.Object(
        { route: RouteName, weight: Type.Integer({ minimum: 1, maximum: 1_000 }) },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 8 },
    ),
  },
  { additionalProperties: false },
);

/**
 * PUT /v1/merchants/{id}/routing/{channel}: all rules, in order; the first one that fits a payment holds. Each has a name
 * of its own. Refused where other rules were put in force since the version that the change is based on.
 */
export const PutRoutingPlan = Type.Object(
  {
    rules: Type.Array(Rule, { maxItems: 50 }),
    expectedVersion: Type.Integer({
      minimum: 0,
      maximum: 2_147_483_647,
      description: "The version that the change is based on; 0 where there never were rules",
    }),
    reason: Type.String({ minLength: 2, maxLength: 200 }),
  },
  { additionalProperties: false },
);
export type PutRoutingPlan = Static<typeof PutRoutingPlan>;

export const RoutingPlan = Type.Object(
  {
    channel: OneOf(channelCodes),
    version: Type.Integer({ description: "0 where there never were rules" }),
    rules: Type.Array(Rule),
    actor: Nullable(Type.String()),
    reason: Nullable(Type.String()),
    at: Nullable(Timestamp),
  },
  { additionalProperties: false },
);
export type RoutingPlan = Static<typeof RoutingPlan>;

export const circuitStates = ["closed", "open", "halfOpen"] as const;

/** GET /v1/channels/health: how the gateways fare, as this process sees them, and what would shut or open them. */
export const ChannelHealth = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          channel: OneOf(channelCodes),
          path: Type.String({ description: "Host of the gateway" }),
          method: OneOf(["payerCode", "shownCode", "refund"]),
          bank: Nullable(Type.String({ description: "As the channel names it; null: all banks" })),
          account: Nullable(
            Type.String({
              description: "Cut off by itself, by its numbers at the channel; null: the gateway",
            }),
          ),
          state: OneOf(circuitStates),
          since: Timestamp,
          answers: Type.Integer({
            description: "Clear answers within the window, refusals of payers among them",
          }),
          failures: Type.Integer({ description: "Calls within the window that nobody knows the outcome of" }),
          probeAt: Nullable(Timestamp),
        },
        { additionalProperties: false },
      ),
    ),
    rules: Type.Object(
      {
        windowSeconds: Type.Integer(),
        callsMin: Type.Integer(),
        failurePercentMin: Type.Integer(),
        openSecondsMin: Type.Integer(),
        openSecondsMax: Type.Integer(),
        probesToClose: Type.Integer(),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
export type ChannelHealth = Static<typeof ChannelHealth>;
