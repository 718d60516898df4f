// The words of the sandbox’s books: payers’ wallets, merchants at a network, payer codes and trades.
// One set of books serves every network; what differs between them is in profile.ts. The words are Alipay’s where one was needed.
// Amounts are fen as bigint, moments are milliseconds since 1970, so that every record can be journalled as it is.

import type { Network } from "./network.ts";
import type { Funding, PayerCode, Wallet } from "./payer.ts";

export * from "./payer.ts";

export const productStates = ["open", "closed"] as const;
export type ProductState = (typeof productStates)[number];
/** “huabeiInstalment”: the contract without which a merchant may not bear the fee of instalments. */
export const products = ["facePay", "huabei", "huabeiInstalment"] as const;
export type Product = (typeof products)[number];

/** How instalments were asked for: over how many months, and who bears the fee. */
export type InstalmentTerms = Readonly<{ months: 3 | 6 | 12; feeBearer: "payer" | "merchant" }>;

/** A merchant as its network knows it: one application, one receiving account. */
export type Merchant = Readonly<{
  appId: string;
  /** The receiving account: PID at Alipay, mchid at WeChat, merId at UnionPay. */
  sellerId: string;
  name: string;
  /** PEM (SPKI) of the key with which the merchant signs. */
  publicKey: string;
  /** Shared keys and serial numbers by the network’s own names; empty where it has none. */
  keys: Readonly<Record<string, string>>;
  /** The receiving account of the service provider who calls for this merchant; empty where it calls itself. */
  providerId: string;
  state: "normal" | "blocked";
  products: Readonly<Record<Product, ProductState>>;
  /** Whether the interface contract grants fund_bill_list in every answer, or only where query_options asks for it. */
  fundBill: "always" | "whenAsked";
  /** Trade states that are notified; face-to-face payment has TRADE_SUCCESS only unless the merchant orders more. */
  notifyStates: ReadonlyArray<"TRADE_SUCCESS" | "TRADE_CLOSED" | "TRADE_FINISHED">;
  /** Part of the account that nothing can be paid from for the moment, in fen: what a short balance is planted with. */
  withheldFen: bigint;
  registeredAtMs: number;
}>;

/** Where a refund stands: the payer has the money, it is under way, or it could not go back the way it came. */
export type RefundState = "done" | "processing" | "stuck";

/** Money given back of one trade. */
export type Refund = Readonly<{
  /** The merchant’s number of this refund (out_request_no); empty where a cancel gave the money back. */
  requestNo: string;
  /** The network’s own number; empty where it gives none. */
  refundNo: string;
  amountFen: bigint;
  reason: string;
  atMs: number;
  state: RefundState;
  /** When it arrives, or arrived, at the payer. */
  doneAtMs: number;
  /** Where the merchant wants to be told; empty where the trade’s own address serves, or none. */
  notifyUrl: string;
  /** How the request was signed. */
  mode: SigningMode;
}>;

/** A code that the merchant shows: no trade exists until a payer scans it. */
export type Offer = Readonly<{
  /** What the picture says: “https://qr.alipay.com/bax…”, “weixin://wxpay/bizpayurl?pr=…”. */
  codeUrl: string;
  order: Order;
  createdAtMs: number;
  expiresAtMs: number;
  /** The trade that the scan brought about, or that waits for it; empty where there is none yet. */
  tradeNo: string;
}>;

export const tradeStatuses = ["WAIT_BUYER_PAY", "TRADE_SUCCESS", "TRADE_CLOSED", "TRADE_FINISHED"] as const;
export type TradeStatus = (typeof tradeStatuses)[number];

/** What a merchant asks to be paid, whoever shows the code. */
export type Order = Readonly<{
  outTradeNo: string;
  appId: string;
  sellerId: string;
  amountFen: bigint;
  subject: string;
  body: string;
  storeId: string;
  terminalId: string;
  notifyUrl: string;
  /** Means of payment the merchant shut out for this order, in Alipay’s words. */
  disabledChannels: readonly string[];
  /** The only means of payment it takes, in Alipay’s words; empty where all are taken. */
  enabledChannels: readonly string[];
  /** Null where no instalments were asked for. */
  instalments: InstalmentTerms | null;
  /** Whether the request was signed by certificate: then its notifications are too. */
  mode: SigningMode;
  /** When the trade closes by itself if nobody has paid. */
  expiresAtMs: number;
  /** Who alone may pay it, in a page of the merchant on that payer’s phone; absent where anybody may. */
  payerUserId?: string;
}>;

/**
 * How a request was signed, which decides what its notifications look like. Keys exchanged bare or in certificates;
 * WeChat’s older interface with a shared key, its newer one with the platform’s certificates or its public key.
 */
export type SigningMode = "key" | "certificate" | "v2Md5" | "v2Hmac" | "v3Certificate" | "v3PublicKey";

export type Trade = Order &
  Readonly<{
    /** Given by the network: 28 digits at Alipay. */
    tradeNo: string;
    /** Empty while nobody has scanned the code that the merchant shows. */
    walletId: string;
    /** The payer code that the cashier scanned; empty where the payer scanned the merchant’s. */
    authCode: string;
    status: TradeStatus;
    /** Set once paid. */
    funding: Funding | "";
    createdAtMs: number;
    /** 0 until paid. */
    paidAtMs: number;
    /** 0 until closed. */
    closedAtMs: number;
    closedBy: "" | "expiry" | "cancel" | "merchant" | "refund";
    /** Everything given back so far: the sum of `refunds`. */
    refundedFen: bigint;
    refunds: readonly Refund[];
  }>;

/** Why the world said no. This is the truth of the books; the wire carries less (see alipay/refusals.ts). */
export const refusalReasons = [
  "parameterInvalid",
  "amountTooLarge",
  "facePayNotOpen",
  "merchantBlocked",
  "sellerUnknown",
  "contentDiffers",
  "alreadyPaid",
  "alreadyClosed",
  "payerDiffers",
  "expiryPassed",
  "codeInvalid",
  "payerFrozen",
  "payerRestricted",
  "payerIsSeller",
  "balanceShort",
  "cardShort",
  "cardUnknown",
  "huabeiClosedAtMerchant",
  "huabeiClosedForPayer",
  "huabeiCreditShort",
  "sourceShutOut",
  "tradeUnknown",
  "tradeFinished",
  "cancelTooEarly",
  "cancelTooLate",
  "tradeNotPaid",
  "tradeNotWaiting",
  "tradeClosedAlready",
  "refundAmountInvalid",
  "refundNumberMissing",
  "refundNumberReused",
  "refundExceedsRest",
  "refundsTooMany",
  "merchantBalanceShort",
  "merchantFrozen",
  "creditTermsDiffer",
  "huabeiInstalmentNotOpen",
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** One refused payment, with its true reason: what a diagnosis is graded against. */
export type Refused = Readonly<{
  outTradeNo: string;
  appId: string;
  walletId: string;
  amountFen: bigint;
  reason: RefusalReason;
  atMs: number;
}>;

/** Money going to an account (positive) or leaving it (negative), in fen. The postings of one fact add up to zero. */
export type Posting = Readonly<{ account: string; amountFen: bigint }>;

export type Book = {
  /** Whose books these are. */
  network: Network;
  accounts: Map<string, bigint>;
  wallets: Map<string, Wallet>;
  /** By application id. */
  merchants: Map<string, Merchant>;
  codes: Map<string, PayerCode>;
  /** By trade number. */
  trades: Map<string, Trade>;
  /** “sellerId/outTradeNo” to trade number. */
  tradeNoOfOrder: Map<string, string>;
  /** Codes that merchants show, by their text, the oldest first. */
  offers: Map<string, Offer>;
  /** “sellerId/outTradeNo” to the text of its code. */
  offerOfOrder: Map<string, string>;
  /** Trade numbers still waiting for their payer. */
  waiting: Set<string>;
  /** Trade numbers with a refund under way. */
  refunding: Set<string>;
  /** The newest refusals, oldest first. */
  refusals: Refused[];
  /** Counts whatever needs a number of its own. */
  sequence: number;
};

export type BookEvent =
  | Readonly<{ kind: "walletOpened"; wallet: Wallet; postings: readonly Posting[] }>
  | Readonly<{ kind: "walletChanged"; wallet: Wallet; postings: readonly Posting[] }>
  | Readonly<{ kind: "merchantRegistered"; merchant: Merchant }>
  | Readonly<{ kind: "merchantChanged"; merchant: Merchant; postings?: readonly Posting[] }>
  | Readonly<{ kind: "codeIssued"; code: PayerCode }>
  | Readonly<{ kind: "codeSpent"; code: string; atMs: number }>
  | Readonly<{ kind: "tradeCreated"; trade: Trade }>
  | Readonly<{
      kind: "tradePaid";
      tradeNo: string;
      funding: Funding;
      atMs: number;
      postings: readonly Posting[];
    }>
  | Readonly<{ kind: "tradeClosed"; tradeNo: string; by: "expiry" | "cancel" | "merchant"; atMs: number }>
  /** A cancel gave everything back that was still kept. */
  | Readonly<{ kind: "tradeRefunded"; tradeNo: string; atMs: number; postings: readonly Posting[] }>
  | Readonly<{ kind: "refundMade"; tradeNo: string; refund: Refund; postings: readonly Posting[] }>
  /** A refund that was under way has arrived, or could not go back the way it came. */
  | Readonly<{
      kind: "refundSettled";
      tradeNo: string;
      requestNo: string;
      state: "done" | "stuck";
      atMs: number;
      postings: readonly Posting[];
    }>
  /** A payer scanned the code of a trade that waited for anybody. */
  | Readonly<{ kind: "tradeTaken"; tradeNo: string; walletId: string }>
  | Readonly<{ kind: "offerMade"; offer: Offer }>
  | Readonly<{ kind: "offerTaken"; codeUrl: string; tradeNo: string }>
  | Readonly<{ kind: "tradeFinished"; tradeNo: string; atMs: number }>
  | Readonly<{ kind: "payRefused"; refused: Refused }>;

export type PayRequest = Order &
  Readonly<{
    kind: "pay";
    /** `sellerId` is empty, or the receiving account the merchant names; it must be its own. */
    authCode: string;
    /** When Alipay’s front door took the request; the payer code is judged at this moment, everything else when it is carried out. */
    admittedAtMs: number;
  }>;

/** Asks for a code to show. */
export type OfferRequest = Order &
  Readonly<{
    kind: "precreate";
    /** When the code ends, at most two hours from now, whatever was asked for. */
    codeExpiresAtMs: number;
  }>;

/** Which trade a merchant means: one of the two numbers is given; the trade number wins. */
export type TradeNumbers = Readonly<{ appId: string; tradeNo: string; outTradeNo: string }>;
export type TradeRequest = TradeNumbers & Readonly<{ kind: "query" | "cancel" | "close" }>;
export type RefundRequest = TradeNumbers &
  Readonly<{
    kind: "refund";
    requestNo: string;
    amountFen: bigint;
    reason: string;
    /** Absent: told at the trade’s own address, where refunds are told at all. */
    notifyUrl?: string;
    /** Absent: as the trade was. */
    mode?: SigningMode;
  }>;
export type RefundQueryRequest = TradeNumbers & Readonly<{ kind: "refundQuery"; requestNo: string }>;
export type BookRequest = PayRequest | OfferRequest | TradeRequest | RefundRequest | RefundQueryRequest;

export type BookAnswer =
  | Readonly<{ kind: "trade"; trade: Trade }>
  | Readonly<{ kind: "cancelled"; action: "close" | "refund" | "none"; tradeNo: string; outTradeNo: string }>
  | Readonly<{ kind: "closed"; trade: Trade }>
  /** “before”: the same refund again; nothing has moved this time. */
  | Readonly<{ kind: "refunded"; trade: Trade; refund: Refund; moved: "now" | "before" }>
  /** What is known about a refund; null where there is none of this number. */
  | Readonly<{ kind: "refundFound"; trade: Trade; refund: Refund | null }>
  | Readonly<{ kind: "offered"; offer: Offer }>
  | Readonly<{ kind: "refused"; reason: RefusalReason }>;

export type Decision = Readonly<{ events: readonly BookEvent[]; answer: BookAnswer }>;
