// A cause as it is told for one case file: in the words of the form it took, where it has several.
import type { CaseFile, Cause } from "./model.ts";

export type ToldCause = Cause & Readonly<{ variant: string | null }>;

/** The cause with the names, texts, advice and steps of the first variant that the case file shows. */
export function toldFor(cause: Cause, file: CaseFile): ToldCause {
  const variant = cause.variants?.find((candidate) => candidate.when(file));
  if (variant === undefined) return { ...cause, variant: null };
  const { id, when: _when, ...words } = variant;
  return { ...cause, ...words, variant: id };
}
