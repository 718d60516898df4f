// An amount as people in China read it: ¥, two decimals, tabular figures, never wrapped.

/** Formats fen as yuan with thousands separators: 1234567 → "12,345.67". */
export function yuan(amountFen: number): string {
  const sign = amountFen < 0 ? "-" : "";
  const digits = Math.abs(amountFen).toString().padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${sign}${whole}.${digits.slice(-2)}`;
}

export function Amount({ amountFen, className = "" }: { amountFen: number; className?: string }) {
  return (
    <span className={`amount ${className}`}>
      <span className="amount-sign">¥</span>
      {yuan(amountFen)}
    </span>
  );
}
