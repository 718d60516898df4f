// What the platform wrote for people, in the language of whoever reads it.
import type { Locale } from "@huiyin/contract/words.ts";

/** What the platform wrote in both languages, divided by a stroke; text of one language is for everybody. */
export function writtenFor(locale: Locale, text: string): string {
  const [zh = text, en = zh, ...more] = text.split(" / ");
  if (more.length > 0) return text;
  return locale === "zh" ? zh : en;
}
