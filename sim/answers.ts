// What clients were told, as it was told: the checkers hold it against what became of it.
import type { ErrorCode } from "@huiyin/contract/errors/index.ts";

/** One answer that a client got, as it was given. */
export type Answered = Readonly<{
  atMs: number;
  merchantId: string;
  idempotencyKey: string;
  /** Which body the key was used with. */
  amount: number;
  outcome:
    | Readonly<{ kind: "answered"; status: 201 | 202; body: string; paymentId: string }>
    | Readonly<{ kind: "refused"; code: ErrorCode }>;
}>;

/** Something a manager wants undone. */
export type Wish = Readonly<{
  merchantId: string;
  paymentId: string;
  idempotencyKey: string;
  kind: "refund" | "reversal";
  /** In fen; null for all that is left. */
  amount: number | null;
}>;

/** One answer that a manager got, as it was given. */
export type GivenBack = Wish &
  Readonly<{
    atMs: number;
    outcome:
      | Readonly<{ kind: "answered"; status: 200 | 201 | 202; body: string; refundId: string | null }>
      | Readonly<{ kind: "refused"; code: ErrorCode }>;
  }>;
