// What the cashier asks of the platform, and the only three ways in which it may be answered.
import type { Diagnosis } from "@huiyin/contract/api/diagnosis.ts";
import type { Methods } from "@huiyin/contract/api/merchants.ts";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Refund, Reversal } from "@huiyin/contract/api/refunds.ts";
import type { Terminal, TerminalPlace } from "@huiyin/contract/api/terminals.ts";
import type { Refusal, SendableAttempt } from "../flowModel.ts";
import type { RefundAttempt } from "../refund/model.ts";

export type Reply<Value> =
  | Readonly<{ kind: "answered"; value: Value }>
  | Readonly<{ kind: "refused"; refusal: Refusal }>
  | Readonly<{ kind: "unreachable"; trouble: "network" | "platform" }>;

export type Platform = Readonly<{
  createPayment(attempt: SendableAttempt): Promise<Reply<Payment>>;
  payment(id: string): Promise<Reply<Payment>>;
  /** The payment of a merchant order number; null where the platform knows none. */
  findPayment(merchantOrderNo: string): Promise<Reply<Payment | null>>;
  /** Payments of this terminal created since, newest first: all of them, or only the newest hundred. */
  paymentsSince(since: Date, extent: "all" | "newest"): Promise<Reply<readonly Payment[]>>;
  /** Payments in which a number ends like this: an order number of any kind, or an id. Newest first. */
  searchPayments(text: string): Promise<Reply<readonly Payment[]>>;
  /** `reason` is shown to the payer. */
  createRefund(attempt: RefundAttempt, secret: RefundSecret): Promise<Reply<Refund>>;
  createReversal(attempt: RefundAttempt, secret: RefundSecret): Promise<Reply<Reversal>>;
  refund(id: string): Promise<Reply<Refund>>;
  /** The refund of a merchant refund number; null where the platform knows none. */
  findRefund(merchantRefundNo: string): Promise<Reply<Refund | null>>;
  /** Refunds of one payment, newest first. */
  refundsOf(paymentId: string): Promise<Reply<readonly Refund[]>>;
  /** Refunds that this terminal asked for since, newest first, at most a hundred. */
  refundsSince(since: Date): Promise<Reply<readonly Refund[]>>;
  methods(): Promise<Reply<Methods>>;
  diagnosis(paymentId: string): Promise<Reply<Diagnosis>>;
  /** Whose counter this terminal stands on. */
  place(): Promise<Reply<TerminalPlace>>;
  /** This terminal itself. */
  terminal(): Promise<Reply<Terminal>>;
}>;

/** What goes with a refund and is not kept on the device. */
export type RefundSecret = Readonly<{ managerCode?: string; reason: string }>;
