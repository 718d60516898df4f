// The sentence a phone shows for a refusal.
import { Problem } from "../api.ts";
import type { Language } from "../language.tsx";
import { words, type WordKey } from "../words.ts";

const known: ReadonlyMap<string, WordKey> = new Map(
  (Object.keys(words.zh) as WordKey[])
    .filter((key) => key.startsWith("reason."))
    .map((key) => [key.slice("reason.".length), key]),
);

/** The key of the sentence; a general one for what this page does not know. */
export function reasonKey(reason: string): WordKey {
  return known.get(reason) ?? "reason.other";
}

/** What went wrong with a call, in words for the payer. */
export function problemText({ t, locale }: Pick<Language, "t" | "locale">, error: unknown): string {
  if (!(error instanceof Problem)) return t("page.lost");
  if (error.code === "sandbox_password_wrong") return error.message;
  const reason = /[（(](\w+)[）)]/.exec(error.message)?.[1];
  if (error.code === "sandbox_payer_cannot_pay" && reason !== undefined)
    return t(reasonKey(reason), { reason });
  return `${error.message}${locale === "zh" ? "。" : ". "}${error.next}`;
}
