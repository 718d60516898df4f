// How one row of a code table is written: the outcome is the name of the function, so no row can leave it out.
import type { Actor } from "@huiyin/contract/words.ts";
import type { RetryAdvice } from "../../port.ts";

/**
 * What a code says about the operation it answers, as its first answer.
 * "declined": documented as final, nothing was done. "pending": it waits for the payer. "notFound": documented, but only
 * for now. "balanceShort": nothing was done now, and the same request is to be sent again once the merchant has money.
 * "unknown": anything may have happened.
 */
export type CodeOutcome = "declined" | "pending" | "unknown" | "notFound" | "balanceShort";

export type CodeMeaning = Readonly<{
  outcome: CodeOutcome;
  /** Who can do something about it. */
  blame: readonly Actor[];
  /** For refunds "newOrder" means a new refund number; "sameRequest" means the same number, after fixing what was wrong. */
  retry: RetryAdvice;
  /** Catalogue ids of causes this code speaks for, the likeliest first. A hint, never a verdict. */
  causeHints: readonly string[];
  /** WeChat Pay’s own Chinese text. */
  zh: string;
  /** Where the meaning was read. */
  reference: string;
}>;

/** One meaning for one or several codes. Codes of v3 have their HTTP status before them: "403 NOT_ENOUGH". */
export type CodeRow = Readonly<{ codes: readonly string[]; meaning: CodeMeaning }>;

export type RowText = Readonly<{
  zh: string;
  blame: readonly Actor[];
  retry: RetryAdvice;
  hints?: readonly string[];
}>;

type RowMaker = (codes: readonly string[], text: RowText) => CodeRow;

/** The makers of rows read in one document. */
export function rowsOf(reference: string): Readonly<Record<CodeOutcome, RowMaker>> {
  const maker =
    (outcome: CodeOutcome): RowMaker =>
    (codes, { zh, blame, retry, hints = [] }) => ({
      codes,
      meaning: { outcome, blame, retry, causeHints: hints, zh, reference },
    });
  return {
    declined: maker("declined"),
    pending: maker("pending"),
    unknown: maker("unknown"),
    notFound: maker("notFound"),
    balanceShort: maker("balanceShort"),
  };
}
