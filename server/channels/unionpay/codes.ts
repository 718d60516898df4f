// What UnionPay’s response codes mean, by what they answer. The rows live in codes/. Whatever is not listed there, or is
// not documented for what was asked, is unknown.
import { assert } from "../../kernel/assert.ts";
import type { RetryAdvice, SendHistory } from "../port.ts";
import { codeRows } from "./codes/rows.ts";
import type { CodeMeaning, CodeOutcome, Use } from "./codes/row.ts";

const meanings: ReadonlyMap<string, CodeMeaning> = (() => {
  const found = new Map<string, CodeMeaning>();
  for (const { codes, meaning } of codeRows) {
    for (const code of codes) {
      assert(!found.has(code), `${code} is listed twice`);
      found.set(code, meaning);
    }
  }
  return found;
})();

/** The documented meaning of a code; null when it is not listed. */
export function meaningOf(code: string): CodeMeaning | null {
  return meanings.get(code) ?? null;
}

/** What a code says about this use of it, as the answer to the first and only send. */
export function outcomeOf(use: Use, code: string): CodeOutcome {
  return meaningOf(code)?.outcomes[use] ?? "unknown";
}

export type Verdict = Readonly<{ outcome: CodeOutcome; retry: RetryAdvice }>;

/**
 * What a code amounts to, given what was sent before. After an unclear send a refusal speaks for the repetition alone:
 * the first request may have been carried out.
 */
export function verdictOf(use: Use, code: string, sendHistory: SendHistory): Verdict {
  const outcome = outcomeOf(use, code);
  if (outcome !== "declined" || sendHistory === "afterUnclear")
    return { outcome: outcome === "declined" ? "unknown" : outcome, retry: "queryFirst" };
  return { outcome, retry: meaningOf(code)?.retry ?? "queryFirst" };
}

/** Every listed code with its meaning, for tests and generated documents. */
export function listedCodes(): ReadonlyArray<readonly [code: string, meaning: CodeMeaning]> {
  return [...meanings];
}
