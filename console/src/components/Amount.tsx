// An amount as people in China read it: ¥, two decimals, tabular figures, never wrapped.
import { yuan } from "../fen.ts";

export function Amount({ amountFen, className = "" }: { amountFen: number; className?: string }) {
  return (
    <span className={`amount ${className}`}>
      <span className="amount-sign">¥</span>
      {yuan(amountFen)}
    </span>
  );
}
