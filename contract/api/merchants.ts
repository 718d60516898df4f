// Merchants, stores, fees, products and the menu of a terminal over HTTP.
import { Type, type Static } from "typebox";
import { ChannelAccountSummary } from "./channels.ts";
import { channelCodes } from "./payments.ts";
import { Id, LocalizedText, Moment, Nullable, OneOf, Page, PageQuery, Timestamp } from "./common.ts";

export const productCodes = ["alipay", "huabei", "huabeiInstalment", "wechat", "unionpay"] as const;
/** What has a rate of its own: instalments cost by their number, and only where the merchant bears their fee. */
export const feeProductCodes = [
  "alipay",
  "huabei",
  "huabeiInstalment3",
  "huabeiInstalment6",
  "huabeiInstalment12",
  "wechat",
  "unionpay",
] as const;
export const creditAcceptances = ["accepted", "refused"] as const;
export const capabilityStates = [
  "notApplied",
  "applying",
  "enabled",
  "rejected",
  "suspended",
  "closed",
] as const;
const sources = ["operator", "merchant", "channel", "system"] as const;

const Names = Type.Object(
  { zh: Type.String({ minLength: 1, maxLength: 64 }), en: Type.String({ minLength: 1, maxLength: 64 }) },
  { additionalProperties: false },
);
const RateBasisPoints = Type.Integer({
  minimum: 0,
  maximum: 10_000,
  description: "Rate in basis points: 38 = 0.38 %",
});

/** POST /v1/merchants. The first rates hold at once. */
export const CreateMerchant = Type.Object(
  {
    number: Type.Optional(
      Type.String({ pattern: "^[0-9]{8}$", description: "商户编号; assigned where left out" }),
    ),
    names: Names,
    mcc: Type.String({ pattern: "^[0-9]{4}$", description: "Merchant category code, ISO 18245" }),
    region: Type.String({ pattern: "^[0-9]{6}$", description: "Administrative division, GB/T 2260" }),
    fees: Type.Object(
      {
        alipay: RateBasisPoints,
        huabei: Type.Optional(RateBasisPoints),
        huabeiInstalment3: Type.Optional(RateBasisPoints),
        huabeiInstalment6: Type.Optional(RateBasisPoints),
        huabeiInstalment12: Type.Optional(RateBasisPoints),
        wechat: Type.Optional(RateBasisPoints),
        unionpay: Type.Optional(RateBasisPoints),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
export type CreateMerchant = Static<typeof CreateMerchant>;

export const Merchant = Type.Object(
  {
    id: Id("mer"),
    number: Type.String(),
    names: LocalizedText,
    mcc: Type.String(),
    region: Type.String(),
    state: OneOf(["active", "suspended", "closed"]),
    creditAcceptance: OneOf(creditAcceptances),
    createdAt: Timestamp,
  },
  { additionalProperties: false },
);
export type Merchant = Static<typeof Merchant>;
export const MerchantPage = Page(Merchant);

/** GET /v1/merchants?… */
export const MerchantQuery = Type.Object(
  {
    limit: PageQuery.limit,
    after: PageQuery.after,
    search: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  },
  { additionalProperties: false },
);

/** POST /v1/merchants/{id}/stores */
export const CreateStore = Type.Object(
  {
    no: Type.String({ pattern: "^[0-9A-Za-z_-]{1,32}$", description: "The number sent to the channel" }),
    names: Names,
    address: Type.String({ minLength: 1, maxLength: 200 }),
  },
  { additionalProperties: false },
);
export type CreateStore = Static<typeof CreateStore>;

export const Store = Type.Object(
  {
    id: Id("sto"),
    merchantId: Id("mer"),
    no: Type.String(),
    names: LocalizedText,
    address: Type.String(),
    createdAt: Timestamp,
  },
  { additionalProperties: false },
);
export type Store = Static<typeof Store>;
export const StoreList = Type.Object({ items: Type.Array(Store) }, { additionalProperties: false });

/** POST /v1/merchants/{id}/fees: a rate from a future moment on; rates are added, never changed. */
export const CreateFeeRate = Type.Object(
  { product: OneOf(feeProductCodes), rateBasisPoints: RateBasisPoints, validFrom: Moment },
  { additionalProperties: false },
);
export type CreateFeeRate = Static<typeof CreateFeeRate>;

export const FeeRate = Type.Object(
  { product: OneOf(feeProductCodes), rateBasisPoints: RateBasisPoints, validFrom: Timestamp },
  { additionalProperties: false },
);
export type FeeRate = Static<typeof FeeRate>;

/** GET /v1/merchants/{id} */
export const MerchantDetail = Type.Object(
  {
    ...Merchant.properties,
    stores: Type.Array(Store),
    channelAccounts: Type.Array(ChannelAccountSummary),
    fees: Type.Array(FeeRate),
  },
  { additionalProperties: false },
);
export type MerchantDetail = Static<typeof MerchantDetail>;

/** POST /v1/merchants/{id}/capabilities/{product} */
export const CapabilityAction = Type.Object(
  {
    action: OneOf(["open", "suspend", "resume", "close"]),
    reason: Type.Optional(
      Type.String({ minLength: 2, maxLength: 200, description: "Required for suspend and close" }),
    ),
  },
  { additionalProperties: false },
);
export type CapabilityAction = Static<typeof CapabilityAction>;

const LiveState = Type.Object(
  {
    /** Null where the channel's back office did not answer; then `problem` says why. */
    state: Nullable(OneOf(capabilityStates)),
    reason: Nullable(Type.String()),
    problem: Nullable(Type.String()),
    askedAt: Timestamp,
  },
  { additionalProperties: false },
);

export const Capability = Type.Object(
  {
    id: Id("cap"),
    merchantId: Id("mer"),
    channel: OneOf(channelCodes),
    product: OneOf(productCodes),
    state: OneOf(capabilityStates),
    source: OneOf(sources),
    reason: Nullable(Type.String()),
    changedAt: Timestamp,
    live: Nullable(LiveState),
    history: Type.Array(
      Type.Object(
        {
          version: Type.Integer(),
          stateBefore: Nullable(OneOf(capabilityStates)),
          state: OneOf(capabilityStates),
          source: OneOf(sources),
          reason: Nullable(Type.String()),
          actor: Type.String(),
          at: Timestamp,
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type Capability = Static<typeof Capability>;
export const CapabilityList = Type.Object({ items: Type.Array(Capability) }, { additionalProperties: false });

export const methodCodes = ["alipay", "huabei", "wechat", "unionpay"] as const;
const availability = {
  available: Type.Boolean(),
  causeId: Nullable(Type.String({ description: "Why not, as a cause of the catalogue" })),
  text: LocalizedText,
  until: Type.Optional(
    Type.Unsafe<string>({ ...Timestamp, description: "When it is expected back, where somebody said so" }),
  ),
};

/** GET /v1/terminals/{id}/methods */
export const Methods = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          method: OneOf(methodCodes),
          ...availability,
          instead: Type.Optional(
            Type.Array(OneOf(methodCodes), { description: "What the customer may use in its place" }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    /** Huabei instalments by their number and by who bears the fee. */
    instalments: Type.Array(
      Type.Object(
        {
          instalments: Type.Union([Type.Literal(3), Type.Literal(6), Type.Literal(12)]),
          feeBearer: OneOf(["payer", "merchant"]),
          ...availability,
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type Methods = Static<typeof Methods>;

/** PUT /v1/merchants/{id}/credit-acceptance: Huabei, its instalments and credit cards, all or none. */
export const PutCreditAcceptance = Type.Object(
  {
    creditAcceptance: OneOf(creditAcceptances),
    reason: Type.String({ minLength: 2, maxLength: 200 }),
  },
  { additionalProperties: false },
);
export type PutCreditAcceptance = Static<typeof PutCreditAcceptance>;

export const CreditAcceptance = Type.Object(
  {
    creditAcceptance: OneOf(creditAcceptances),
    /** Newest first; empty while the switch was never touched. */
    history: Type.Array(
      Type.Object(
        {
          creditAcceptance: OneOf(creditAcceptances),
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
export type CreditAcceptance = Static<typeof CreditAcceptance>;
