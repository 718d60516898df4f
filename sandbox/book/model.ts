// The words of the sandbox’s books: payers’ wallets, merchants at Alipay, payer codes and trades.
// Amounts are fen as bigint, moments are milliseconds since 1970, so that every record can be journalled as it is.

/** What a payer pays with; a card is named by its number within the wallet. */
export type Funding = "balance" | "huabei" | `card:${string}`;

export const walletStates = ["normal", "frozen", "restricted"] as const;
export type WalletState = (typeof walletStates)[number];

export type Card = Readonly<{
  id: string;
  kind: "debit" | "credit";
  bankName: string;
  /** Last four digits: the only ones the sandbox knows. */
  tail: string;
  /** Most that a credit card lends, in fen; 0 for a debit card. */
  limitFen: bigint;
}>;

export type Huabei = Readonly<{
  state: "open" | "closed";
  /** Granted credit in fen. */
  limitFen: bigint;
  /** Part of the granted credit that cannot be used for the moment, in fen: what a shortage of credit is planted with. */
  withheldFen: bigint;
}>;

/** One payer’s phone. Money is not in here: it is in the accounts. */
export type Wallet = Readonly<{
  id: string;
  name: string;
  /** 16 digits beginning with 2088, as Alipay numbers its users. */
  buyerUserId: string;
  /** The account name as Alipay masks it on the wire. */
  logonId: string;
  state: WalletState;
  funding: Funding;
  huabei: Huabei;
  cards: readonly Card[];
  /** Amounts above this many fen need the password. */
  passwordAboveFen: bigint;
  /** Six digits. Play money only. */
  password: string;
  wrongPasswords: number;
  openedAtMs: number;
}>;

export const productStates = ["open", "closed"] as const;
export type ProductState = (typeof productStates)[number];
/** “huabeiInstalment”: the contract without which a merchant may not bear the fee of instalments. */
export const products = ["facePay", "huabei", "huabeiInstalment"] as const;
export type Product = (typeof products)[number];

/** How instalments were asked for: over how many months, and who bears the fee. */
export type InstalmentTerms = Readonly<{ months: 3 | 6 | 12; feeBearer: "payer" | "merchant" }>;

/** A merchant as Alipay knows it: one application, one receiving account. */
export type Merchant = Readonly<{
  appId: string;
  /** 16 digits beginning with 2088: the receiving account (PID). */
  sellerId: string;
  name: string;
  /** PEM (SPKI) of the key with which the merchant signs. */
  publicKey: string;
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

export type PayerCode = Readonly<{
  code: string;
  walletId: string;
  issuedAtMs: number;
  expiresAtMs: number;
  state: "fresh" | "spent";
}>;

/** Money given back of one trade. */
export type Refund = Readonly<{
  /** The merchant’s number of this refund (out_request_no); empty where a cancel gave the money back. */
  requestNo: string;
  amountFen: bigint;
  reason: string;
  atMs: number;
}>;

/** A code that the merchant shows: no trade exists until a payer scans it. */
export type Offer = Readonly<{
  /** What the picture says: “https://qr.alipay.com/bax…”. */
  codeUrl: string;
  order: Order;
  createdAtMs: number;
  expiresAtMs: number;
  /** The trade that the scan brought about; empty until then. */
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
}>;

/** How a merchant and Alipay know each other’s keys: exchanged bare, or in certificates. */
export type SigningMode = "key" | "certificate";

export type Trade = Order &
  Readonly<{
    /** 28 digits, given by Alipay. */
    tradeNo: string;
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
  "cancelTooLate",
  "tradeNotPaid",
  "tradeNotWaiting",
  "tradeClosedAlready",
  "refundAmountInvalid",
  "refundNumberMissing",
  "refundNumberReused",
  "refundExceedsRest",
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
  Readonly<{ kind: "refund"; requestNo: string; amountFen: bigint; reason: string }>;
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
