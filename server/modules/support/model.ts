// The words of support: a case is something the platform noticed by itself and a person has to look at.
import type { CaseKind } from "@huiyin/contract/words.ts";

/** What was noticed. (merchantId, kind, subjectId) names it: noticing it again opens nothing. */
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
