// Yuan as a person types them.

/** "12.5" → 1250; null where it is no amount of yuan with two decimals at most. Full-width figures count as plain ones. */
export function fenOfInput(typed: string): number | null {
  const found = /^¥?\s*(\d{1,9})(?:\.(\d{1,2}))?$/.exec(typed.normalize("NFKC").replaceAll(",", "").trim());
  if (!found) return null;
  return Number((found[1] ?? "") + (found[2] ?? "").padEnd(2, "0"));
}
