// Huabei instalments: what the fee is and what each month costs the payer.
import type { InstalmentTerms } from "./model.ts";

/**
 * Fee in basis points of the amount, by who bears it and over how many months.
 * Sample values of the sandbox, near what Alipay publishes; a real contract has its own.
 */
const rateBasisPoints: Readonly<Record<InstalmentTerms["feeBearer"], Readonly<Record<3 | 6 | 12, bigint>>>> =
  {
    payer: { 3: 230n, 6: 450n, 12: 750n },
    merchant: { 3: 180n, 6: 450n, 12: 750n },
  };

export type InstalmentPlan = InstalmentTerms &
  Readonly<{
    /** The whole fee in fen, whoever bears it. */
    feeFen: bigint;
    /** What the payer owes each month, in fen; all months but the last are alike. */
    monthlyFen: bigint;
    /** The last month takes what the division leaves over. */
    lastMonthFen: bigint;
  }>;

/** The plan for an amount: the fee rounded half up to the fen, the months rounded down, the last one taking the rest. */
export function planOf(amountFen: bigint, terms: InstalmentTerms): InstalmentPlan {
  const feeFen = (amountFen * rateBasisPoints[terms.feeBearer][terms.months] + 5_000n) / 10_000n;
  const owedFen = terms.feeBearer === "payer" ? amountFen + feeFen : amountFen;
  const months = BigInt(terms.months);
  const monthlyFen = owedFen / months;
  return { ...terms, feeFen, monthlyFen, lastMonthFen: owedFen - monthlyFen * (months - 1n) };
}

/** Whether two orders ask for the same instalments. */
export function sameTerms(left: InstalmentTerms | null, right: InstalmentTerms | null): boolean {
  return left?.months === right?.months && left?.feeBearer === right?.feeBearer;
}
