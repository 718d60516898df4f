// How one row of a code table is written: the outcome is the name of the function, so no row can leave it out.
import type { Actor } from "@huiyin/contract/words.ts";
import type { RetryAdvice } from "../../port.ts";

/**
 * What a code says about the operation it answers, as its first answer.
 * "declined": documented as final, nothing was done. "notFound": documented, but only for now.
 * "balanceShort": nothing was done now, and the same request is to be sent again once the merchant has money.
 * "unknown": anything may have happened.
 */
export type CodeOutcome = "declined" | "unknown" | "notFound" | "balanceShort";

export type CodeMeaning = Readonly<{
  outcome: CodeOutcome;
  /** Who can do something about it. */
  blame: readonly Actor[];
  /** For refunds "newOrder" means a new request number; "sameRequest" means the same number, after fixing what was wrong. */
  retry: RetryAdvice;
  /** Catalogue ids of causes this code speaks for, the likeliest first. A hint, never a verdict. */
  causeHints: readonly string[];
  /** Alipay’s own Chinese text; null where only the name of the code is published. */
  zh: string | null;
  /** Where the meaning was read. */
  reference: string;
}>;

/** One meaning for one or several codes. A code that ends in "*" stands for every code with that beginning. */
export type CodeRow = Readonly<{ codes: readonly string[]; meaning: CodeMeaning }>;

export type RowText = Readonly<{
  blame: readonly Actor[];
  retry: RetryAdvice;
  hints?: readonly string[];
  zh?: string;
  reference?: string;
}>;

/** Documented as final: the operation was refused and did nothing. */
export function declined(codes: readonly string[], text: RowText): CodeRow {
  return row("declined", codes, text);
}

/** The operation may have happened: ask before doing anything else. */
export function unknown(codes: readonly string[], text: RowText): CodeRow {
  return row("unknown", codes, text);
}

/** There is no such thing at the channel now; an earlier request on its way may still create it. */
export function notFound(codes: readonly string[], text: RowText): CodeRow {
  return row("notFound", codes, text);
}

/** Refused only because the merchant’s balance is short: never final, whatever was sent before. */
export function balanceShort(codes: readonly string[], text: RowText): CodeRow {
  return row("balanceShort", codes, text);
}

/** Codes without a published text are listed in the official error model under their names alone. */
const nameOnlyReference = "Alipay OpenAPI v3 error model, 2026-09-23 (name of the code only)";
const textReference = "Alipay open platform, business error codes of the method";

function row(outcome: CodeOutcome, codes: readonly string[], text: RowText): CodeRow {
  const reference = text.reference ?? (text.zh === undefined ? nameOnlyReference : textReference);
  const { blame, retry, hints = [], zh = null } = text;
  return { codes, meaning: { outcome, blame, retry, causeHints: hints, zh, reference } };
}
