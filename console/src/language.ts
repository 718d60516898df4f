// Which language the console speaks: the reader's choice, else the browser's, else Chinese.
import i18next from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
import type { Locale, Localized } from "@huiyin/contract/words.ts";
import { setApiLocale } from "./api.ts";
import { en, zh } from "./texts.ts";

const storageKey = "huiyin.locale";

function firstLocale(): Locale {
  const stored = localStorage.getItem(storageKey);
  if (stored === "zh" || stored === "en") return stored;
  return navigator.language.startsWith("en") ? "en" : "zh";
}

/** Loads the texts before the first page is drawn. */
export async function startLanguage(): Promise<void> {
  const locale = firstLocale();
  await i18next.use(initReactI18next).init({
    lng: locale,
    fallbackLng: "zh",
    resources: { zh: { translation: zh }, en: { translation: en } },
    interpolation: { escapeValue: false },
  });
  useLocaleEverywhere(locale);
}

function useLocaleEverywhere(locale: Locale): void {
  document.documentElement.lang = locale === "zh" ? "zh-CN" : "en";
  document.title = locale === "zh" ? "回音 · 运营控制台" : "Huiyin · Operator console";
  setApiLocale(locale);
}

/** The texts and the language of the reader, and a way to change it. */
export function useLanguage() {
  const { t, i18n } = useTranslation();
  const locale: Locale = i18n.language === "en" ? "en" : "zh";
  return {
    locale,
    t: (key: keyof typeof zh, values: Record<string, unknown> = {}) => t(key, values),
    /** The reader's half of a text that carries both languages. */
    pick: (text: Localized) => text[locale],
    change: (next: Locale) => {
      localStorage.setItem(storageKey, next);
      useLocaleEverywhere(next);
      void i18n.changeLanguage(next);
    },
  };
}
