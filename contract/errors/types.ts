// The shape of one declared error.
import type { Localized } from "../words.ts";

/** What the caller may do after this error. */
export type ErrorRetry = "never" | "later" | "sameRequest" | "afterFix" | "newPayerCode" | "queryFirst";

export type DeclaredError = Readonly<{
  /** HTTP status. */
  status: number;
  retry: ErrorRetry;
  /** What is wrong, in one sentence. */
  title: Localized;
  /** What to do now, in one sentence. */
  next: Localized;
}>;
