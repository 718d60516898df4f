// Names of the products a merchant can sell through.
import { channelWords, fundingSourceWords, type Localized } from "@huiyin/contract/words.ts";

const words: ReadonlyMap<string, Localized> = new Map<string, Localized>([
  ["alipay", channelWords.alipay],
  ["huabei", fundingSourceWords.huabei],
]);

/** The product's name, or its code where it has none yet. */
export function productWords(product: string): Localized {
  return words.get(product) ?? { zh: product, en: product };
}
