// The languages of the cashier: which tables exist, and how i18next is set up with them.
import { createInstance, type i18n } from "i18next";
import { initReactI18next } from "react-i18next";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

export const languages = ["zh", "en"] as const;
export type Language = (typeof languages)[number];
export const languageNames: Readonly<Record<Language, string>> = { zh: "中文", en: "English" };

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof zh };
  }
}

/** An i18next of our own, ready at once: both tables are small and travel with the shell. */
export function createWords(language: Language): i18n {
  const words = createInstance();
  void words.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { zh: { translation: zh }, en: { translation: en } },
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  return words;
}

/** The language of the browser where we have it, Chinese otherwise. */
export const languageOf = (preferred: readonly string[]): Language => {
  const first = preferred
    .map((tag) => tag.slice(0, 2).toLowerCase())
    .find((tag) => tag === "zh" || tag === "en");
  return first === "en" ? "en" : "zh";
};
