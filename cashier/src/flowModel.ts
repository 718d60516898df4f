// What the checkout knows, what can happen to it, and what it wants done. Types only.
import type { Credit, Payment } from "@huiyin/contract/api/payments.ts";
import type { Phrase } from "@huiyin/contract/speech.ts";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { AmountKey } from "./amount.ts";

/** One wish to be paid, kept on the device before it is sent, so that a reload finds it again. */
export type Attempt = Readonly<{
  /** The idempotency key: the same for every send of this attempt. */
  key: string;
  merchantOrderNo: string;
  amountFen: bigint;
  /**
   * Null once it is not sent any more: the code of a payer's wallet stays on the device no longer than it must. Null as
   * well where this till shows a code.
   */
  payerCode: string | null;
  /** The wallet for which this till shows a code; null where the payer's code was scanned. */
  shown: ChannelCode | null;
  /** Huabei instalments, where the customer wants them. Other terms are another payment. */
  credit: Credit | null;
  startedAtMs: number;
}>;

/** An attempt that can be sent. */
export type SendableAttempt = Attempt & (Readonly<{ payerCode: string }> | ShowsCode);
export type ShowsCode = Readonly<{ shown: ChannelCode }>;

/** What the platform refused, in the words of its problem document. */
export type Refusal = Readonly<{
  status: number;
  code: string;
  retry: string;
  title: string;
  detail: string;
}>;

/** Whether a cancel of the payment on the screen was sent from this till and has not been refused. */
export type Cancel = "none" | "sent";

/** Why the newest try to learn the outcome failed, where it did. */
export type Trouble = "network" | "platform" | null;

export type Entering = Readonly<{
  screen: "entering";
  text: string;
  /** The text before the newest burst of keys: a scanner types into the amount before it is known to be one. */
  textBeforeBurst: string;
  notice: "overLimit" | "amountFirst" | null;
}>;
export type Scanning = Readonly<{ screen: "scanning"; amountText: string; credit: Credit | null }>;
export type Processing = Readonly<{
  screen: "processing";
  attempt: Attempt;
  payment: Payment | null;
  trouble: Trouble;
  unclearSends: number;
  cancel: Cancel;
}>;
/** The payer scans what this till shows, or will show in a moment. */
export type ProcessingCode = Processing & Readonly<{ attempt: ShowsCode }>;
export type Paid = Readonly<{ screen: "paid"; payment: Payment }>;
export type Unpaid = Readonly<{
  screen: "unpaid";
  amountFen: bigint;
  credit: Credit | null;
  payment: Payment | null;
  refusal: Refusal | null;
  /** Sent: it ended because somebody here wanted it to. */
  cancel: Cancel;
}>;
export type Person = Readonly<{
  screen: "person";
  attempt: Attempt;
  payment: Payment | null;
  trouble: Trouble;
}>;

export type FlowState = Entering | Scanning | Processing | Paid | Unpaid | Person;
export type Unsettled = Processing | Person;

export type FlowEvent =
  | Readonly<{ kind: "key"; key: AmountKey }>
  | Readonly<{ kind: "burst" | "erase" | "clear" | "submit" | "back" | "next" | "again" }>
  | Readonly<{ kind: "credit"; credit: Credit | null }>
  /** Money of this payment was given back at this till. */
  | Readonly<{ kind: "givenBack"; payment: Payment }>
  /** A cancel of this payment left this till, or was answered with a refusal. */
  | Readonly<{ kind: "cancelSent" | "cancelRefused"; paymentId: string }>
  | Readonly<{ kind: "scan"; code: string; key: string; merchantOrderNo: string }>
  | Readonly<{ kind: "show"; wallet: ChannelCode; key: string; merchantOrderNo: string }>
  | Readonly<{ kind: "restored"; attempt: Attempt }>
  | Readonly<{ kind: "reopened"; attempt: Attempt; payment: Payment | null }>
  | Answer;

/** What came back, or did not, for the attempt with this key. */
export type Answer =
  | Readonly<{ kind: "observed"; attemptKey: string; payment: Payment }>
  | Readonly<{ kind: "refused"; attemptKey: string; refusal: Refusal }>
  | Readonly<{ kind: "notFound"; attemptKey: string }>
  | Readonly<{ kind: "unreachable"; attemptKey: string; trouble: "network" | "platform" }>;

export type FlowEffect =
  | Readonly<{ kind: "keep"; attempt: Attempt }>
  | Readonly<{ kind: "send"; attempt: SendableAttempt; afterMs: number }>
  | Readonly<{ kind: "find"; attempt: Attempt; afterMs: number }>
  | Readonly<{ kind: "look"; attemptKey: string; paymentId: string; afterMs: number }>
  | Readonly<{ kind: "forget"; attemptKey: string }>
  | Readonly<{ kind: "setAside"; attempt: Attempt; payment: Payment | null }>
  | Readonly<{ kind: "say"; phrase: Phrase }>
  | Readonly<{ kind: "vibrate"; result: "paid" | "unpaid" | "person" }>;

export type Step = Readonly<{ state: FlowState; effects: readonly FlowEffect[] }>;
