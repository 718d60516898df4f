// Yuan as a person types and reads them.

/** "12.5" → 1250; null where it is no amount of yuan with two decimals at most. Full-width figures count as plain ones. */
export function fenOfInput(typed: string): number | null {
  const found = /^¥?\s*(\d{1,9})(?:\.(\d{1,2}))?$/.exec(typed.normalize("NFKC").replaceAll(",", "").trim());
  if (!found) return null;
  return Number((found[1] ?? "") + (found[2] ?? "").padEnd(2, "0"));
}

/** Formats fen as yuan with thousands separators: 1234567 → "12,345.67". */
export function yuan(amountFen: number): string {
  const sign = amountFen < 0 ? "-" : "";
  const digits = Math.abs(amountFen).toString().padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${sign}${whole}.${digits.slice(-2)}`;
}
