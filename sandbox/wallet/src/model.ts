// What the sandbox’s control calls answer, as far as this page reads it. Amounts are fen.
import type { Localized } from "@huiyin/contract/words.ts";

/** The wallets that a phone may have, as far as this sandbox simulates them. */
export const channels = ["alipay", "wechat", "unionpay"] as const;
export type Channel = (typeof channels)[number];

export type Card = Readonly<{
  id: string;
  kind: "debit" | "credit";
  bank: string;
  tail: string;
  available: number;
}>;

/** Money that came back, as the payer sees it. */
export type Refund = Readonly<{
  requestNo: string | null;
  amount: number;
  reason: string | null;
  state: "done" | "processing" | "stuck";
  at: string;
}>;

/** What instalments cost the payer. */
export type Instalments = Readonly<{
  months: 3 | 6 | 12;
  feeBearer: "payer" | "merchant";
  fee: number;
  monthly: number;
  lastMonth: number;
}>;

/** A code that a merchant shows and nobody has scanned yet. */
export type Offer = Readonly<{
  channel: Channel;
  codeUrl: string;
  merchantName: string;
  outTradeNo: string;
  amount: number;
  subject: string;
  expiresAt: string;
}>;

export type Trade = Readonly<{
  tradeNo: string;
  outTradeNo: string;
  merchantName: string;
  walletId: string | null;
  status: "WAIT_BUYER_PAY" | "TRADE_SUCCESS" | "TRADE_CLOSED" | "TRADE_FINISHED";
  amount: number;
  refunded: number;
  refunds: readonly Refund[];
  funding: string | null;
  /** What the order offers; it is paid so only where Huabei pays. */
  instalments: Instalments | null;
  subject: string;
  createdAt: string;
  paidAt: string | null;
}>;

export type Wallet = Readonly<{
  id: string;
  channel: Channel;
  name: string;
  account: string;
  state: "normal" | "frozen" | "restricted";
  funding: string;
  balance: number;
  huabei: Readonly<{ state: "open" | "closed"; limit: number; used: number; available: number }>;
  cards: readonly Card[];
  passwordState: "normal" | "locked";
  waiting: readonly Trade[];
}>;

export type Refusal = Readonly<{
  outTradeNo: string;
  merchantName: string;
  walletId: string | null;
  amount: number;
  reason: string;
  at: string;
}>;

export type Payments = Readonly<{ items: readonly Trade[]; refusals: readonly Refusal[] }>;

export type PayerCode = Readonly<{ code: string; issuedAt: string; expiresAt: string }>;

export type Fault = Readonly<{
  id: string;
  layer: "books" | "gateway" | "delivery";
  title: Localized;
  changes: Localized;
  place: "appId" | "walletId" | null;
  state: "on" | "off";
  lies: readonly string[];
  scope: Readonly<{ nextRequests: number | null; until: string | null }> | null;
}>;

export type Merchant = Readonly<{
  channel: Channel;
  appId: string;
  name: string;
  state: "normal" | "blocked";
  products: Readonly<Record<"facePay" | "huabei", "open" | "closed">>;
  received: number;
}>;

export type Books = Readonly<{
  channel: Channel;
  state: "sound" | "unsound";
  problems: readonly string[];
  counts: Readonly<{ trades: number; refusals: number; pending: number }>;
  merchants: readonly Merchant[];
  trades: readonly Trade[];
  refusals: readonly Refusal[];
}>;
