// Huabei instalments, chosen before the scan: how many, and who bears the fee. Only what this terminal offers is shown.
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Credit } from "@huiyin/contract/api/payments.ts";
import { feeBearerWords } from "@huiyin/contract/words.ts";
import { useServices } from "../services.ts";
import { useStore } from "../store.ts";
import { useLanguage } from "./useLanguage.ts";

type InstalmentsProps = Readonly<{ credit: Credit | null; onChoose(credit: Credit | null): void }>;

export function Instalments({ credit, onChoose }: InstalmentsProps): ReactElement | null {
  const { t } = useTranslation();
  const language = useLanguage();
  const offered = useStore(useServices().methods).instalments.filter(({ available }) => available);
  const counts = [...new Set(offered.map(({ instalments }) => instalments))];
  if (counts.length === 0) return null;
  const bearers = offered.filter(({ instalments }) => instalments === credit?.instalments);
  const choose = (instalments: Credit["instalments"]): void => {
    const terms = offered.filter((each) => each.instalments === instalments);
    // Who bore the fee before bears it again, where that is offered.
    const { feeBearer } = terms.find((each) => each.feeBearer === credit?.feeBearer) ??
      terms[0] ?? { feeBearer: "payer" };
    onChoose({ instalments, feeBearer });
  };
  return (
    <fieldset className="setting instalments">
      <legend>{t("instalments.title")}</legend>
      <div className="options options-tight">
        <button
          type="button"
          className="option"
          aria-pressed={credit === null}
          onClick={() => onChoose(null)}
        >
          {t("instalments.none")}
        </button>
        {counts.map((count) => (
          <button
            key={count}
            type="button"
            className="option"
            aria-pressed={credit?.instalments === count}
            onClick={() => choose(count)}
          >
            {t("instalments.count", { count })}
          </button>
        ))}
      </div>
      {credit !== null && (
        <div className="options options-tight" role="group" aria-label={t("instalments.bearer")}>
          {bearers.map(({ feeBearer }) => (
            <button
              key={feeBearer}
              type="button"
              className="option"
              aria-pressed={credit.feeBearer === feeBearer}
              onClick={() => onChoose({ ...credit, feeBearer })}
            >
              {feeBearerWords[feeBearer][language]}
            </button>
          ))}
        </div>
      )}
    </fieldset>
  );
}
