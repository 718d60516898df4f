// The words of this module: merchants, stores, channel accounts, fees, capabilities, maintenance windows.
import {
  channelWords,
  type CapabilityState,
  type ChannelCode,
  type Localized,
} from "@huiyin/contract/words.ts";
import type { CreditAcceptance } from "../../channels/port.ts";

/**
 * What a merchant may collect with: "alipay" is the base product of the channel, "huabei" rides on it, and
 * "huabeiInstalment" lets the merchant bear the fee of instalments. The payer may bear it without any product.
 * "wechat" and "unionpay" are the base products of theirs.
 */
export const products = ["alipay", "huabei", "huabeiInstalment", "wechat", "unionpay"] as const;
export type Product = (typeof products)[number];

/** What every merchant has on record from its creation on. The products of another channel join with its account. */
export const productsFromCreation = [
  "alipay",
  "huabei",
  "huabeiInstalment",
] as const satisfies readonly Product[];

/** The product that stands for a channel: without it nothing else there is of use. */
export const baseProductOf: Readonly<Record<ChannelCode, Product>> = {
  alipay: "alipay",
  wechat: "wechat",
  unionpay: "unionpay",
};

/** What has a rate of its own. Instalments cost by their number, and only where the merchant bears the fee. */
export const feeProducts = [
  "alipay",
  "huabei",
  "huabeiInstalment3",
  "huabeiInstalment6",
  "huabeiInstalment12",
  "wechat",
  "unionpay",
] as const;
export type FeeProduct = (typeof feeProducts)[number];

export const instalmentTerms = [3, 6, 12] as const;
export type InstalmentTerm = (typeof instalmentTerms)[number];

/** The rate that holds for instalments whose fee the merchant bears. */
export function instalmentFeeProduct(instalments: InstalmentTerm): FeeProduct {
  return `huabeiInstalment${instalments}`;
}

/** The channel that carries a product. */
export const channelOfProduct: Readonly<Record<Product, ChannelCode>> = {
  alipay: "alipay",
  huabei: "alipay",
  huabeiInstalment: "alipay",
  wechat: "wechat",
  unionpay: "unionpay",
};

/** What a terminal may offer: instalments are a choice within Huabei. */
export type MethodCode = Exclude<Product, "huabeiInstalment">;

export const productWords: Readonly<Record<Product, Localized>> = {
  ...channelWords,
  huabei: { zh: "花呗", en: "Huabei" },
  huabeiInstalment: { zh: "花呗分期", en: "Huabei instalments" },
};

export type MerchantState = "active" | "suspended" | "closed";

export type Merchant = Readonly<{
  /** mer_… */
  id: string;
  /** 商户编号: 8 digits, unique over all merchants, part of every channel order number. */
  number: string;
  names: Localized;
  /** Merchant category code, ISO 18245, 4 digits. */
  mcc: string;
  /** Administrative division, GB/T 2260, 6 digits. */
  region: string;
  state: MerchantState;
  /** The merchant’s own switch for all money that the payer borrows. */
  creditAcceptance: CreditAcceptance;
  revision: bigint;
  createdAt: Date;
}>;

export type Store = Readonly<{
  id: string;
  merchantId: string;
  no: string;
  names: Localized;
  address: string;
  createdAt: Date;
}>;

export type FeeRate = Readonly<{ product: FeeProduct; rateBasisPoints: bigint; validFrom: Date }>;

export type ChannelAccountState = "active" | "disabled";

/** The name of the first account at a channel; further ones have names of their own. */
export const mainRoute = "main";
/** What a route may be called: a lower-case letter, then at most 31 letters, digits and hyphens. */
export const routePattern = "^[a-z][0-9A-Za-z-]{0,31}$";

/** An account without its secrets: what screens may show. */
export type ChannelAccountSummary = Readonly<{
  channel: ChannelCode;
  state: ChannelAccountState;
  version: number;
  updatedAt: Date;
}>;

/** Who brought about a state: what the channel stopped, only the channel may start again. */
export type CapabilitySource = "operator" | "merchant" | "channel" | "system";

export type Capability = Readonly<{
  /** cap_… */
  id: string;
  merchantId: string;
  channel: ChannelCode;
  product: Product;
  state: CapabilityState;
  source: CapabilitySource;
  reason: string | null;
  /** 1 for the first state; one more for each change. */
  version: number;
  changedAt: Date;
}>;

export type CapabilityChange = Readonly<{
  version: number;
  stateBefore: CapabilityState | null;
  state: CapabilityState;
  source: CapabilitySource;
  reason: string | null;
  /** Credential id, "channel" or "system". */
  actor: string;
  at: Date;
}>;

export type CapabilityCommand =
  | Readonly<{ kind: "open"; source: "operator" | "merchant" | "system" }>
  | Readonly<{ kind: "suspend"; source: "operator" | "merchant"; reason: string }>
  | Readonly<{ kind: "resume"; source: "operator" | "merchant" }>
  | Readonly<{ kind: "close"; source: "operator" | "merchant"; reason: string }>
  /** What the back office of the channel says the product’s state is, now. */
  | Readonly<{ kind: "observe"; state: CapabilityState; reason: string | null }>;

/** The next state of a capability; null where the command changes nothing. */
export type CapabilityDecision = Readonly<{
  state: CapabilityState;
  source: CapabilitySource;
  reason: string | null;
}> | null;

/** What the channel’s back office said about a product, or why it said nothing. */
export type LiveState =
  | Readonly<{ kind: "known"; state: CapabilityState; reason: string | null; askedAt: Date }>
  | Readonly<{ kind: "unknown"; problem: string; askedAt: Date }>;

export type MaintenanceScope = "own" | ChannelCode;

export type MaintenanceWindow = Readonly<{
  /** mwn_… */
  id: string;
  scope: MaintenanceScope;
  /** Only this wallet or purse of the channel; null: all of them. */
  method: MethodCode | null;
  /** Only the accounts of this route; null: all of them. */
  route: string | null;
  /** Only payers of this bank, as the channel abbreviates it; null: everybody. */
  bank: string | null;
  plannedFrom: Date;
  plannedTo: Date;
  /** Null until it really began, or ended. */
  actualFrom: Date | null;
  actualTo: Date | null;
  texts: Localized;
  createdAt: Date;
}>;

/** The span in which the window really shuts its scope: what happened, where known; otherwise what was planned. */
export function effectiveSpan(window: MaintenanceWindow): Readonly<{ from: Date; to: Date }> {
  return { from: window.actualFrom ?? window.plannedFrom, to: window.actualTo ?? window.plannedTo };
}

/** Whether the window shuts its scope at this moment. Both ends belong to the window. */
export function isShutAt(window: MaintenanceWindow, at: Date): boolean {
  const { from, to } = effectiveSpan(window);
  return from <= at && at <= to;
}

/** An account of a merchant at a channel, by the route it stands for. */
export type RouteStanding = Readonly<{ route: string; state: ChannelAccountState }>;
