// What giving money back knows, what can happen to it, and what it wants done. Types only.
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Refund } from "@huiyin/contract/api/refunds.ts";
import type { AmountKey } from "../amount.ts";
import type { Refusal, Trouble } from "../flowModel.ts";

export const refundReasons = ["returned", "overcharged", "duplicate", "other"] as const;
/** A reversal has no list to choose from: it is its own reason. */
export type RefundReason = (typeof refundReasons)[number] | "reversal";

/** One wish to give money back, kept on the device before it is sent. The manager's code is never kept. */
export type RefundAttempt = Readonly<{
  /** The idempotency key: the same for every send of this attempt. */
  key: string;
  /** Our own number of it, by which it is found again after a reload; a reversal is found by its payment. */
  merchantRefundNo: string;
  kind: "refund" | "reversal";
  paymentId: string;
  amountFen: bigint;
  reason: RefundReason;
  startedAtMs: number;
}>;

/** How much is given back, typed on the keypad. */
export type Choosing = Readonly<{
  stage: "choosing";
  payment: Payment;
  text: string;
  reason: RefundReason;
  notice: "overLeft" | "amountFirst" | null;
}>;

/** The manager's code is asked for, or a plain yes where no money is known to move; `problem` is what was wrong before. */
export type Coding = Readonly<{
  stage: "coding";
  kind: RefundAttempt["kind"];
  payment: Payment;
  amountFen: bigint;
  reason: RefundReason;
  asks: "code" | "yes";
  code: string;
  problem: Refusal | null;
}>;

/** It was sent, and nobody has said yet that it arrived. */
export type Sending = Readonly<{
  stage: "sending";
  attempt: RefundAttempt;
  payment: Payment | null;
  /** In this page's memory alone: after a reload (null) it can only be asked after, never sent again. Empty: not asked for. */
  managerCode: string | null;
  trouble: Trouble;
  unclearSends: number;
}>;

/** The platform has it: it will end well or badly, whatever happens to this page. */
export type Waiting = Readonly<{
  stage: "waiting";
  attempt: RefundAttempt;
  payment: Payment | null;
  /** Null while a payment is being cancelled of which nobody knows whether it was paid. */
  refund: Refund | null;
  trouble: Trouble;
}>;

export type RefundOutcome =
  | Readonly<{ kind: "refunded"; refund: Refund }>
  | Readonly<{ kind: "failed"; refund: Refund }>
  /** Cancelled in time; or paid in time, and nothing went back. */
  | Readonly<{ kind: "reversed" | "paid"; payment: Payment }>
  | Readonly<{ kind: "refused"; refusal: Refusal }>
  | Readonly<{ kind: "neverArrived" }>;

export type Settled = Readonly<{
  stage: "settled";
  attempt: RefundAttempt;
  payment: Payment | null;
  outcome: RefundOutcome;
}>;

export type RefundState = Readonly<{ stage: "closed" }> | Choosing | Coding | Sending | Waiting | Settled;
export type Unsettled = Sending | Waiting;

export type RefundEvent =
  | Readonly<{ kind: "open"; payment: Payment }>
  | Readonly<{ kind: "reverse"; payment: Payment }>
  | Readonly<{ kind: "reopened"; attempt: RefundAttempt }>
  | Readonly<{ kind: "key"; key: AmountKey }>
  | Readonly<{ kind: "erase" | "clear" | "whole" | "submit" | "back" | "close" }>
  | Readonly<{ kind: "reason"; reason: RefundReason }>
  | Readonly<{ kind: "send"; key: string; merchantRefundNo: string }>
  | RefundAnswer;

/** What came back, or did not, for the attempt with this key. */
export type RefundAnswer =
  | Readonly<{ kind: "observed"; attemptKey: string; found: Found }>
  | Readonly<{ kind: "refused"; attemptKey: string; refusal: Refusal }>
  | Readonly<{ kind: "notFound"; attemptKey: string }>
  | Readonly<{ kind: "unreachable"; attemptKey: string; trouble: "network" | "platform" }>;

/** A refund, or what a reversal did. */
export type Found = Readonly<{ refund: Refund | null; payment: Payment | null }>;

export type RefundEffect =
  | Readonly<{ kind: "keep"; attempt: RefundAttempt }>
  | Readonly<{ kind: "send"; attempt: RefundAttempt; managerCode: string; afterMs: number }>
  | Readonly<{ kind: "find"; attempt: RefundAttempt; afterMs: number }>
  | Readonly<{ kind: "look"; attemptKey: string; refundId: string; afterMs: number }>
  | Readonly<{ kind: "forget"; attemptKey: string }>
  | Readonly<{ kind: "setAside"; attempt: RefundAttempt }>
  /** A cancel of this payment was sent, or did not go through: the screen behind waits for something else now. */
  | Readonly<{ kind: "cancelSent" | "cancelRefused"; paymentId: string }>
  /** Something about this payment is new: lists and screens that show it look again. */
  | Readonly<{ kind: "changed"; paymentId: string }>;

export type RefundStep = Readonly<{ state: RefundState; effects: readonly RefundEffect[] }>;
