// Names of the products a merchant can sell through, and of what has a fee rate of its own.
import { channelWords, fundingSourceWords, type Localized } from "@huiyin/contract/words.ts";

const words: ReadonlyMap<string, Localized> = new Map<string, Localized>([
  ...Object.entries(channelWords),
  ["huabei", fundingSourceWords.huabei],
  ["huabeiInstalment", fundingSourceWords.huabeiInstalment],
  ...[3, 6, 12].map(
    (count) =>
      [
        `huabeiInstalment${count}`,
        {
          zh: `花呗分期 ${count} 期（商户承担手续费）`,
          en: `Huabei, ${count} instalments (the merchant pays the fee)`,
        },
      ] as const,
  ),
]);

/** The product’s name, or its code where it has none yet. */
export function productWords(product: string): Localized {
  return words.get(product) ?? { zh: product, en: product };
}
