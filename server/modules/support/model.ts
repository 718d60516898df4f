// The words of support: a case is something the platform noticed by itself and a person has to look at.
import type { CaseKind } from "@huiyin/contract/words.ts";

/**
 * Kinds of which one subject can have several: each contradiction is told apart from the others by its facts. All other
 * kinds are named by their subject alone, however their facts read the next time.
 */
export const recurringKinds: ReadonlySet<CaseKind> = new Set<CaseKind>([
  "amountMismatch",
  "callbackMismatch",
  "paidAfterReversal",
  "reversedAfterSuccess",
  "channelContradiction",
]);

/**
 * What was noticed. (merchantId, kind, subjectId) names it, with its facts where the kind recurs: noticing the same again
 * opens nothing, even after it was closed.
 */
export type CaseDraft = Readonly<{
  merchantId: string;
  kind: CaseKind;
  /** What the case is about: usually a payment, for silentArrival the payment too. */
  subjectId: string;
  paymentId: string | null;
  facts: Readonly<Record<string, string | number>>;
}>;

export type Case = CaseDraft &
  Readonly<{
    id: string;
    openedAt: Date;
    /** Null while it is open. */
    closing: Readonly<{ at: Date; by: string; resolution: string }> | null;
  }>;
