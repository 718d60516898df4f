// Which purse the payer's money came from, read from bank_type.
import type { FundingSource } from "@huiyin/contract/words.ts";

/**
 * The funding source: WeChat's balance (CFT), or a card by the ending of its code (CCB_DEBIT, CMB_CREDIT).
 * "unknown" for everything else, such as OTHERS or the money fund, which is not the one that the word is for. Never throws.
 */
export function fundingSourceOf(bankType: string | null): FundingSource {
  if (bankType === "CFT") return "balance";
  if (bankType !== null && /^[A-Z0-9]+_DEBIT$/.test(bankType)) return "debitCard";
  if (bankType !== null && /^[A-Z0-9]+_CREDIT$/.test(bankType)) return "creditCard";
  return "unknown";
}
