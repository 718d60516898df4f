// What the platform asks of a payment channel, and the only words in which a channel may answer.
// A channel is stateless: no database, no clock of its own, no memory. It never throws: the unexpected is "unknown".
import type { Actor, ChannelCode, FeeBearer, FundingSource, Localized } from "@huiyin/contract/words.ts";
import type { Money } from "../kernel/money.ts";
import type { RefundTimetable, ResolutionTimetable } from "./timetables.ts";

/** One HTTP exchange with the channel, as sent and received, with secrets already removed: evidence for the timeline. */
export type Exchange = Readonly<{
  operation: "charge" | "query" | "cancel" | "refund" | "refundQuery" | "precreate" | "close" | "probe";
  sentAt: Date;
  /** Null where no complete reply came. */
  receivedAt: Date | null;
  request: Readonly<Record<string, unknown>>;
  response: Readonly<Record<string, unknown>> | null;
  httpStatus: number | null;
  /** What went wrong on the way: "timeout", "connection refused", "bad signature" … */
  problem: string | null;
}>;

/** What the channel itself said, verbatim, before anybody interpreted it. */
export type ChannelWords = Readonly<{ code: string; message: string }>;

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
  /** The trade was closed unpaid (by expiry or cancel), or fully refunded: `everPaid` tells which. */
  | Readonly<{ kind: "closed"; everPaid: boolean; words: ChannelWords }>
  /** The channel knows no such trade now; a delayed request may still create it before the expiry. */
  | Readonly<{ kind: "notFound"; words: ChannelWords }>;

export type CancelOutcome =
  /** Definite: "close" = was unpaid and is closed; "refund" = was paid and has been refunded. */
  | Readonly<{ kind: "cancelled"; action: "close" | "refund"; words: ChannelWords }>
  /** The call went through, but the channel did nothing: it knew no trade. Not final before the expiry. */
  | Readonly<{ kind: "noAction"; words: ChannelWords }>
  | Readonly<{ kind: "retry"; words: ChannelWords }>
  | Readonly<{ kind: "refused"; words: ChannelWords; causeHints: readonly string[] }>
  | Unknown;

/** What a refund came to. Repeating it with the same number and amount is safe: the channel pays out once. */
export type RefundOutcome =
  | Readonly<{
      kind: "refunded";
      /** Everything that was given back of this payment so far, this refund included. */
      refundedTotal: Money;
      /** Null where the channel gives no time. */
      refundedAt: Date | null;
      words: ChannelWords;
    }>
  /** The merchant’s balance at the channel is short: the same refund can succeed once it is topped up. */
  | Readonly<{ kind: "balanceShort"; words: ChannelWords }>
  /** Refused in documented words. Final as the answer to the first send; after an unclear one it has to be asked. */
  | Declined
  | Unknown;

export type RefundQueryOutcome =
  | Readonly<{ kind: "refunded"; amount: Money; refundedAt: Date | null; words: ChannelWords }>
  /** The channel knows no finished refund of this number. Settles something only some seconds after the last send. */
  | Readonly<{ kind: "notRefunded"; words: ChannelWords }>
  | Unknown;

export type PrecreateOutcome =
  Readonly<{ kind: "created"; codeUrl: string; words: ChannelWords }> | Declined | Unknown;

/** Closing what nobody has paid. Closing is no undoing: what was paid stays paid. */
export type CloseOutcome =
  | Readonly<{ kind: "closed"; words: ChannelWords }>
  /** The channel knows no such trade: nobody has scanned the code yet, or never will. */
  | Readonly<{ kind: "notFound"; words: ChannelWords }>
  | Readonly<{ kind: "refused"; words: ChannelWords; causeHints: readonly string[] }>
  | Unknown;

/** One thing found out about a configuration, in words for whoever filled it in. */
export type ConfigFinding = Readonly<{
  /** Name of the problem within the channel, for programs: "privateKeyWrong", "certificateExpired" … */
  code: string;
  /** The field to correct; null where it lies elsewhere, such as in a contract. */
  field: string | null;
  title: Localized;
  next: Localized;
}>;

/** Whether a configuration works, as far as one harmless question can tell. */
export type ProbeOutcome =
  /** Signed, accepted, answered and verified. Warnings tell of what will stop working soon. */
  | Readonly<{ kind: "ready"; warnings: readonly ConfigFinding[] }>
  | Readonly<{ kind: "refused"; finding: ConfigFinding; words: ChannelWords | null }>;

/** The exchange is null where the configuration itself left nothing to send. */
export type Probe = Readonly<{ outcome: ProbeOutcome; exchange: Exchange | null }>;

export type Reply<Outcome> = Readonly<{ outcome: Outcome; exchange: Exchange }>;

/** The account of one merchant at one channel: identifiers, keys and addresses, already decrypted. */
export type ChannelAccount = Readonly<Record<string, string>>;

/**
 * What was sent for this order before: "first" when nothing ever was, "afterUnclear" when an earlier send may have arrived,
 * "afterSettled" when the channel has said since that no earlier send had any effect. A decline is never final "afterUnclear".
 */
export type SendHistory = "first" | "afterUnclear" | "afterSettled";

/** Pay in instalments, and who bears the fee for it. */
export type CreditTerms = Readonly<{ instalments: 3 | 6 | 12; feeBearer: FeeBearer }>;

export type ChargeRequest = Readonly<{
  channelOrderNo: string;
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
export type PrecreateRequest = Omit<ChargeRequest, "payerCode" | "sendHistory">;

export type RefundRequest = Readonly<{
  channelOrderNo: string;
  /** Our number of this refund: names it at the channel for ever, at most 64 letters and digits. */
  channelRefundNo: string;
  amount: Money;
  /** What the payer reads; null where none was given. */
  reason: string | null;
  /** What became of earlier sends of this very refund. */
  sendHistory: SendHistory;
}>;

export type RefundQueryRequest = Readonly<{ channelOrderNo: string; channelRefundNo: string }>;

/** Everything a channel needs from outside, handed in by the caller. */
export type ChannelIo = Readonly<{
  now: () => Date;
  /** Sends one HTTP request exactly once; resolves with the raw reply or rejects. Never follows redirects, never retries. */
  transport: Transport;
}>;

export type WireRequest = Readonly<{
  /** POST unless said otherwise. A GET carries no body. */
  method?: "GET" | "POST";
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  timeoutMs: number;
}>;
export type WireReply = Readonly<{ status: number; headers: Readonly<Record<string, string>>; body: string }>;
export type Transport = (request: WireRequest) => Promise<WireReply>;

/** What a callback turned out to be, after its signature and its addressee were checked. */
export type CallbackReading =
  | Readonly<{
      kind: "accepted";
      channelOrderNo: string;
      /**
       * "stateMayHaveChanged" asks for a query; "paid" carries the proof itself. `amount` is that of the order, so that
       * both can be held against it; null where the notification names none.
       */
      news: Paid | Readonly<{ kind: "stateMayHaveChanged"; tradeStatus: string; amount: Money | null }>;
      /** Same for every repetition of one notification. */
      notificationId: string;
      redacted: Readonly<Record<string, unknown>>;
    }>
  | Readonly<{ kind: "forged"; problem: string; redacted: Readonly<Record<string, unknown>> }>
  | Readonly<{ kind: "malformed"; problem: string }>;

export type CallbackAnswer = Readonly<{ status: number; contentType: string; body: string }>;

export type ConfigField = Readonly<{
  key: string;
  label: Localized;
  help: Localized;
  secret: "yes" | "no";
  /** A regular expression source the value must match. */
  pattern: string;
}>;

/** One of several ways to be configured: exactly one of them is filled in, whole. */
export type ConfigMode = Readonly<{
  code: string;
  label: Localized;
  help: Localized;
  /** Keys of the fields that belong to this mode alone. Fields of no mode belong to all. */
  fields: readonly string[];
}>;

export type ChannelManifest = Readonly<{
  code: ChannelCode;
  names: Localized;
  products: ReadonlyArray<Readonly<{ code: string; names: Localized }>>;
  amountFenMin: bigint;
  amountFenMax: bigint;
  configFields: readonly ConfigField[];
  /** Empty where there is only one way. */
  configModes: readonly ConfigMode[];
  timetable: ResolutionTimetable;
  refundTimetable: RefundTimetable;
}>;

export interface Channel {
  readonly manifest: ChannelManifest;
  /** Whether a scanned payer code belongs to this channel, by the published length and prefix. */
  recognises(payerCode: string): boolean;
  charge(io: ChannelIo, account: ChannelAccount, request: ChargeRequest): Promise<Reply<ChargeOutcome>>;
  query(io: ChannelIo, account: ChannelAccount, channelOrderNo: string): Promise<Reply<QueryOutcome>>;
  cancel(io: ChannelIo, account: ChannelAccount, channelOrderNo: string): Promise<Reply<CancelOutcome>>;
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
  close(io: ChannelIo, account: ChannelAccount, channelOrderNo: string): Promise<Reply<CloseOutcome>>;
  /** Checks a configuration by asking for an order that cannot exist: moves nothing, and tells good keys from bad. */
  probe(io: ChannelIo, account: ChannelAccount): Promise<Probe>;
  /** Verifies and reads a callback; form fields are already URL-decoded once. */
  readCallback(account: ChannelAccount, form: ReadonlyMap<string, string>): Promise<CallbackReading>;
  /** The exact body that tells the channel to stop repeating, or to come again. */
  answerCallback(result: "processed" | "tryAgain"): CallbackAnswer;
}
