// The words of refunds: a refund, what may be told to it, and what is decided. Its payment keeps the sums.
import type { ChannelCode, RefundState, RefundWait } from "@huiyin/contract/words.ts";
import type {
  ChannelWords,
  RefundOutcome,
  RefundQueryOutcome,
  Reply,
  RetryAdvice,
} from "../../../channels/port.ts";
import type { RefundTimetable, RefundWay } from "../../../channels/timetables.ts";
import type { Money } from "../../../kernel/money.ts";
import type { JournalDraft } from "../../ledger/index.ts";
import type { AcceptedCallback, Effect, Payment, TimelineEntry } from "../model.ts";

/** A refund somebody asked for by amount, or the rest of a payment that is to be undone. */
export type RefundKind = "refund" | "reversal";

/** What the resolver does next: send it again under its number, or ask what became of it. */
export type RefundStep = Readonly<{ step: "send" | "query"; at: Date }>;

export type Refund = Readonly<{
  id: string;
  merchantId: string;
  paymentId: string;
  /** Where the payment was taken. */
  storeId: string | null;
  terminalId: string | null;
  kind: RefundKind;
  merchantRefundNo: string | null;
  channel: ChannelCode;
  channelOrderNo: string;
  /** Names the refund at the channel for ever: sending it twice gives back once. */
  channelRefundNo: string;
  /**
   * A void that the channel will not carry out gives way to a refund. Never the other way round, unless the channel says
   * in the end that it was the void that gave the money back.
   */
  way: RefundWay;
  idempotencyKey: string;
  amount: Money;
  reason: string | null;

  state: RefundState;
  /** Grows by one with every decision that was saved. */
  version: number;
  resolution: RefundStep | null;
  /** Sends that were begun, the first one included. */
  sends: number;
  /** No send began later than this. */
  sentBy: Date;
  /**
   * What the channel last said of it in definite words that did not end it: refused or short of money as the answer to a
   * send; taken over and on its way; or stuck, as the money cannot go back the way it came.
   */
  lastSaid: "balanceShort" | "refused" | "takenOver" | "stuck" | null;
  /** Since when a person has to look. */
  reviewSince: Date | null;
  /** Given back of the payment before this refund was asked for. */
  refundedBefore: Money;

  /** What the channel last said, verbatim. */
  words: ChannelWords | null;
  retry: RetryAdvice | null;
  causeHints: readonly string[];
  feeReturned: Money | null;
  /** The credential of the person who decided, where one did. */
  decidedBy: string | null;

  createdAt: Date;
  /** When the channel gave it back, or when we learned it where the channel gives no time. */
  refundedAt: Date | null;
  finishedAt: Date | null;
}>;

/** What a new refund is made of. */
export type RefundOpening = Pick<
  Refund,
  "id" | "kind" | "merchantRefundNo" | "channelRefundNo" | "idempotencyKey" | "amount" | "reason"
>;

/**
 * Everything that can happen to a refund after it was accepted. An answer is about the way that was sent or asked about:
 * where none is named, the way in which the refund goes at that moment.
 */
export type RefundCommand =
  | Readonly<{ kind: "sendAnswered"; reply: Reply<RefundOutcome>; way?: RefundWay }>
  | Readonly<{
      kind: "queryAnswered";
      reply: Reply<RefundQueryOutcome>;
      way?: RefundWay;
      /** Where it says that nothing went back: what the channel said, in the same step, of the void that gave way before. */
      ofVoid?: Reply<RefundQueryOutcome>;
    }>
  /** A notification about this refund: a reason to ask, never proof. */
  | Readonly<{ kind: "callbackReceived"; callback: AcceptedCallback; receivedAt: Date }>
  | Readonly<{ kind: "reviewDecided"; decision: "succeeded" | "failed"; reason: string; decidedBy: string }>;

/** A refund with the payment that it gives back, both as they are under lock. */
export type Pair = Readonly<{ payment: Payment; refund: Refund }>;

export type RefundDecision = Readonly<{
  /** The very same objects where nothing is to be saved. */
  next: Pair;
  journals: readonly JournalDraft[];
  effects: readonly Extract<Effect, { kind: "openCase" }>[];
  /** For the timeline of the payment. */
  events: readonly TimelineEntry[];
}>;

/** What a decision needs to know besides. */
export type RefundTerms = Readonly<{ timetable: RefundTimetable }>;

/** Why it is still open; null once it is not. */
export function waitOf(refund: Refund): RefundWait | null {
  if (refund.state !== "processing") return null;
  if (refund.reviewSince !== null) return refund.lastSaid === "stuck" ? "stuck" : "person";
  if (refund.lastSaid === "takenOver") return "arrival";
  return refund.lastSaid === "balanceShort" ? "merchantBalance" : "channelAnswer";
}
