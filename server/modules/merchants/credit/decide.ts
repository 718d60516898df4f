// Whether a merchant takes instalments, by its own switch, its contract with the channel and its rates. Pure.
import type { CreditAcceptance, CreditTerms } from "../../../channels/port.ts";
import { instalmentFeeProduct, type FeeRate, type Product } from "../model.ts";

export type CreditFacts = Readonly<{
  creditAcceptance: CreditAcceptance;
  openProducts: ReadonlySet<Product>;
  fees: readonly FeeRate[];
}>;

/** Codes of declared refusals: what stands between a merchant and the instalments asked for. */
export type CreditObstacle = "credit_not_accepted" | "instalments_not_enabled";

/**
 * What stops these instalments, or null. The switch stops all of them. Where the payer bears the fee nothing else is
 * needed; where the merchant does, the product must be open and the term must have a rate by then.
 */
export function creditObstacle(facts: CreditFacts, terms: CreditTerms, at: Date): CreditObstacle | null {
  if (facts.creditAcceptance === "refused") return "credit_not_accepted";
  if (terms.feeBearer === "payer") return null;
  const product = instalmentFeeProduct(terms.instalments);
  const priced = facts.fees.some((rate) => rate.product === product && rate.validFrom <= at);
  return facts.openProducts.has("huabeiInstalment") && priced ? null : "instalments_not_enabled";
}
