// The words of this module: a payment, what may be told to it, and what is decided.
import type {
  Actor,
  CaseKind,
  ChannelCode,
  FundingSource,
  PaymentMode,
  PaymentState,
  ReviewReason,
  Role,
  TimelineKind,
} from "@huiyin/contract/words.ts";
import type {
  CancelOutcome,
  CreditTerms,
  CallbackReading,
  ChannelWords,
  ChargeOutcome,
  CloseOutcome,
  OrderReference,
  PrecreateOutcome,
  QueryOutcome,
  Reply,
  RetryAdvice,
} from "../../channels/port.ts";
import type { ResolutionTimetable, ShownCodeTimetable } from "../../channels/timetables.ts";
import type { Money } from "../../kernel/money.ts";
import type { Fact, JournalDraft } from "../ledger/index.ts";

export type ResolutionStep = "query" | "cancel" | "close";

/**
 * What the resolver does next to learn or settle the outcome, and when. A cancel undoes what a payer code may have paid; a
 * shown code is only ever closed, which undoes nothing.
 */
export type Resolution = Readonly<{ step: ResolutionStep; at: Date }>;

/** A person must decide: since when, why, and whose turn it is. */
export type Review = Readonly<{ since: Date; reason: ReviewReason; owner: "operator" }>;

/** Before the ticket of a page in `codeUrl`: no address begins so. */
export const pageTicketPrefix = "page:";

export type Payment = Readonly<{
  id: string;
  merchantId: string;
  storeId: string | null;
  terminalId: string | null;
  merchantOrderNo: string | null;
  channelOrderNo: string;
  idempotencyKey: string;
  amount: Money;
  subject: string;
  channel: ChannelCode;
  /** Who shows the code that is scanned. */
  mode: PaymentMode;
  /** First two and last two digits of the payer code; the code itself is never stored. Null where the merchant shows it. */
  payerCodeMasked: string | null;
  /** Instalments that were asked for, and who bears their fee. */
  credit: CreditTerms | null;

  state: PaymentState;
  /** Grows by one with every decision that was saved. */
  version: number;
  /**
   * Set for every unfinished payment that no person has to decide, and where a finished one raised a new question or
   * rests on a person’s word alone.
   */
  resolution: Resolution | null;
  /** What the shown code leads to, while it can be paid; in a page on the payer’s phone the ticket, after `pageTicketPrefix`. */
  codeUrl: string | null;
  /** Of a shown code: attempts to close it. */
  cancelAttempts: number;
  /** When the last cancel that was answered, or given up, had been sent. */
  lastCancelAt: Date | null;
  /** When somebody asked to undo it while its outcome was unclear: it is cancelled without waiting any longer. */
  reversalRequestedAt: Date | null;
  review: Review | null;
  /** Paid after it had been given up. */
  lateSuccess: boolean;

  /** What the channel last said that explains the state, verbatim. */
  words: ChannelWords | null;
  retry: RetryAdvice | null;
  blame: readonly Actor[];
  causeHints: readonly string[];
  channelTradeNo: string | null;
  fundingSource: FundingSource | null;
  payerAccount: string | null;

  /** Facts of this payment in the ledger, in the order in which they were booked. */
  facts: readonly Fact[];
  feeRateBasisPoints: bigint | null;
  fee: Money | null;
  /** Reserved by refunds that have no outcome yet. */
  refunding: Money;
  /** Given back by refunds. */
  refunds: Money;
  /** Everything given back: by refunds, or all of it by a reversal. */
  refunded: Money;
  /** The credential of the person who decided, where one did. */
  decidedBy: string | null;
  /** The last callback that was recorded: its repetitions are not recorded again. */
  lastNotificationId: string | null;

  createdAt: Date;
  /** After this moment the channel itself refuses to create or pay the trade. */
  expiresAt: Date;
  paidAt: Date | null;
  finishedAt: Date | null;
}>;

/** What a new payment is made of. */
export type Opening = Pick<
  Payment,
  | "id"
  | "merchantId"
  | "storeId"
  | "terminalId"
  | "merchantOrderNo"
  | "channelOrderNo"
  | "idempotencyKey"
  | "amount"
  | "subject"
  | "channel"
  | "mode"
  | "payerCodeMasked"
  | "credit"
>;

export type AcceptedCallback = Extract<CallbackReading, { kind: "accepted" }>;

/** Everything that can happen to a payment after it was accepted. There is no command that sends a charge again. */
export type Command =
  | Readonly<{ kind: "chargeAnswered"; reply: Reply<ChargeOutcome> }>
  | Readonly<{ kind: "queryAnswered"; reply: Reply<QueryOutcome> }>
  | Readonly<{ kind: "cancelAnswered"; reply: Reply<CancelOutcome> }>
  /** “last”: the channel is not asked for this code again. */
  | Readonly<{ kind: "codeAnswered"; reply: Reply<PrecreateOutcome>; attempt: "first" | "last" }>
  | Readonly<{ kind: "closeAnswered"; reply: Reply<CloseOutcome> }>
  | Readonly<{ kind: "callbackReceived"; callback: AcceptedCallback; receivedAt: Date }>
  | Readonly<{ kind: "reversalRequested"; by: Requester; reason: string | null }>
  | Readonly<{ kind: "reviewDecided"; decision: "succeeded" | "closed"; reason: string; decidedBy: string }>;

/** Who asked for something, as timelines show it: the role, and the terminal where it was one. */
export type Requester = Readonly<{ role: Role; terminalId: string | null }>;

/** When a shown code is asked about, and whether the channel closes one. */
export type ShownTerms = Readonly<{ timetable: ShownCodeTimetable; close: "yes" | "no" }>;

/** What a decision needs to know besides the payment: the channel’s timetable, and the fee rates should it book. */
export type Terms = Readonly<{
  timetable: ResolutionTimetable;
  /** How the channel treats codes that are shown; null where it has none. */
  shown: ShownTerms | null;
  feeRateBasisPoints: bigint;
  /** What instalments cost the merchant where it bears their fee, by their number. */
  instalmentRatesBasisPoints: ReadonlyMap<number, bigint>;
}>;

/** What has to happen besides saving, in the same transaction. */
export type Effect =
  /** Tell the bound terminals that money arrived. */
  | Readonly<{ kind: "announce" }>
  /** Somebody must look. */
  | Readonly<{ kind: "openCase"; caseKind: CaseKind; facts: Readonly<Record<string, string | number>> }>;

/** One entry of the timeline. `data` is redacted and fit for every reader of the payment. */
export type TimelineEntry = Readonly<{
  at: Date;
  kind: TimelineKind;
  direction: "in" | "out" | null;
  data: Readonly<Record<string, unknown>>;
}>;

export type Decision = Readonly<{
  /** The very same object where nothing is to be saved. */
  next: Payment;
  journals: readonly JournalDraft[];
  effects: readonly Effect[];
  events: readonly TimelineEntry[];
}>;

const finalStates: ReadonlySet<PaymentState> = new Set<PaymentState>([
  "succeeded",
  "failed",
  "closed",
  "reversed",
]);

/** The payment as its channel knows it. */
export function orderOf(payment: Payment): OrderReference {
  const { channelOrderNo, amount, channelTradeNo, createdAt } = payment;
  return { channelOrderNo, orderedAt: createdAt, amount, channelTradeNo };
}

/** Whether the payment has an outcome. A final state may still be corrected by what the channel says later. */
export function isFinal(state: PaymentState): boolean {
  return finalStates.has(state);
}

/** Whether a cancel may undo it: open, and not paid with an amount that is not ours, which a person has to look into first. */
export function mayBeCancelled(payment: Payment): boolean {
  return !isFinal(payment.state) && payment.review?.reason !== "amountMismatch";
}
