// What the platform asks of a payment channel, and the only words in which a channel may answer.
// A channel is stateless: no database, no clock of its own, no memory. It never throws: the unexpected is "unknown".
import type { Actor, FeeBearer, FundingSource } from "@huiyin/contract/words.ts";
import type { Money } from "../kernel/money.ts";
import type { Bill, BillRequest } from "./bill.ts";
import type { ChannelManifest, ConfigFinding } from "./manifest.ts";
import type { PayerPages } from "./payerPages.ts";
import type { RefundWay } from "./timetables.ts";
import type { ChannelAccount, ChannelIo, ChannelWords } from "./transport.ts";

export type {
  ChannelAccount,
  ChannelIo,
  ChannelWords,
  Transport,
  WireReply,
  WireRequest,
} from "./transport.ts";
export type { ChannelManifest, ChannelOffers, ConfigField, ConfigFinding, ConfigMode } from "./manifest.ts";

/** One HTTP exchange with the channel, as sent and received, with secrets already removed: evidence for the timeline. */
export type Exchange = Readonly<{
  operation:
    "charge" | "query" | "cancel" | "refund" | "refundQuery" | "precreate" | "close" | "bill" | "probe";
  sentAt: Date;
  /** Null where no complete reply came. */
  receivedAt: Date | null;
  request: Readonly<Record<string, unknown>>;
  response: Readonly<Record<string, unknown>> | null;
  httpStatus: number | null;
  /** What went wrong on the way: "timeout", "connection refused", "bad signature" … */
  problem: string | null;
}>;

/** What may be tried after a failure, by the channel’s documents. */
export type RetryAdvice =
  "queryFirst" | "sameRequest" | "newOrder" | "newPayerCode" | "never" | "later" | "afterFix";

export type Paid = Readonly<{
  kind: "succeeded";
  channelTradeNo: string;
  amount: Money;
  paidAt: Date;
  fundingSource: FundingSource;
  /** The payer’s account as the channel masks it, or null. */
  payerAccount: string | null;
  words: ChannelWords;
}>;

export type Declined = Readonly<{
  kind: "declined";
  words: ChannelWords;
  blame: readonly Actor[];
  retry: RetryAdvice;
  /** Catalogue ids of causes that this code speaks for; a hint, never a verdict. */
  causeHints: readonly string[];
}>;

export type Pending = Readonly<{ kind: "pending"; words: ChannelWords; channelTradeNo: string | null }>;

/** Anything that is not documented as final. `words` is null where the channel said nothing we may trust. */
export type Unknown = Readonly<{ kind: "unknown"; reason: string; words: ChannelWords | null }>;

export type ChargeOutcome = Paid | Declined | Pending | Unknown;

export type QueryOutcome =
  | Paid
  | Pending
  | Unknown
  /**
   * Over, and no money of the payer is kept: closed unpaid (by expiry or cancel), or given back in full. `everPaid` tells
   * which; "unstated" where the channel says the same of both, as WeChat Pay does of a reversed order.
   */
  | Readonly<{ kind: "closed"; everPaid: "yes" | "no" | "unstated"; words: ChannelWords }>
  /** The channel knows no such trade now; a delayed request may still create it before the expiry. */
  | Readonly<{ kind: "notFound"; words: ChannelWords }>;

export type CancelOutcome =
  /**
   * Definite: "close" = was unpaid and is closed; "refund" = was paid and has been refunded; "unstated" = one of the two,
   * and the channel does not say which.
   */
  | Readonly<{ kind: "cancelled"; action: "close" | "refund" | "unstated"; words: ChannelWords }>
  /** The call went through, but the channel did nothing: it knew no trade. Not final before the expiry. */
  | Readonly<{ kind: "noAction"; words: ChannelWords }>
  | Readonly<{ kind: "retry"; words: ChannelWords }>
  | Readonly<{ kind: "refused"; words: ChannelWords; causeHints: readonly string[] }>
  | Unknown;

/** What a refund came to. Repeating it with the same number and amount is safe: the channel pays out once. */
export type RefundOutcome =
  | Readonly<{
      kind: "refunded";
      /** Everything that was given back of this payment so far, this refund included; null where the channel does not tell. */
      refundedTotal: Money | null;
      /** Null where the channel gives no time. */
      refundedAt: Date | null;
      words: ChannelWords;
    }>
  /** Taken over by the channel and not carried out yet: asked about from now on, never sent again. */
  | Readonly<{ kind: "processing"; words: ChannelWords }>
  /** The merchant’s balance at the channel is short: the same refund can succeed once it is topped up. */
  | Readonly<{ kind: "balanceShort"; words: ChannelWords }>
  /** Refused in documented words. Final as the answer to the first send; after an unclear one it has to be asked. */
  | Declined
  | Unknown;

export type RefundQueryOutcome =
  | Readonly<{ kind: "refunded"; amount: Money; refundedAt: Date | null; words: ChannelWords }>
  /** The channel knows no finished refund of this number. Settles something only some seconds after the last send. */
  | Readonly<{ kind: "notRefunded"; words: ChannelWords }>
  /** The channel has it in hand. */
  | Readonly<{ kind: "processing"; words: ChannelWords }>
  /** Over, and nothing went back: in documented words, of this very refund. */
  | Readonly<{ kind: "failed"; words: ChannelWords; causeHints: readonly string[] }>
  /** The money could not go back the way it came; the merchant has to decide at the channel how else. */
  | Readonly<{ kind: "stuck"; words: ChannelWords }>
  | Unknown;

export type PrecreateOutcome =
  | Readonly<{ kind: "created"; codeUrl: string; words: ChannelWords }>
  /** Asked for with a payer in our page: there is no code, and `bridgeCall` makes of the ticket what the wallet is called with. */
  | Readonly<{ kind: "pageReady"; ticket: string; words: ChannelWords }>
  | Declined
  | Unknown;

/** Closing what nobody has paid. Closing is no undoing: what was paid stays paid. */
export type CloseOutcome =
  | Readonly<{ kind: "closed"; words: ChannelWords }>
  /** The channel knows no such trade: nobody has scanned the code yet, or never will. */
  | Readonly<{ kind: "notFound"; words: ChannelWords }>
  | Readonly<{ kind: "refused"; words: ChannelWords; causeHints: readonly string[] }>
  | Unknown;

export type BillOutcome =
  | (Readonly<{ kind: "bill"; words: ChannelWords }> & Bill)
  /** There is no bill of that day: nothing was traded, or it is not ready yet. */
  | Readonly<{ kind: "noBill"; words: ChannelWords }>
  | Readonly<{ kind: "refused"; words: ChannelWords; causeHints: readonly string[] }>
  /** Also a bill whose totals or hash contradict its lines: nothing of it is believed. */
  | Unknown;

/** Whether a configuration works, as far as one harmless question can tell. */
export type ProbeOutcome =
  /** Signed, accepted, answered and verified. Warnings tell of what will stop working soon. */
  | Readonly<{ kind: "ready"; warnings: readonly ConfigFinding[] }>
  | Readonly<{ kind: "refused"; finding: ConfigFinding; words: ChannelWords | null }>;

/** The exchange is null where the configuration itself left nothing to send. */
export type Probe = Readonly<{ outcome: ProbeOutcome; exchange: Exchange | null }>;
export type Reply<Outcome> = Readonly<{ outcome: Outcome; exchange: Exchange }>;

/** An order as every channel can find it again. A charge has all that names it, so it can stand for its order. */
export type OrderReference = Readonly<{
  channelOrderNo: string;
  /** When it was placed: UnionPay names an order by its number and this second. */
  orderedAt: Date;
  amount: Money;
  /** What the channel called it; absent or null while that is not known. */
  channelTradeNo?: string | null;
}>;

/**
 * What was sent for this order before: "first" when nothing ever was, "afterUnclear" when an earlier send may have arrived,
 * "afterSettled" when the channel has said since that no earlier send had any effect. A decline is never final "afterUnclear".
 */
export type SendHistory = "first" | "afterUnclear" | "afterSettled";

/** Pay in instalments, and who bears the fee for it. */
export type CreditTerms = Readonly<{ instalments: 3 | 6 | 12; feeBearer: FeeBearer }>;

export type ChargeRequest = Readonly<{
  channelOrderNo: string;
  /** When the order was placed; the same in everything that is asked about it later. */
  orderedAt: Date;
  amount: Money;
  payerCode: string;
  subject: string;
  /** After this moment the channel itself refuses to create or pay the trade. */
  expiresAt: Date;
  storeNo: string | null;
  terminalNo: string | null;
  callbackUrl: string;
  /** Absent: no instalments are asked for. */
  credit?: CreditTerms;
  /** Absent means "accepted". "refused": the merchant takes no credit of any kind, and the channel must not offer it. */
  creditAcceptance?: CreditAcceptance;
  /** Absent means "first": the platform sends a charge once and asks ever after. Whoever repeats a charge must say so. */
  sendHistory?: SendHistory;
}>;

/** Whether a merchant takes money that the payer borrows: Huabei, its instalments, credit cards. */
export type CreditAcceptance = "accepted" | "refused";

/** A code to show to the payer. The same fields as a charge, without a payer code. */
export type PrecreateRequest = Omit<ChargeRequest, "payerCode" | "sendHistory"> &
  /** The payer who has our page open and alone may pay; only where the channel has `payerPages`. Absent: a code for anybody. */
  Readonly<{ page?: Readonly<{ payerId: string }> }>;

export type RefundRequest = Readonly<{
  order: OrderReference;
  /** Absent means "refund". "void" only where the timetable has one; the same on every repetition. */
  way?: RefundWay;
  /** Our number of this refund: names it at the channel for ever, at most 64 letters and digits. */
  channelRefundNo: string;
  /** When the refund was asked for; the same on every repetition. */
  requestedAt: Date;
  amount: Money;
  /** What the payer reads; null where none was given. */
  reason: string | null;
  /** What became of earlier sends of this very refund. */
  sendHistory: SendHistory;
  /** Where the network may report what became of it, in the way of a charge; one that has no such thing ignores it. */
  callbackUrl: string;
}>;

export type RefundQueryRequest = Pick<RefundRequest, "order" | "way" | "channelRefundNo" | "requestedAt">;

/** A callback as it was posted. Header names are lower case; nothing is decoded. */
export type CallbackRequest = Readonly<{
  headers: ReadonlyMap<string, string>;
  body: Uint8Array;
  receivedAt: Date;
}>;

/** What a callback turned out to be, after its signature and its addressee were checked. */
export type CallbackReading =
  | Readonly<{
      kind: "accepted";
      channelOrderNo: string;
      /**
       * "stateMayHaveChanged" asks for a query; "succeeded" carries the proof itself. `amount` is that of the order, so that
       * both can be held against it; null where the notification names none. A notification about a refund names it, and
       * asks for a query of it.
       */
      news:
        | Paid
        | Readonly<{
            kind: "stateMayHaveChanged";
            tradeStatus: string;
            amount: Money | null;
            channelRefundNo?: string;
          }>;
      /** Same for every repetition of one notification. */
      notificationId: string;
      redacted: Readonly<Record<string, unknown>>;
    }>
  | Readonly<{ kind: "forged"; problem: string; redacted: Readonly<Record<string, unknown>> }>
  | Readonly<{ kind: "malformed"; problem: string }>;

export type CallbackAnswer = Readonly<{ status: number; contentType: string; body: string }>;

export interface Channel {
  readonly manifest: ChannelManifest;
  /** Present where the manifest offers pages. */
  readonly payerPages?: PayerPages;
  /** Whether a scanned payer code belongs to this channel, by the published length and prefix. */
  recognises(payerCode: string): boolean;
  charge(io: ChannelIo, account: ChannelAccount, request: ChargeRequest): Promise<Reply<ChargeOutcome>>;
  query(io: ChannelIo, account: ChannelAccount, order: OrderReference): Promise<Reply<QueryOutcome>>;
  cancel(io: ChannelIo, account: ChannelAccount, order: OrderReference): Promise<Reply<CancelOutcome>>;
  /** Gives back part or all of what was paid. Send it again under the same number until its outcome is known. */
  refund(io: ChannelIo, account: ChannelAccount, request: RefundRequest): Promise<Reply<RefundOutcome>>;
  refundQuery(
    io: ChannelIo,
    account: ChannelAccount,
    request: RefundQueryRequest,
  ): Promise<Reply<RefundQueryOutcome>>;
  /** A code to show to the payer. The channel knows no trade before somebody scans it. */
  precreate(
    io: ChannelIo,
    account: ChannelAccount,
    request: PrecreateRequest,
  ): Promise<Reply<PrecreateOutcome>>;
  /** Closes what nobody has paid; undoes nothing. */
  close(io: ChannelIo, account: ChannelAccount, order: OrderReference): Promise<Reply<CloseOutcome>>;
  /** What the channel says was paid and given back on one day, for comparison with our own books. */
  bill(io: ChannelIo, account: ChannelAccount, request: BillRequest): Promise<Reply<BillOutcome>>;
  /** Checks a configuration by asking for an order that cannot exist: moves nothing, and tells good keys from bad. */
  probe(io: ChannelIo, account: ChannelAccount): Promise<Probe>;
  /** Verifies and reads a callback. Never throws: what cannot be read is "malformed". */
  readCallback(account: ChannelAccount, callback: CallbackRequest): Promise<CallbackReading>;
  /** The exact answer that tells the channel to stop repeating this callback, or to come again. */
  answerCallback(result: "processed" | "tryAgain", callback: CallbackRequest): CallbackAnswer;
}
