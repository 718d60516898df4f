// What can be wrong with an account, as a table of words that every channel fills in: one mechanism for all of them.
import type { Localized } from "@huiyin/contract/words.ts";
import type { ConfigFinding } from "./manifest.ts";

/** Chinese, then English. */
export type Pair = readonly [zh: string, en: string];

/** What is wrong, which field to correct (null where it lies elsewhere), and what to do next. */
export type FindingWords = Readonly<{ field: string | null; title: Pair; next: Pair }>;

/** A finding by its name. @param field instead of the usual one, where the problem lies in another */
export type FindingMaker<Code extends string> = (code: Code, field?: string | null) => ConfigFinding;

/** The findings of one channel in its own words. */
export function findingsOf<Code extends string>(
  words: Readonly<Record<Code, FindingWords>>,
): FindingMaker<Code> {
  return (code, field = words[code].field) => {
    const { title, next } = words[code];
    return { code, field, title: localized(title), next: localized(next) };
  };
}

export type ValidityCode = "certificateExpired" | "certificateNotYetValid" | "certificateExpiresSoon";

/** A certificate outside its validity. @param day "yyyy-MM-dd", Beijing: its last day, or the first one */
export type ValidityFinding = (code: ValidityCode, field: string, day: string) => ConfigFinding;

/** The same for every channel, but for where a certificate is renewed. */
export function validityFindings(renewal: Localized): ValidityFinding {
  return (code, field, day) => {
    const titles: Readonly<Record<ValidityCode, Localized>> = {
      certificateExpired: { zh: `证书已于 ${day} 过期`, en: `The certificate expired on ${day}` },
      certificateNotYetValid: {
        zh: `证书从 ${day} 起才有效`,
        en: `The certificate is valid only from ${day}`,
      },
      certificateExpiresSoon: { zh: `证书将于 ${day} 过期`, en: `The certificate expires on ${day}` },
    };
    return { code, field, title: titles[code], next: renewal };
  };
}

function localized([zh, en]: Pair): Localized {
  return { zh, en };
}
