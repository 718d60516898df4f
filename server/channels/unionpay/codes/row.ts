// How one row of the code table is written.
import type { Actor } from "@huiyin/contract/words.ts";
import type { RetryAdvice } from "../../port.ts";

/**
 * What a code may stand in: the answer to a charge or a request for a code (01), to a reversal (99), a refund (04), a query
 * (00) or a request for a file (76); or, inside the answer to a query, the fate of the payment or of the refund asked about.
 */
export const uses = ["charge", "payment", "reversal", "refund", "refundFate", "query", "file"] as const;
export type Use = (typeof uses)[number];

/**
 * "done": documented as success. "declined": documented as final, nothing was done. "open": in hand, ask again.
 * "undone": the payment was reversed. "notFound": no such transaction, for now. "retry": nothing was done, send it again.
 * "sentBefore": there is a transaction of this name already, and this send changed nothing.
 * "refused": it cannot be done, for good. "unknown": anything may have happened.
 */
export type CodeOutcome =
  "done" | "declined" | "open" | "undone" | "notFound" | "retry" | "sentBefore" | "refused" | "unknown";

export type CodeMeaning = Readonly<{
  /** UnionPay’s own text. */
  zh: string;
  /** A use that is missing is unknown. */
  outcomes: Readonly<Partial<Record<Use, CodeOutcome>>>;
  /** Who can do something about a decline. */
  blame: readonly Actor[];
  /** What may be tried after a decline. */
  retry: RetryAdvice;
  /** Catalogue ids of causes this code speaks for, the likeliest first. A hint, never a verdict. */
  causeHints: readonly string[];
  /** What a person should know besides, for timelines; null where the text says enough. */
  remark: string | null;
}>;

/** One meaning for one or several codes. */
export type CodeRow = Readonly<{ codes: readonly string[]; meaning: CodeMeaning }>;

/** A row with what most rows have in common: nobody to blame, ask first. */
export function row(codes: readonly string[], zh: string, own: Partial<Omit<CodeMeaning, "zh">>): CodeRow {
  const common = { outcomes: {}, blame: [], retry: "queryFirst", causeHints: [], remark: null } as const;
  return { codes, meaning: { ...common, ...own, zh } };
}
