// Which ways to pay are open at this terminal, and why not: known before the customer meets the failure.
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { channelWords, fundingSourceWords } from "@huiyin/contract/words.ts";
import { useServices } from "../services.ts";
import { useStore } from "../store.ts";
import { useLanguage } from "./useLanguage.ts";

const methodWords = { ...channelWords, huabei: fundingSourceWords.huabei } as const;

export function MethodsStrip(): ReactElement | null {
  const { t } = useTranslation();
  const language = useLanguage();
  const { state, items } = useStore(useServices().methods);
  if (state === "loading") return <p className="methods methods-note">{t("methods.checking")}</p>;
  if (state === "failed") return <p className="methods methods-note">{t("methods.unknown")}</p>;
  return (
    <ul className="methods" aria-label={t("methods.title")}>
      {items.map((item) => (
        <li key={item.method} className={item.available ? "method" : "method method-shut"}>
          <span className="state-dot" aria-hidden="true" />
          <span className="visually-hidden">
            {t(item.available ? "methods.available" : "methods.unavailable", {
              method: methodWords[item.method][language],
            })}
          </span>
          <span aria-hidden="true">{methodWords[item.method][language]}</span>
          {!item.available && <span className="method-reason">{item.text[language]}</span>}
        </li>
      ))}
    </ul>
  );
}
