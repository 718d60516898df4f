// Which language and appearance the page has: the reader’s choice, kept in the browser.
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import type { Locale } from "@huiyin/contract/words.ts";
import { setApiLocale } from "./api.ts";
import { words, type WordKey } from "./words.ts";

export type Theme = "system" | "light" | "dark";
const themes: readonly Theme[] = ["system", "light", "dark"];

export type Language = Readonly<{
  locale: Locale;
  theme: Theme;
  /** The text under a key, its holes filled. */
  t(key: WordKey, facts?: Readonly<Record<string, string | number>>): string;
  switchLocale(): void;
  nextTheme(): void;
}>;

const LanguageContext = createContext<Language | null>(null);

/** What `useLanguage` reads. */
export function LanguageProvider({ children }: Readonly<{ children: ReactNode }>) {
  const [locale, setLocale] = useState<Locale>(() =>
    localStorage.getItem("huiyin.locale") === "en" ? "en" : "zh",
  );
  const [theme, setTheme] = useState<Theme>(
    () => themes.find((name) => name === localStorage.getItem("huiyin.theme")) ?? "system",
  );

  useEffect(() => {
    document.documentElement.lang = locale === "zh" ? "zh-CN" : "en";
    document.title = words[locale]["page.title"];
    localStorage.setItem("huiyin.locale", locale);
  }, [locale]);
  useEffect(() => {
    if (theme === "system") document.documentElement.removeAttribute("data-theme");
    else document.documentElement.dataset["theme"] = theme;
    localStorage.setItem("huiyin.theme", theme);
  }, [theme]);
  setApiLocale(locale);

  const language = useMemo<Language>(
    () => ({
      locale,
      theme,
      t: (key, facts = {}) => {
        const known = new Map(Object.entries(facts));
        return words[locale][key].replace(/\{(\w+)\}/g, (_, name: string) => String(known.get(name) ?? "…"));
      },
      switchLocale: () => setLocale((now) => (now === "zh" ? "en" : "zh")),
      nextTheme: () => setTheme((now) => themes[(themes.indexOf(now) + 1) % themes.length] ?? "system"),
    }),
    [locale, theme],
  );
  return <LanguageContext value={language}>{children}</LanguageContext>;
}

/** The reader’s language. */
export function useLanguage(): Language {
  const language = useContext(LanguageContext);
  if (language === null) throw new Error("no LanguageProvider above");
  return language;
}
