// What the cashier asks of the platform, and the only three ways in which it may be answered.
import type { Diagnosis } from "@huiyin/contract/api/diagnosis.ts";
import type { Methods } from "@huiyin/contract/api/merchants.ts";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Terminal } from "@huiyin/contract/api/terminals.ts";
import type { Attempt, Refusal } from "../flowModel.ts";

export type Reply<Value> =
  | Readonly<{ kind: "answered"; value: Value }>
  | Readonly<{ kind: "refused"; refusal: Refusal }>
  | Readonly<{ kind: "unreachable"; trouble: "network" | "platform" }>;

export type Platform = Readonly<{
  createPayment(attempt: Attempt): Promise<Reply<Payment>>;
  payment(id: string): Promise<Reply<Payment>>;
  /** The payment of a merchant order number; null where the platform knows none. */
  findPayment(merchantOrderNo: string): Promise<Reply<Payment | null>>;
  /** Payments of this terminal created since, newest first: all of them, or only the newest hundred. */
  paymentsSince(since: Date, extent: "all" | "newest"): Promise<Reply<readonly Payment[]>>;
  methods(): Promise<Reply<Methods>>;
  diagnosis(paymentId: string): Promise<Reply<Diagnosis>>;
  /** This terminal itself. */
  terminal(): Promise<Reply<Terminal>>;
}>;
