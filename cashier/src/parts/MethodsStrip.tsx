// Which ways to pay are open at this terminal, and why not: known before the customer meets the failure.
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { channelWords, fundingSourceWords } from "@huiyin/contract/words.ts";
import { groupedByReason } from "../methods.ts";
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
      {groupedByReason(items, language).map(({ methods, reason }) => {
        const names = methods.map((method) => methodWords[method][language]).join(t("methods.and"));
        return (
          <li key={methods[0]} className={reason === null ? "method" : "method method-shut"}>
            <span className="state-dot" aria-hidden="true" />
            <span className="visually-hidden">
              {t(reason === null ? "methods.available" : "methods.unavailable", { method: names })}
            </span>
            <span aria-hidden="true">{names}</span>
            {reason !== null && <span className="method-reason">{reason}</span>}
          </li>
        );
      })}
    </ul>
  );
}
