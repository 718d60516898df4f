// Which of our two languages a caller reads.
import type { Locale } from "@huiyin/contract/words.ts";

/** The preferred one of Accept-Language (RFC 9110), Chinese where it names neither or is missing. */
export function localeOf(acceptLanguage: string | undefined): Locale {
  let best: Locale = "zh";
  let bestQuality = 0;
  for (const part of (acceptLanguage ?? "").slice(0, 256).split(",")) {
    const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
    const given = parameters
      .map((text) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(text)?.[1])
      .find((text) => text !== undefined);
    const quality = given === undefined ? 1 : Number(given);
    const locale = localeOfTag(tag.trim());
    if (locale !== null && quality > bestQuality) [best, bestQuality] = [locale, quality];
  }
  return best;
}

function localeOfTag(tag: string): Locale | null {
  if (tag === "*" || /^zh(-|$)/.test(tag)) return "zh";
  return /^en(-|$)/.test(tag) ? "en" : null;
}
